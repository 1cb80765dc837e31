package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"tripact/project"
)

var screenshots = flag.String("screenshots", "", "folder in which TestBrowser puts a picture of each page")

// person is somebody at a browser of their own.
type person struct {
	t   *testing.T
	ctx context.Context
	n   *int // of pictures

	mu       sync.Mutex
	failures []string // what the browser complained of
}

// do acts, waits for what follows, and takes a picture of it.
func (p *person) do(name string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		at, _ := chromedp.Run(p.ctx, chromedp.Location())
		body, _ := chromedp.Run(p.ctx, chromedp.Text("body"))
		p.t.Fatalf("%s: %v at %s\n%.600s", name, err, at, body)
	}
	if *screenshots == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(90))
	if err != nil {
		p.t.Fatal(err)
	}
	*p.n++
	file := filepath.Join(*screenshots, strings.ReplaceAll(string(rune('a'+*p.n-1))+" "+name+".jpeg", " ", "-"))
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// TestBrowser goes the way of an office in a real browser: the first owner sets up, signs out and in, adds an organisation, invites a
// member, decides a format review and makes its notice; the member joins in another browser, sees its project alone, and downloads a document. The browser has nothing to complain of:
// no policy of ours stops anything on our own pages.
func TestBrowser(t *testing.T) {
	path := tool(t, "chromium")
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: t.TempDir(), Rate: -1})
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WindowSize(1200, 900), chromedp.Flag("accept-lang", "zh-CN"),
		chromedp.UserDataDir(t.TempDir()))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium does not run as root otherwise
	}
	all, end := chromedp.NewExecAllocator(t.Context(), options...)
	defer end()
	first, end := chromedp.NewContext(all)
	defer end()
	pictures := 0
	at := func(ctx context.Context) *person {
		p := &person{t: t, ctx: ctx, n: &pictures}
		if err := chromedp.Do(ctx); err != nil { // starts it: a time-out of this call would end it
			t.Fatal(err)
		}
		err := chromedp.Listen(ctx, func(ev any) {
			p.mu.Lock()
			defer p.mu.Unlock()
			switch e := ev.(type) {
			case *cdplog.EventEntryAdded:
				if e.Entry.Level == cdplog.EntryLevelError && !strings.HasSuffix(e.Entry.URL, "/favicon.ico") {
					p.failures = append(p.failures, e.Entry.Text+" "+e.Entry.URL)
				}
			case *runtime.EventExceptionThrown:
				p.failures = append(p.failures, e.ExceptionDetails.Text)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}

	setUp, err := s.signInLine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	owner := at(first)
	owner.do("set up", chromedp.Navigate(strings.Fields(setUp)[2]), chromedp.WaitVisible(`input[name=login]`),
		chromedp.SendKeys(`input[name=name]`, "王所有"), chromedp.SendKeys(`input[name=login]`, "owner"), chromedp.SendKeys(`input[name=password]`, "correct horse battery"))
	owner.do("first page", chromedp.Submit(`main form, .card form`), chromedp.WaitVisible(`form[action="/sign-out"]`))
	owner.do("signed out", chromedp.Click(`form[action="/sign-out"] button`), chromedp.WaitVisible(`form input[name=password]`))
	owner.do("wrong password", chromedp.SendKeys(`input[name=login]`, "owner"), chromedp.SendKeys(`input[name=password]`, "wrong"), chromedp.Submit(`input[name=password]`),
		chromedp.WaitVisible(`//*[contains(text(),"登录名或密码有误") or contains(text(),"Wrong name or password")]`))
	owner.mu.Lock()
	owner.failures = nil // the browser tells of the 401, as it should
	owner.mu.Unlock()
	owner.do("signed in", chromedp.SetValue(`input[name=login]`, "owner"), chromedp.SendKeys(`input[name=password]`, "correct horse battery"), chromedp.Submit(`input[name=password]`),
		chromedp.WaitVisible(`form[action="/sign-out"]`))

	lead, _ := project.Decode(strings.NewReader(exampleData(t, "ningbo-2025/01")))
	owner.do("organisations", chromedp.Navigate(s.public+"/organisations"), chromedp.WaitVisible(`form[action="/organisations"]`))
	owner.do("organisation added", chromedp.SetValue(`form[action="/organisations"] select[name=kind]`, "applicant"),
		chromedp.SendKeys(`form[action="/organisations"] input[name=name_cn]`, lead.Lead.NameCN), chromedp.SendKeys(`form[action="/organisations"] input[name=code]`, lead.Lead.USCC),
		chromedp.Submit(`form[action="/organisations"] input[name=code]`), chromedp.WaitVisible(`//summary[contains(text(),"`+lead.Lead.NameCN+`")]`))
	owner.do("members", chromedp.Click(`//tr[contains(.,"`+lead.Lead.USCC+`")]//a[contains(@href,"/members")]`), chromedp.WaitVisible(`input[name=role][value=applicant]`))
	owner.do("invitation", chromedp.Click(`input[name=role][value=applicant]`), chromedp.Submit(`form[action$="/invites"]`), chromedp.WaitVisible(`code.secret`))
	invitation, err := chromedp.Run(owner.ctx, chromedp.Text(`code.secret`))
	if err != nil {
		t.Fatal(err)
	}

	// The documents are made by a program with the owner's session.
	v := visit(t, s.public)
	cookies, err := chromedp.Call(owner.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		t.Fatal(err)
	}
	header := map[string]string{"Content-Type": "application/json"}
	for _, c := range cookies.Cookies {
		header["Cookie"] += c.Name + "=" + c.Value + "; "
		if c.Name == "tripact_session" && (!c.HTTPOnly || c.SameSite == network.CookieSameSiteNone) {
			t.Errorf("cookie %s: HttpOnly %t, SameSite %s", c.Name, c.HTTPOnly, c.SameSite)
		}
	}
	reviewed := ""
	for i, name := range []string{"ningbo-2025/01", "ningbo-2025/02"} {
		data := []byte(exampleData(t, name))
		if i == 1 {
			data = withoutReview(t, data)
		}
		res, body := v.sendWith(t, "POST", "/v1/projects", header, data)
		if res.StatusCode != 201 {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
		var p struct{ ID string }
		decode(t, body, &p)
		reviewed = p.ID
		if i == 0 {
			making := `{"projects":["` + p.ID + `"],"kinds":["application-form"],"formats":["docx"],"on":"2025-12-20"}`
			if res, body := v.sendWith(t, "POST", "/v1/documents", header, []byte(making)); res.StatusCode != 201 {
				t.Fatalf("%d %s", res.StatusCode, body)
			}
		}
	}
	owner.do("projects", chromedp.Navigate(s.public+"/"), chromedp.WaitVisible(`//article//a[contains(@href,"/documents/")]`))

	review(owner, s.public+"/projects/"+reviewed)

	// Another browser: no cookie of the first one's.
	second, end := chromedp.NewContext(first, chromedp.WithNewBrowserContext())
	defer end()
	member := at(second)
	member.do("invited", chromedp.Navigate(invitation), chromedp.WaitVisible(`input[name=login]`), chromedp.SendKeys(`input[name=name]`, "李申报"),
		chromedp.SendKeys(`input[name=login]`, "lisb"), chromedp.SendKeys(`input[name=password]`, "another horse battery"))
	member.do("own projects", chromedp.Submit(`input[name=password]`), chromedp.WaitVisible(`//article//a[contains(@href,"/documents/")]`))
	articles, err := chromedp.Run(second, chromedp.Evaluate[[]string](`[...document.querySelectorAll("article h2")].map(h => h.textContent)`))
	if err != nil || len(articles) != 1 || articles[0] != lead.Project.TitleCN {
		t.Errorf("the applicant sees %q", articles)
	}
	folder := t.TempDir()
	_, err = chromedp.Call(second, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: chromedp.FromContext(second).BrowserContextID, DownloadPath: folder, EventsEnabled: new(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	progress := chromedp.Events(second, browser.DownloadProgress)
	member.do("download", chromedp.Click(`//article//a[contains(@href,"/documents/") and not(contains(@href,"/links"))]`))
	for e, err := range progress {
		if err != nil || e.State == browser.DownloadProgressStateCanceled {
			t.Fatalf("the download: %s, %v", e.State, err)
		}
		if e.State == browser.DownloadProgressStateCompleted {
			break
		}
	}
	files, err := fs.Glob(os.DirFS(folder), "*")
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0], ".docx") || !strings.Contains(files[0], lead.Project.AppNo) {
		t.Fatalf("downloaded %q, %v", files, err)
	}
	z, err := zip.OpenReader(filepath.Join(folder, files[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("downloaded %s", files[0])
	for _, p := range []*person{owner, member} {
		p.mu.Lock()
		for _, f := range p.failures {
			t.Errorf("the browser complains: %s", f)
		}
		p.mu.Unlock()
	}
}

// withoutReview is a project's data before its review.
func withoutReview(t *testing.T, data []byte) []byte {
	t.Helper()
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"review", "approval", "contract"} {
		delete(whole, part)
	}
	data, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// review finds one clause unmet and all others met, and returns the application for correction, as an officer does it: with the keyboard and without scripts of ours.
func review(p *person, project string) {
	p.t.Helper()
	p.do("review begun", chromedp.Navigate(project), chromedp.Click(`a[href$="/review"]`), chromedp.WaitVisible(`form.review`))
	unmet := func(field string) string {
		return `//fieldset[legend/code="NB-II.3.c"]//*[starts-with(@name,"` + field + `.")]`
	}
	p.do("review not ready", chromedp.Click(`//fieldset[legend/code="NB-II.3.c"]//input[@value="unmet"]`), chromedp.Click(`//fieldset[legend/code="NB-II.3.c"]//summary`),
		chromedp.SendKeys(unmet("reason"), "申报书所列技术指标高于所附检测报告的数值，未见说明。"), chromedp.SendKeys(unmet("evidence"), "附件B3第4页"), chromedp.SendKeys(unmet("remedy"), "请更正指标或补充检测报告。"),
		chromedp.Click(`input[name=result][value=returned_correctable]`), chromedp.Click(`button[value=conclude]`), chromedp.WaitVisible(`div.problem[role=alert]`))
	p.mu.Lock()
	p.failures = nil // the browser tells of the 422, as it should
	p.mu.Unlock()
	set := func(name, value string) chromedp.Action[chromedp.Void] {
		return chromedp.SetValue(`input[name=`+name+`]`, value)
	}
	p.do("review checked", chromedp.Click(`input[name=others_met]`), set("notice_no", "甬科外形审〔2025〕37号"), set("submitted_at", "2025-09-02T09:12:05"), set("recommended_at", "2025-09-05T16:40"),
		set("reviewed_at", "2025-09-16T11:05"), set("correct_by", "2025-09-26T17:00"), set("date", "2025-09-17"),
		chromedp.Click(`button[value=check]`), chromedp.WaitNotPresent(`div.problem`), chromedp.WaitVisible(`//td[contains(.,"附件B3第4页")]`))
	p.do("review concluded", chromedp.Click(`button[value=conclude]`), chromedp.WaitVisible(`//td[contains(.,"退回（限期补正）") or contains(.,"Not accepted (returned for correction)")]`),
		chromedp.WaitVisible(`//*[contains(text(),"形式审查通知") or contains(text(),"Format-review notice")]/ancestor::article//a[contains(@href,"/documents/")]`))
}
