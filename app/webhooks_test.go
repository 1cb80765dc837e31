package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tripact/app"
	"tripact/problem"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/webhook"
)

// receiver takes messages and answers as told, 200 when not told.
type receiver struct {
	*httptest.Server

	mu      sync.Mutex
	answers []int
	got     []message
	more    chan struct{}
}

type message struct {
	header http.Header
	body   []byte
}

func newReceiver(t *testing.T, answers ...int) *receiver {
	t.Helper()
	r := &receiver{answers: answers, more: make(chan struct{}, 100)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.got = append(r.got, message{q.Header.Clone(), body})
		status := http.StatusOK
		if len(r.answers) > 0 {
			status, r.answers = r.answers[0], r.answers[1:]
		}
		r.mu.Unlock()
		w.WriteHeader(status)
		r.more <- struct{}{}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) wait(t *testing.T, n int) []message {
	t.Helper()
	for range n {
		select {
		case <-r.more:
		case <-time.After(time.Minute):
			t.Fatal("no message within a minute")
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]message(nil), r.got...)
}

func TestWebhooks(t *testing.T) {
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) {
		c.Sender, c.Now = webhook.New("test", true), ticking()
	})
	ctx := t.Context()
	r := newReceiver(t, http.StatusInternalServerError) // the first try fails
	w, err := a.CreateWebhook(ctx, bureau, r.URL, []string{app.EventDocumentIssued})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := a.Webhooks(ctx, bureau); err != nil || len(list) != 1 || list[0].Secret != "" || list[0].ID != w.ID {
		t.Errorf("Webhooks = %+v, %v", list, err)
	}
	startJobs(t, a)
	id, _, err := save(t, a, raw(t, university))
	if err != nil {
		t.Fatal(err)
	}
	contract := app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: signing}
	docs, _, err := a.Issue(ctx, bureau, []string{id}, contract)
	if err != nil {
		t.Fatal(err)
	}
	// A draft is nobody's business, and what is issued again is told once.
	draft := contract
	draft.Draft = true
	for _, req := range []app.Request{draft, contract} {
		if _, _, err := a.Issue(ctx, bureau, []string{id}, req); err != nil {
			t.Fatal(err)
		}
	}
	got := r.wait(t, 2)
	first, second := got[0], got[1]
	if err := webhook.Verify(w.Secret, second.header, second.body, ticking()()); err != nil {
		t.Error(err)
	}
	if string(first.body) != string(second.body) || first.header.Get("webhook-id") != second.header.Get("webhook-id") {
		t.Error("the second try is another message")
	}
	var told struct {
		ID, Type string
		Data     struct{ Document, Kind, SHA256 string }
	}
	if err := json.Unmarshal(second.body, &told); err != nil {
		t.Fatal(err)
	}
	if told.ID != second.header.Get("webhook-id") || told.Type != app.EventDocumentIssued || told.Data.Document != docs[0].ID || told.Data.SHA256 != docs[0].Object.SHA256 {
		t.Errorf("told %s", second.body)
	}
	for _, secret := range []string{"陈", "330299197603210", docs[0].FileName} {
		if strings.Contains(string(second.body), secret) {
			t.Errorf("the message tells %s", secret)
		}
	}
	var log []app.Delivery
	for range 100 { // the answer is on record soon after it was given
		if log, err = a.Deliveries(ctx, bureau, w.ID, "", 10); err != nil {
			t.Fatal(err)
		}
		if len(log) == 1 && log[0].State == "delivered" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if len(log) != 1 || log[0].State != "delivered" || log[0].Tries != 2 || log[0].Status != 200 {
		t.Fatalf("the log: %+v", log)
	}
	if err := a.ReplayDelivery(ctx, stranger, log[0].ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a stranger's replay: %v", err)
	}
	if err := a.ReplayDelivery(ctx, bureau, log[0].ID); err != nil {
		t.Fatal(err)
	}
	if third := r.wait(t, 1)[2]; third.header.Get("webhook-id") != told.ID {
		t.Error("a replay is another message")
	}
	if _, err := a.Deliveries(ctx, stranger, w.ID, "", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a stranger's log: %v", err)
	}
	if err := a.StopWebhook(ctx, stranger, w.ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a stranger stops it: %v", err)
	}
	if err := a.StopWebhook(ctx, bureau, w.ID); err != nil {
		t.Fatal(err)
	}
	if err := a.ReplayDelivery(ctx, bureau, log[0].ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a replay to a webhook that was stopped: %v", err)
	}
}

// A receiver that answers 410 wants no more of it.
func TestWebhookGone(t *testing.T) {
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) {
		c.Sender, c.Now = webhook.New("test", true), ticking()
	})
	r := newReceiver(t, http.StatusGone)
	if _, err := a.CreateWebhook(t.Context(), bureau, r.URL, []string{app.EventBatchFinished}); err != nil {
		t.Fatal(err)
	}
	startJobs(t, a)
	ids := copies(t, a, raw(t, university), 1)
	if _, err := a.StartBatch(t.Context(), bureau, app.BatchRequest{Kind: app.Contract, Projects: ids, Formats: []string{"docx"}, Draft: true, On: signing.String()}); err != nil {
		t.Fatal(err)
	}
	if got := r.wait(t, 1); !strings.Contains(string(got[0].body), app.EventBatchFinished) {
		t.Errorf("told %s", got[0].body)
	}
	for range 100 {
		list, err := a.Webhooks(t.Context(), bureau)
		if err != nil {
			t.Fatal(err)
		}
		if list[0].StoppedAt != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the webhook goes on")
}

func TestWebhookRefused(t *testing.T) {
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) { c.Sender = webhook.New("test", false) })
	for address, want := range map[string]string{
		"https://127.0.0.1/": "webhook.address", "https://169.254.169.254/latest/meta-data": "webhook.address", "https://[::1]:8080/": "webhook.address",
		"http://93.184.216.34/": "webhook.address", "ftp://93.184.216.34/": "webhook.url", "https://user:word@93.184.216.34/": "webhook.url", "": "webhook.url",
	} {
		_, err := a.CreateWebhook(t.Context(), bureau, address, nil)
		if found := problem.Of(err); len(found) != 1 || found[0].Code != want {
			t.Errorf("%q: %v, want %s", address, err, want)
		}
	}
	_, err := a.CreateWebhook(t.Context(), bureau, "https://93.184.216.34/", []string{"everything"})
	if found := problem.Of(err); len(found) != 1 || found[0].Code != "webhook.event" {
		t.Errorf("an event that there is not: %v", err)
	}
}

// TestWebhookEvents: every organisation that sees a project is told what happens to it, and no other; templates are the bureau's business. What is done twice is
// told once, and what came to nothing is not told.
func TestWebhookEvents(t *testing.T) {
	a, _ := onlineWith(t, func(c *app.Config, _ *storage.Server) {
		c.Sender, c.Now = webhook.New("test", true), ticking()
	})
	ctx := t.Context()
	o := newOffices(t, a)
	told := map[string]func() []string{}
	for name, office := range map[string]office{"bureau": o.bureau, "unit": o.unit, "lead": o.lead, "other unit": o.otherUnit, "other lead": o.otherLead} {
		w, err := a.CreateWebhook(ctx, office.all, "http://127.0.0.1:9/", nil)
		if err != nil || len(w.Events) != len(app.WebhookEvents()) {
			t.Fatal(w, err)
		}
		told[name] = func() (list []string) {
			t.Helper()
			log, err := a.Deliveries(ctx, office.all, w.ID, "", 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range log {
				var m struct {
					Data struct {
						Kind     string
						Revision int
						Changed  []string
						Version  int
					}
				}
				if err := json.Unmarshal(d.Body, &m); err != nil {
					t.Fatal(err)
				}
				for _, secret := range []string{"陈", "330299197603210", "甬江理工大学"} {
					if strings.Contains(string(d.Body), secret) {
						t.Errorf("%s tells %s", d.Event, secret)
					}
				}
				list = append(list, strings.TrimSpace(fmt.Sprintln(d.Event, m.Data.Kind, m.Data.Revision, m.Data.Changed, m.Data.Version)))
			}
			slices.Sort(list)
			return list
		}
	}
	data := raw(t, university)
	officer := o.bureau.all
	rec, _, err := a.SaveProject(ctx, officer, data, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second changes nothing
		if _, _, err := a.SaveProject(ctx, officer, patched(t, data, app.PartContract), records.AnyRevision); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := a.SaveProject(ctx, officer, patched(t, data, app.PartReview), 1); !errors.Is(err, records.ErrConflict) {
		t.Fatalf("an old base: %v", err)
	}
	for range 2 {
		if _, found, err := a.Issue(ctx, officer, []string{rec.ID}, app.Request{Kinds: []app.Kind{app.Contract}, PDF: true, On: signing}); err != nil || found.Failed() {
			t.Fatal(err, found)
		}
	}
	v, _, err := a.UploadTemplate(ctx, officer, contractSlot, contractWith(t, "修订。"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []int{v.Version, v.Version, 0} { // and back
		if _, err := a.PublishTemplate(ctx, officer, contractSlot, version, records.AnyRevision); err != nil {
			t.Fatal(err)
		}
	}
	project := []string{"document.issued contract 0 [] 1", "project.saved  1 [application rec review approval contract] 0", "project.saved  2 [contract] 0"}
	for name, want := range map[string][]string{
		"bureau": append(slices.Clone(project), "template.published contract 0 [] 0", "template.published contract 0 [] 1"),
		"unit":   project, "lead": project, "other unit": nil, "other lead": nil,
	} {
		if got := told[name](); !slices.Equal(got, want) {
			t.Errorf("%s was told %q, want %q", name, got, want)
		}
	}
}
