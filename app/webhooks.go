package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"tripact/problem"
	"tripact/storage/records"
)

// Events that webhooks are told of.
const (
	EventProjectSaved      = "project.saved"      // a revision of a project is on record
	EventDocumentIssued    = "document.issued"    // a final document is on record, once for each of its formats
	EventBatchFinished     = "batch.finished"     // no row of a batch waits or runs
	EventTemplatePublished = "template.published" // another version of a template is in force, an earlier one again too
)

// WebhookEvents lists the events that webhooks can be told of.
func WebhookEvents() []string {
	return []string{EventProjectSaved, EventDocumentIssued, EventBatchFinished, EventTemplatePublished}
}

// Message is what is sent to a webhook: an HTTP POST of Body, signed with Secret.
type Message struct {
	ID     string // the same at each try: a receiver drops what it has had
	URL    string
	Secret string
	Body   []byte
	At     time.Time
}

// Sender sends a message and returns the HTTP status of the answer, 0 when there was none. An error that wraps
// ErrAddress is for an address that must not be asked.
type Sender interface {
	Send(ctx context.Context, m Message) (status int, err error)
	// Allowed reports by an error that wraps ErrAddress why an address will not be asked.
	Allowed(ctx context.Context, address string) error
}

// ErrAddress means that an address must not be asked, such as one inside the own network.
var ErrAddress = errors.New("this address is not allowed")

// Webhook is an address that is told of events.
type Webhook struct {
	ID        string     `json:"id"`
	URL       string     `json:"url"`
	Events    []string   `json:"events"`
	Secret    string     `json:"secret,omitempty"` // only in the answer of CreateWebhook
	CreatedAt time.Time  `json:"created_at"`
	StoppedAt *time.Time `json:"stopped_at,omitempty"`
}

// Delivery is one event that a webhook was told of, or is to be.
type Delivery struct {
	ID        string          `json:"id"`
	Webhook   string          `json:"webhook"`
	Event     string          `json:"event"`
	Body      json.RawMessage `json:"body"`
	State     string          `json:"state"` // waiting, delivered or failed
	Tries     int             `json:"tries"`
	Status    int             `json:"status,omitempty"` // of the last answer
	Fault     string          `json:"fault,omitempty"`  // of the last try
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
}

// CreateWebhook has an address told of events. The secret in the answer is shown this once; it begins with whsec_, as
// libraries for Standard Webhooks take it. What is wrong with the request comes back as findings.
func (a *App) CreateWebhook(ctx context.Context, who Principal, address string, events []string) (Webhook, error) {
	if err := who.need(ManageWebhooks); err != nil {
		return Webhook{}, err
	}
	var found problem.List
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(address) > 2000 {
		found.Add(problem.Finding{
			Code: "webhook.url", Severity: problem.Fail, Path: "/url",
			Message: problem.T("不是可用的网址", "this is not an address that can be told"),
			Fix:     problem.Fix{ZH: "请填写以https://开头、不含用户名的网址", EN: "give an address that begins with https:// and has no user name"},
		})
	} else if a.cfg.Sender == nil {
		return Webhook{}, errors.New("create webhook: this program sends nothing")
	} else if err := a.cfg.Sender.Allowed(ctx, address); err != nil {
		found.Add(problem.Finding{
			Code: "webhook.address", Severity: problem.Fail, Path: "/url", Found: u.Host,
			Message: problem.T("该地址不允许接收通知", "this address is not allowed to be told"),
			Fix: problem.Fix{
				ZH: "请使用可解析的公网地址；内网地址须由管理员在设置项webhook_private中开放",
				EN: "use a public address that resolves; private ones need the setting webhook_private",
			},
		})
	}
	if len(events) == 0 {
		events = WebhookEvents()
	}
	for i, e := range events {
		if !slices.Contains(WebhookEvents(), e) {
			found.Add(problem.Finding{
				Code: "webhook.event", Severity: problem.Fail, Path: fmt.Sprintf("/events/%d", i), Found: e,
				Message: problem.T("没有这种事件", "there is no such event"),
				Fix:     problem.Fix{ZH: "可用的有：" + strings.Join(WebhookEvents(), "、"), EN: "use " + strings.Join(WebhookEvents(), ", ")},
			})
		}
	}
	if found.Failed() {
		return Webhook{}, found.Err()
	}
	var key [32]byte
	rand.Read(key[:]) // never fails: it ends the program instead
	w, err := a.cfg.Records.CreateWebhook(ctx, who.viewer(), records.Webhook{
		URL: address, Events: events, Secret: "whsec_" + base64.StdEncoding.EncodeToString(key[:]),
	}, a.cfg.Now())
	if err != nil {
		return Webhook{}, err
	}
	out := webhook(w)
	out.Secret = w.Secret
	return out, nil
}

func webhook(w records.Webhook) Webhook {
	out := Webhook{ID: w.ID, URL: w.URL, Events: w.Events, CreatedAt: w.CreatedAt}
	if !w.StoppedAt.IsZero() {
		out.StoppedAt = &w.StoppedAt
	}
	return out
}

// Webhooks lists the webhooks of an organisation, newest first.
func (a *App) Webhooks(ctx context.Context, who Principal) ([]Webhook, error) {
	if err := who.need(ManageWebhooks); err != nil {
		return nil, err
	}
	list, err := a.cfg.Records.Webhooks(ctx, who.Organisation.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Webhook, len(list))
	for i, w := range list {
		out[i] = webhook(w)
	}
	return out, nil
}

// StopWebhook ends a webhook for good. fs.ErrNotExist when the organisation has none of this id.
func (a *App) StopWebhook(ctx context.Context, who Principal, id string) error {
	if err := who.need(ManageWebhooks); err != nil {
		return err
	}
	return notExist(a.cfg.Records.StopWebhook(ctx, who.viewer(), id, a.cfg.Now()))
}

// Deliveries lists what a webhook was told, newest first, at most limit, older than the delivery after ("" for the first page).
func (a *App) Deliveries(ctx context.Context, who Principal, id, after string, limit int) ([]Delivery, error) {
	if err := who.need(ManageWebhooks); err != nil {
		return nil, err
	}
	if _, err := a.cfg.Records.Webhook(ctx, who.Organisation.ID, id); err != nil {
		return nil, notExist(err)
	}
	list, err := a.cfg.Records.Deliveries(ctx, who.Organisation.ID, id, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Delivery, len(list))
	for i, d := range list {
		out[i] = Delivery{
			ID: d.ID, Webhook: d.Webhook, Event: d.Event, Body: d.Body, State: d.State, Tries: d.Tries, Status: d.Status, Fault: d.Fault,
			CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		}
	}
	return out, nil
}

// ReplayDelivery tells a webhook of an event once more, under the same id. fs.ErrNotExist when there is no such delivery.
func (a *App) ReplayDelivery(ctx context.Context, who Principal, id string) error {
	if err := who.need(ManageWebhooks); err != nil {
		return err
	}
	err := a.cfg.Records.Together(ctx, func(ctx context.Context) error {
		if err := a.cfg.Records.ReplayDelivery(ctx, who.Organisation.ID, id, a.cfg.Now()); err != nil {
			return err
		}
		job := deliveryJob(who.Organisation.ID, id)
		job.Key = fmt.Sprintf("%s/%d", id, a.cfg.Now().UnixMicro()) // the job of the try before may be about to end
		return a.cfg.Records.Enqueue(ctx, job)
	})
	return notExist(err)
}

// deliveryTries is how often an event is told: over some three days.
const deliveryTries = 14

func deliveryJob(organisation, id string) records.Job {
	return records.Job{Kind: jobWebhook, Key: id, Args: deliveryArgs{Organisation: organisation, Delivery: id}, Tries: deliveryTries}
}

type deliveryArgs struct {
	Organisation string `json:"organisation"`
	Delivery     string `json:"delivery"`
}

// deliveryBackoff waits 5 s, 10 s, 20 s, … and never longer than 12 hours.
func deliveryBackoff(try int) time.Duration {
	return min(12*time.Hour, 5*time.Second<<min(max(try-1, 0), 20))
}

// announce has the webhooks of an organisation told of an event, in the transaction of ctx. subject tells events of one
// name apart: the same event announced again is told once. data holds ids and digests, and no personal data.
func (a *App) announce(ctx context.Context, organisation, event, subject string, data any) error {
	hooks, err := a.cfg.Records.Subscribed(ctx, organisation, event)
	if err != nil {
		return err
	}
	return a.tell(ctx, hooks, event, subject, data)
}

// announceTo is announce for an event about projects: to every organisation that sees all of them.
func (a *App) announceTo(ctx context.Context, projects []string, event, subject string, data any) error {
	hooks, err := a.cfg.Records.SubscribedTo(ctx, event, projects)
	if err != nil {
		return err
	}
	return a.tell(ctx, hooks, event, subject, data)
}

// tell takes in a message to each of the webhooks.
func (a *App) tell(ctx context.Context, hooks []records.Webhook, event, subject string, data any) error {
	for _, w := range hooks {
		id := "msg_" + sum(w.ID, event, subject)[:32]
		body, err := json.Marshal(map[string]any{"id": id, "type": event, "timestamp": a.cfg.Now().UTC(), "data": data})
		if err != nil {
			return err
		}
		if err := a.cfg.Records.AddDelivery(ctx, records.Delivery{ID: id, Webhook: w.ID, Event: event, Body: body}, a.cfg.Now()); err != nil {
			return err
		}
		if err := a.cfg.Records.Enqueue(ctx, deliveryJob(w.Organisation, id)); err != nil {
			return err
		}
	}
	return nil
}

// announceDocuments tells the organisations that see them of final documents.
func (a *App) announceDocuments(ctx context.Context, docs []records.Document) error {
	for _, d := range docs {
		if d.State != records.Issued {
			continue
		}
		projects := make([]string, len(d.Sources))
		for i, s := range d.Sources {
			projects[i] = s.Project
		}
		data := map[string]any{
			"document": d.ID, "kind": d.Kind, "lang": d.Lang, "format": d.Format, "version": d.Version, "code": d.Code,
			"sha256": d.Object.SHA256, "size": d.Object.Size, "projects": projects,
		}
		if err := a.announceTo(ctx, projects, EventDocumentIssued, d.ID, data); err != nil {
			return err
		}
	}
	return nil
}

// deliver does one job of kind webhook.
func (a *App) deliver(ctx context.Context, j *records.RunningJob) error {
	var args deliveryArgs
	if err := json.Unmarshal(j.Args, &args); err != nil {
		return fmt.Errorf("%w: %w", records.ErrGiveUp, err)
	}
	d, w, err := a.cfg.Records.Delivery(ctx, args.Organisation, args.Delivery)
	switch {
	case errors.Is(err, records.ErrNotFound):
		return fmt.Errorf("%w: %w", records.ErrGiveUp, err)
	case err != nil:
		return err
	case d.State != records.DeliveryWaiting:
		return nil // by an earlier try whose process was killed before it could say so
	}
	tried := func(state string, status int, fault string) error {
		a.cfg.Meter.Delivered(map[string]string{
			records.DeliveryDone: "delivered", records.DeliveryWaiting: "again", records.DeliveryFailed: "failed",
		}[state])
		return a.cfg.Records.TriedDelivery(context.WithoutCancel(ctx), d.ID, state, status, fault, a.cfg.Now())
	}
	if !w.StoppedAt.IsZero() {
		return tried(records.DeliveryFailed, 0, "the webhook was stopped")
	}
	status, err := a.cfg.Sender.Send(ctx, Message{ID: d.ID, URL: w.URL, Secret: w.Secret, Body: d.Body, At: a.cfg.Now()})
	if err == nil && status >= 200 && status < 300 {
		return tried(records.DeliveryDone, status, "")
	}
	fault := fmt.Sprintf("answered %d", status)
	if err != nil {
		fault = "no answer"
		if errors.Is(err, ErrAddress) {
			fault = ErrAddress.Error()
		}
	}
	switch {
	case status == 410: // the receiver wants no more of it (Standard Webhooks)
		return errors.Join(tried(records.DeliveryFailed, status, fault),
			a.cfg.Records.StopWebhook(ctx, records.Viewer{Organisation: w.Organisation}, w.ID, a.cfg.Now()))
	case j.Last:
		return tried(records.DeliveryFailed, status, fault)
	}
	if err := tried(records.DeliveryWaiting, status, fault); err != nil {
		return err
	}
	return fmt.Errorf("webhook %s: %s", w.ID, fault)
}
