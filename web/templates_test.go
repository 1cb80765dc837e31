package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tripact/app"
	"tripact/render/docx"
	"tripact/templates"
)

// revised is the contract's template with a sentence at its end.
func revised(t *testing.T, sentence string) []byte {
	t.Helper()
	data, err := fs.ReadFile(templates.Shipped(), "ningbo-2025/contract.docx")
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := docx.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	main := string(pkg.Main().Data)
	end := strings.LastIndex(main, "<w:sectPr")
	pkg.Set(pkg.Main().Name, []byte(main[:end]+"<w:p><w:r><w:t>"+sentence+"</w:t></w:r></w:p>"+main[end:]))
	out, err := pkg.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestClerksDay is the way of a clerk through the pages: a file that is refused, a draft with faults, one without, previews,
// comparison, publishing, another clerk who is late, roll back; in both languages.
func TestClerksDay(t *testing.T) {
	h := newHouse(t, nil)
	h.issue(t)
	list, err := h.app.Organisations(t.Context(), app.LocalOwner())
	if err != nil {
		t.Fatal(err)
	}
	clerk, officer := h.join(t, list[0], "clerk", app.TemplateClerk), h.join(t, list[0], "officer", app.Officer)
	const slot = "/templates/ningbo-2025/contract/zh"
	page := func(c *http.Client, path string, want int, says ...string) string {
		t.Helper()
		status, header, body := do(t, c, "GET", h.public+path, nil)
		if status != want || header.Get("Cache-Control") != "no-store" || strings.Contains(body, "<b>") {
			t.Fatalf("%s: %d, want %d\n%s", path, status, want, body)
		}
		for _, s := range says {
			if !strings.Contains(body, s) {
				t.Errorf("%s does not say %q:\n%s", path, s, body)
			}
		}
		return body
	}
	// A clerk's first page is that of the templates.
	if status, header, _ := do(t, clerk, "GET", h.public+"/", nil); status != http.StatusSeeOther || header.Get("Location") != "/templates" {
		t.Errorf("the first page: %d %s", status, header.Get("Location"))
	}
	page(clerk, "/templates", 200, "三方合同任务书", "随通知提供", slot)
	page(clerk, "/templates?lang=en", 200, "Three-party task contract", "as it came with the call")
	page(clerk, "/templates?lang=zh", 200)
	if body := page(officer, slot, 200); strings.Contains(body, "<form method=\"post\" action=\""+slot) {
		t.Error("an officer is shown the form to upload")
	}

	for name, tt := range map[string]struct {
		file   []byte
		status int
		says   string
	}{
		"no file":   {nil, 422, "未选择文件"},
		"a PDF":     {[]byte("%PDF-1.7"), 422, "这是 PDF 文件"},
		"too large": {bytes.Repeat([]byte("x"), 35<<20), 413, "文件过大"},
	} {
		if status, _, body := upload(t, clerk, h.public+slot, "合同模板.docx", tt.file, url.Values{"note": {"说明<b>"}}); status != tt.status || !strings.Contains(body, tt.says) || tt.status == 422 && !strings.Contains(body, "说明&lt;b&gt;") {
			t.Errorf("%s: %d\n%s", name, status, body)
		}
	}
	good := revised(t, "本任务书由科技处修订。")
	for _, want := range []string{slot + "/1", slot + "/1?same=1"} {
		if status, to, body := upload(t, clerk, h.public+slot, "合同模板.docx", good, url.Values{"note": {"二〇二五年<b>修订"}}); status != http.StatusSeeOther || to != want {
			t.Fatalf("upload: %d %s\n%s", status, to, body)
		}
	}
	page(clerk, slot+"/1?same=1", 200, "未另存", "二〇二五年&lt;b&gt;修订", "发布本版")
	if status, to, _ := upload(t, clerk, h.public+slot, "合同模板.docx", revised(t, "{{项目名}}"), url.Values{"note": {""}}); status != http.StatusSeeOther || to != slot+"/2" {
		t.Errorf("with a fault: %d %s", status, to)
	}
	page(clerk, slot+"/2", 200, "项目名", "您是否要写“项目名称”？", "错误", "第")
	page(clerk, slot+"/3", 404)
	page(clerk, slot+"/x", 404)
	page(clerk, slot+"/compare?from=0&to=x", 404)
	page(clerk, slot+"/compare?from=1&to=2", 200, "<code class=\"ins\">项目名</code>", "<del>本任务书由科技处修订。</del>", "<ins>{{项目名}}</ins>")
	page(clerk, slot+"/compare?from=0&to=0", 200, "没有区别")

	for path, want := range map[string]string{"/1/file": "PK", "/1/preview?format=docx": "PK", "/1/preview?format=pdf": "%PDF-"} {
		status, header, body := do(t, clerk, "GET", h.public+slot+path, nil)
		if status != 200 || !strings.HasPrefix(body, want) || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment;") {
			t.Errorf("%s: %d %v", path, status, header)
		}
	}
	page(clerk, slot+"/2/preview", 422, "项目名")
	page(clerk, slot+"/1/preview?number=202501A0012", 403)
	page(officer, slot+"/1/preview?number=nothing", 422, "没有这个申报编号的项目")
	if status, _, body := do(t, officer, "GET", h.public+slot+"/1/preview?number=202501A0012", nil); status != 200 || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("an officer's preview with a project: %d", status)
	}

	publish := func(version, base string, header ...string) (int, string) {
		status, _, body := do(t, clerk, "POST", h.public+slot+"/"+version+"/publish", url.Values{"base": {base}}, header...)
		return status, body
	}
	if status, _ := publish("1", "0", csrf...); status != http.StatusForbidden {
		t.Errorf("a form on another site publishes: %d", status)
	}
	if status, body := publish("2", "0"); status != 422 || !strings.Contains(body, "不能发布") {
		t.Errorf("with faults: %d\n%s", status, body)
	}
	if status, body := publish("1", "0"); status != http.StatusSeeOther {
		t.Errorf("publish: %d\n%s", status, body)
	}
	if status, body := publish("0", "0"); status != http.StatusConflict || !strings.Contains(body, "已有他人发布") {
		t.Errorf("another clerk who is late: %d\n%s", status, body)
	}
	page(clerk, slot, 200, "在用：第1版", "启用记录", "成员clerk")
	page(clerk, "/templates", 200, "第1版")
	page(clerk, slot+"/0", 200, "恢复使用本版")
	if status, _ := publish("0", "1"); status != http.StatusSeeOther {
		t.Errorf("roll back: %d", status)
	}
	page(clerk, slot, 200, "在用：随通知提供")
}
