package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tripact/app"
	"tripact/examples"
	"tripact/project"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/web"
)

// serveHere runs the service in this process until the test ends, and returns what it logs.
func serveHere(t *testing.T, set settings) (*service, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	c := &cli{out: io.Discard, err: &log, now: time.Now, lang: "en"}
	s, err := c.start(context.WithoutCancel(t.Context()), set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s, &log
}

// issueHere saves the first example and issues its contract as PDF.
func issueHere(t *testing.T, s *service) records.Document {
	t.Helper()
	names, err := fs.Glob(examples.FS(), "*/01-*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no example: %v", err)
	}
	raw, err := fs.ReadFile(examples.FS(), names[0])
	if err != nil {
		t.Fatal(err)
	}
	rec, found, err := s.app.SaveProject(t.Context(), app.LocalOwner(), raw, records.AnyRevision)
	if err != nil || found.Failed() {
		t.Fatal(err, found)
	}
	docs, found, err := s.app.Issue(t.Context(), app.LocalOwner(), []string{rec.ID}, app.Request{
		Kinds: []app.Kind{app.Contract}, PDF: true, On: project.Date{Year: 2025, Month: 12, Day: 20},
	})
	if err != nil || found.Failed() || len(docs) != 1 {
		t.Fatal(err, found)
	}
	return docs[0]
}

// answer is what comes before a body.
type answer struct {
	StatusCode    int
	Header        http.Header
	ContentLength int64
}

// ask sends a request without following redirects.
func ask(t *testing.T, client *http.Client, method, address string, form url.Values) (answer, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, res.ContentLength}, body
}

// signIn makes the first owner through the set-up link.
func signIn(t *testing.T, s *service, client *http.Client) {
	t.Helper()
	setUp, err := s.app.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"name": {"所有者"}, "login": {"owner"}, "password": {"correct horse battery"}}
	if res, body := ask(t, client, "POST", s.public+web.InvitePath(setUp), form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("set up: %d %s", res.StatusCode, body)
	}
}

func isFile(d records.Document, body []byte) bool {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]) == d.Object.SHA256
}

// TestRevocableLinks is the way of an owner and of those who get links, over the whole service.
func TestRevocableLinks(t *testing.T) {
	s, log := serveHere(t, settings{Addr: "127.0.0.1:0", Data: t.TempDir()})
	doc := issueHere(t, s)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	owner, stranger := &http.Client{Jar: jar}, &http.Client{}
	signIn(t, s, owner)
	page := s.public + "/documents/" + doc.ID + "/links"

	// Strangers neither see nor make links; an owner does, within limits.
	if res, _ := ask(t, stranger, "POST", page, url.Values{"hours": {"24"}}); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger makes a link: %d", res.StatusCode)
	}
	for _, hours := range []string{"", "0", "169", "-1", "1e9"} {
		if res, _ := ask(t, owner, "POST", page, url.Values{"hours": {hours}}); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a link of %q hours: %d", hours, res.StatusCode)
		}
	}
	if res, _ := ask(t, owner, "GET", s.public+"/documents/none/links", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("links of no document: %d", res.StatusCode)
	}
	newLink := func(form url.Values) string {
		if res, _ := ask(t, owner, "POST", page, form); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("make a link: %d", res.StatusCode)
		}
		_, body := ask(t, owner, "GET", page, nil)
		link := regexp.MustCompile(`http://[^<]+/d/[^<]+`).Find(body)
		if link == nil {
			t.Fatalf("no link on the page: %s", body)
		}
		return string(link)
	}

	// As often as wanted: HEAD is answered, GET redirects to the file.
	link := newLink(url.Values{"hours": {"24"}})
	res, _ := ask(t, stranger, "HEAD", link, nil)
	_, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
	if res.StatusCode != http.StatusOK || err != nil || params["filename"] != doc.FileName || res.ContentLength != doc.Object.Size {
		t.Errorf("HEAD: %d %v", res.StatusCode, res.Header)
	}
	for range 2 {
		res, _ := ask(t, stranger, "GET", link, nil)
		if res.StatusCode != http.StatusFound || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("GET: %d %v", res.StatusCode, res.Header)
		}
		if _, body := ask(t, stranger, "GET", res.Header.Get("Location"), nil); !isFile(doc, body) {
			t.Error("the redirect does not give the file")
		}
	}
	if res, _ := ask(t, stranger, "GET", link[:len(link)-1]+"!", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("forged: %d", res.StatusCode)
	}

	// Revoked by its owner: 410, whatever the method.
	list, err := s.app.DocumentLinks(t.Context(), app.LocalOwner(), doc.ID)
	if err != nil || len(list) != 1 || list[0].Uses != 2 {
		t.Fatalf("links %+v, %v", list, err)
	}
	if res, _ := ask(t, stranger, "POST", page+"/"+list[0].ID+"/revoke", nil); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger revokes: %d", res.StatusCode)
	}
	if res, _ := ask(t, owner, "POST", s.public+"/documents/other/links/"+list[0].ID+"/revoke", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("revoked as the link of another document: %d", res.StatusCode)
	}
	if res, _ := ask(t, owner, "POST", page+"/"+list[0].ID+"/revoke", nil); res.StatusCode != http.StatusSeeOther {
		t.Errorf("revoke: %d", res.StatusCode)
	}
	for _, method := range []string{"GET", "HEAD", "POST"} {
		if res, _ := ask(t, stranger, method, link, nil); res.StatusCode != http.StatusGone {
			t.Errorf("%s of a revoked link: %d", method, res.StatusCode)
		}
	}

	oneTime(t, doc, newLink(url.Values{"hours": {"1"}, "once": {"1"}}))

	last, err := s.db.VerifyAudit(t.Context())
	if err != nil {
		t.Error(err)
	}
	counts := map[string]int{}
	for e, err := range s.db.Events(t.Context(), records.System(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		counts[e.Event]++
	}
	for event, want := range map[string]int{
		records.EventIssued: 1, records.EventCreated: 2, records.EventUsed: 3, records.EventRevoked: 1, records.EventSignedIn: 1,
	} {
		if counts[event] != want {
			t.Errorf("%d events %s, want %d (of %d)", counts[event], event, want, last.Seq)
		}
	}
	if strings.Contains(strings.ReplaceAll(log.String(), `"/d/{token}"`, ""), "/d/") { // but for the name of the route
		t.Errorf("the log tells links: %s", log)
	}
}

// oneTime: looking at a one-time link does not use it up; of twenty clicks at once one gets the file.
func oneTime(t *testing.T, doc records.Document, link string) {
	t.Helper()
	for _, method := range []string{"HEAD", "GET", "GET"} {
		if res, body := ask(t, &http.Client{}, method, link, nil); res.StatusCode != http.StatusOK || isFile(doc, body) {
			t.Errorf("%s of a one-time link: %d", method, res.StatusCode)
		}
	}
	const n = 20
	statuses, bodies := make([]int, n), make([][]byte, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			res, err := http.Post(link, "", nil)
			if err != nil {
				t.Error(err)
				return
			}
			statuses[i] = res.StatusCode
			bodies[i], err = io.ReadAll(res.Body)
			if err := errors.Join(err, res.Body.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	given := 0
	for i, status := range statuses {
		switch {
		case status == http.StatusOK && isFile(doc, bodies[i]):
			given++
		case status != http.StatusGone:
			t.Errorf("click %d: %d", i, status)
		}
	}
	if given != 1 {
		t.Errorf("%d of %d clicks got the file", given, n)
	}
	if res, _ := ask(t, &http.Client{}, "GET", link, nil); res.StatusCode != http.StatusGone {
		t.Errorf("used up: %d", res.StatusCode)
	}
}

// TestIssuedIsLocked: with lock_days an issued file is under object lock from then on.
func TestIssuedIsLocked(t *testing.T) {
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: t.TempDir(), LockDays: 30})
	doc := issueHere(t, s)
	store, err := storage.Open(t.Context(), s.store.Config(s.public))
	if err != nil {
		t.Fatal(err)
	}
	until, err := store.LockedUntil(t.Context(), storage.Object(doc.Object))
	if left := time.Until(until); err != nil || left < 29*24*time.Hour || left > 30*24*time.Hour {
		t.Errorf("locked until %v, %v", until, err)
	}
}

func TestSettingsOfPostgres(t *testing.T) {
	for name, set := range map[string]settings{
		"another scheme": {Database: "mysql://db/tripact"}, "no link key": {Database: "postgres://db/tripact"},
		"a short link key": {Database: "postgres://db/tripact", LinkKey: "00ff"},
	} {
		_, err := set.database()
		if err == nil {
			_, err = set.linkKey()
		}
		if err == nil || !strings.HasPrefix(err.Error(), "settings: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
