package templates

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"tripact/examples"
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render/docx"
	"tripact/render/fill"
)

// options gives the names that documents of a kind see.
func options(call *programme.Call, kind string) fill.Options {
	return fill.Options{Known: fill.KnownOf(data(call, kind, project.Blank()))}
}

// data is what a document about projects gets.
func data(call *programme.Call, kind string, projects ...*project.Project) map[string]any {
	values := projects[0].Values()
	if kind == "recommendation-letter" {
		values, _ = project.LetterValues(projects)
	}
	doc := map[string]any{
		"version": "1", "版本": "1", "code": "7K3MQ9XTB2PD", "编码": "7K3MQ9XTB2PD", "digest": "9f86d081884c7d65", "摘要": "9f86d081884c7d65", "qr": "7K3MQ9XTB2PD/1", "二维码": "7K3MQ9XTB2PD/1",
		"draft": false, "草稿": false, "lang": "zh", "语言": "zh", "program": "test", "程序": "test",
	}
	values["doc"], values["文件"] = doc, doc
	group := call.Values(projects[0])
	values["call"], values["通知"] = group, group
	return values
}

func loadShipped(t *testing.T) *Set {
	t.Helper()
	set, list := Load(Shipped(), options)
	for _, f := range list {
		t.Error(f.In("en"))
	}
	return set
}

// TestShipped: every call that ships loads, and every template it names compiles against the names of its data.
func TestShipped(t *testing.T) {
	set := loadShipped(t)
	for _, f := range set.Lint() {
		if f.Severity == problem.Fail {
			t.Error(f.In("en"))
		}
	}
	b, ok := set.Call("ningbo-2025")
	if !ok {
		t.Fatal("ningbo-2025 is not there")
	}
	for kind, lang := range map[string]string{"application-form": "en", "recommendation-letter": "zh", "review-notice": "zh", "contract": "zh"} {
		tpl, list := b.Template(kind, "")
		if list != nil || tpl.Lang != lang || len(tpl.Hash) != 64 {
			t.Errorf("%s: %+v %v", kind, tpl, list)
		}
	}
	if tpl, list := b.Template("review-notice", "en"); list != nil || tpl.File != "review-notice.en.docx" {
		t.Errorf("English notice: %+v %v", tpl, list)
	}
	if _, list := b.Template("contract", "en"); !list.Failed() || !strings.Contains(list[0].Fix.EN, "review-notice (en)") {
		t.Errorf("a language that the call does not have: %v", list)
	}
}

// returned is the second example as it was first: returned for correction.
func returned(t *testing.T) *project.Project {
	t.Helper()
	p := example(t, "02-young-scientist-hungary-singapore")
	at, err := project.ParseTime("2025-09-26T17:00:00+08:00")
	if err != nil {
		t.Fatal(err)
	}
	p.Review.Result, p.Review.AcceptNo, p.Review.CorrectBy = "returned_correctable", "", at
	p.Review.Findings = []project.ReviewFinding{
		{
			RuleID: "NB-II.2.2", ClauseCN: "二（二）2", ClauseEN: "II(2)2", Requirement: "协议应记载双方签字人的姓名、单位、部门、职务", Fact: "签字页未载明签字人所在部门。", FactEN: "The signature page does not state the department.",
			Evidence: "附件A1第18页", EvidenceEN: "Attachment A1, page 18", Kind: "completeness", Source: "manual", Severity: "correctable", Remedy: "请补充书面说明。", RemedyEN: "Add a written explanation.",
		},
		{
			RuleID: "NB-II.2.d", ClauseCN: "二（二）", ClauseEN: "II(2)", Requirement: "翻译件应由具有翻译资质的机构或人员出具", Fact: "未提供翻译机构的资质证明。", Evidence: "附件A2", Kind: "validity", Source: "attachment", Severity: "correctable",
			Remedy: "请补充翻译机构资质证明。",
		},
	}
	return p
}

// TestLetterAndNotices fills the letter for two projects of one managing unit and the notices for all three review results.
func TestLetterAndNotices(t *testing.T) {
	set := loadShipped(t)
	b, _ := set.Call("ningbo-2025")
	one, two, three := example(t, "01-university-serbia"), example(t, "02-young-scientist-hungary-singapore"), example(t, "03-enterprise-germany")
	back, final := returned(t), returned(t)
	final.Review.Result, final.Review.CorrectBy = "returned_final", project.Time{}
	tests := []struct {
		name, kind, lang string
		projects         []*project.Project
		want, never      []string
	}{
		{
			"letter", "recommendation-letter", "zh",
			[]*project.Project{one, three},
			[]string{"甬东科〔2025〕18号", "关于推荐2025年度“科创甬江2035”", "同意推荐2个项目，申请市财政经费合计250.00万元", "1．专题一“中东欧国家创新合作专项”基础研究类项目1项，申请经费50.00万元；", "2．专题三“重大成果转化应用专项”试验发展类项目1项，申请经费200.00万元。", "合计（2项）", "陈𬭎", "Đorđe Petrović", "甬江理工大学；浙东高端装备", "62.50%", "新材料"},
			[]string{"{{", "我单位承诺", "专题二"},
		},
		{"letter with co-funding", "recommendation-letter", "zh", []*project.Project{two}, []string{"配套经费20.00万元（人民币贰拾万元整）", "无"}, []string{"{{", "在本单位范围内公示"}},
		{"accepted", "review-notice", "zh", []*project.Project{one}, []string{"予以受理，受理编号为2025SL0012。", "不代表同意立项或给予资助", "抄送：宁波市甬东区科学技术局。"}, []string{"{{", "退回", "处理建议"}},
		{"returned for correction", "review-notice", "zh", []*project.Project{back}, []string{"作退回处理", "NB-II.2.2", "2025年9月26日17:00前", "可补正", "附件核验", "周夏君"}, []string{"{{", "予以受理，", "本次申报不予受理"}},
		{"returned", "review-notice", "zh", []*project.Project{final}, []string{"本次申报不予受理"}, []string{"{{", "逐项补正"}},
		{"accepted in English", "review-notice", "en", []*project.Project{one}, []string{"is accepted. The acceptance number is 2025SL0012.", "Serbia", "Basic research", "the Chinese text prevails"}, []string{"{{", "returned"}},
		{"returned in English", "review-notice", "en", []*project.Project{back}, []string{"The signature page does not state the department.", "Attachment A1, page 18", "Add a written explanation.", "The translation agency or person is qualified", "before 17:00 (China Standard Time) on 26 September 2025", "Hungary", "Singapore", "Correctable"}, []string{"{{", "is accepted"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tpl, list := b.Template(tt.kind, tt.lang)
			if list.Failed() {
				t.Fatal(list.Err())
			}
			compiled, list := tpl.Compiled()
			if list.Failed() {
				t.Fatal(list.Err())
			}
			out, list := compiled.Fill(context.Background(), data(b.Call, tt.kind, tt.projects...), fill.FillOptions{Missing: fill.Strict})
			for _, f := range list {
				t.Error(f.In("en"))
			}
			if out == nil {
				t.Fatal("not filled")
			}
			text := plainText(t, out)
			for _, s := range tt.want {
				if !strings.Contains(text, s) {
					t.Errorf("%q is not in the document", s)
				}
			}
			for _, s := range tt.never {
				if strings.Contains(text, s) {
					t.Errorf("%q is in the document", s)
				}
			}
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}

// plainText is the text of all parts, paragraphs as lines.
func plainText(t *testing.T, p *docx.Package) string {
	t.Helper()
	var b strings.Builder
	for _, part := range p.Parts() {
		if !strings.HasSuffix(part.ContentType, "main+xml") && !strings.Contains(part.ContentType, "header+") && !strings.Contains(part.ContentType, "footer+") {
			continue
		}
		root, err := docx.Parse(part.Data)
		if err != nil {
			t.Fatal(err)
		}
		var walk func(n *docx.Node)
		walk = func(n *docx.Node) {
			switch n.Name {
			case "w:t":
				for _, k := range n.Kids {
					b.WriteString(k.Text)
				}
			case "w:instrText":
			default:
				for _, k := range n.Kids {
					walk(k)
				}
				if n.Name == "w:p" {
					b.WriteByte('\n')
				}
			}
		}
		walk(root)
	}
	return b.String()
}

func example(t *testing.T, name string) *project.Project {
	t.Helper()
	f, err := examples.FS().Open("ningbo-2025/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	p, list := project.Decode(f)
	if list.Failed() {
		t.Fatal(list.Err())
	}
	return p
}

// TestFurtherCall adds a call as data alone: a folder of its own with its topics, cap, rules, one of them over a batch and
// one for a person, and no Go code. Nothing here but the folder knows it.
func TestFurtherCall(t *testing.T) {
	fsys := copyOf(t, Shipped())
	further, err := os.ReadFile("testdata/haibin-2027/call.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range copyOf(t, Shipped()) {
		if base, ok := strings.CutPrefix(name, "ningbo-2025/"); ok {
			fsys["haibin/"+base] = f // its templates
		}
	}
	fsys["haibin/call.yaml"] = &fstest.MapFile{Data: further}
	set, list := Load(fsys, options)
	list.Add(set.Lint()...)
	if list.Failed() {
		t.Fatal(list.Err())
	}
	if calls := set.Calls(); len(calls) < 2 || calls[0].ID != "haibin-2027" {
		t.Errorf("%d calls, want the newest first", len(calls))
	}
	b, _ := set.Call("haibin-2027")
	on := project.Date{Year: 2027, Month: 4, Day: 1}
	filed := func(change func(p *project.Project)) *project.Project {
		p := example(t, "03-enterprise-germany")
		p.Call, p.Project.Topic, p.Project.Field, p.Project.Requested = "haibin-2027", "OCEAN", "blue_economy", 150_000_000
		change(p)
		return p
	}
	good := filed(func(*project.Project) {})
	if found := b.Call.Check(good, programme.Application, on); len(found) != 0 {
		t.Errorf("what the further call allows: %v", found)
	}
	found := b.Call.Check(filed(func(p *project.Project) { p.Project.Requested++ }), programme.Application, on)
	if !strings.Contains(fmt.Sprint(found), "1,500,000.00") || found[0].Code != "HB-1" || !strings.Contains(found[0].Clause, "海科〔2027〕1号") {
		t.Errorf("the further call's own cap does not bind: %v", found)
	}
	if found := b.Call.Check(filed(func(p *project.Project) { p.Overseas = nil }), programme.Application, on); !found.Failed() {
		t.Error("its check over partners does not bind")
	}
	second := filed(func(p *project.Project) { p.Project.AppNo += "2" })
	if lists := b.Call.CheckBatch([]*project.Project{good, second}, programme.Application, on); !lists[0].Failed() || !lists[1].Failed() {
		t.Errorf("its rule over the batch does not bind: %v", lists)
	}
	open := b.Call.Decide(good, programme.FormatReview, on, nil)
	unmet := b.Call.Decide(good, programme.FormatReview, on, []programme.Decision{{Rule: "HB-3", Verdict: programme.Unmet, Name: "周慧", Reason: "与海洋无关"}})
	if len(open) != 1 || open.Failed() || !unmet.Failed() {
		t.Errorf("its rule for a person: %v, %v", open, unmet)
	}
	if name, ok := b.Call.FileName("contract", "zh", good, on); !ok || !strings.HasPrefix(name, "海滨_") {
		t.Errorf("its file name: %q", name)
	}
}

func TestLoadFaults(t *testing.T) {
	good := copyOf(t, Shipped())
	call := good["ningbo-2025/call.yaml"]
	tests := []struct {
		name string
		fsys fstest.MapFS
		code string
		file string
	}{
		{"template missing", without(good, "ningbo-2025/contract.docx"), "templates.file", "ningbo-2025/contract.docx"},
		{"call does not load", with(good, "ningbo-2025/call.yaml", "id: x\n"), "call.key.missing", "ningbo-2025/call.yaml"},
		{"same id twice", with(good, "second/call.yaml", string(call.Data)), "templates.call.twice", "second/call.yaml"},
		{"template is no Word file", with(good, "ningbo-2025/contract.docx", "not a package"), "", "ningbo-2025/contract.docx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, list := Load(tt.fsys, options)
			if tt.code == "" {
				list.Add(set.Lint()...)
			}
			for _, f := range list {
				if f.Severity == problem.Fail && f.File == tt.file && (tt.code == "" || f.Code == tt.code) {
					return
				}
			}
			t.Errorf("no finding %s for %s: %v", tt.code, tt.file, list)
		})
	}
}

// TestCompileOnce compiles a template from many goroutines and asks for its options once.
func TestCompileOnce(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	set, _ := Load(Shipped(), func(call *programme.Call, kind string) fill.Options {
		mu.Lock()
		defer mu.Unlock()
		asked++
		return options(call, kind)
	})
	b, _ := set.Call("ningbo-2025")
	tpl, _ := b.Template("review-notice", "zh")
	var wg sync.WaitGroup
	got := make([]*fill.Template, 8)
	for i := range got {
		wg.Go(func() { got[i], _ = tpl.Compiled() })
	}
	wg.Wait()
	for _, g := range got {
		if g == nil || g != got[0] {
			t.Fatal("compiled more than once")
		}
	}
	if asked != 1 {
		t.Errorf("options asked for %d times", asked)
	}
}

func copyOf(t *testing.T, fsys fs.FS) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, path)
		out[path] = &fstest.MapFile{Data: bytes.Clone(data)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func with(fsys fstest.MapFS, name, data string) fstest.MapFS {
	out := without(fsys, name)
	out[name] = &fstest.MapFile{Data: []byte(data)}
	return out
}

func without(fsys fstest.MapFS, name string) fstest.MapFS {
	out := fstest.MapFS{}
	for n, f := range fsys {
		if n != name {
			out[n] = f
		}
	}
	return out
}
