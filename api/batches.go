package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humamux"
	"github.com/danielgtaylor/huma/v2/sse"

	"tripact/app"
)

// InBatch names a batch.
type InBatch struct {
	Batch string `path:"batch"`
}

// InWebhook names a webhook.
type InWebhook struct {
	Webhook string `path:"webhook"`
}

func (s *Server) batches() {
	type one struct{ Body app.Batch }
	add(s, op{
		method: http.MethodPost, path: "/batches", id: "startBatch", tag: "batches", status: http.StatusAccepted, once: true, together: true, action: app.ReadProject,
		summary: "Have one kind of document made of many projects; follow it with readBatch, listBatchRows or watchBatch",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Body struct {
			Kind     string   `json:"kind" enum:"application-form,recommendation-letter,review-notice,contract"`
			Projects []string `json:"projects" minItems:"1" maxItems:"10000" doc:"Ids"`
			Formats  []string `json:"formats,omitempty" enum:"docx,pdf" doc:"Both without it"`
			Draft    bool     `json:"draft,omitempty"`
			Lang     string   `json:"lang,omitempty" enum:"zh,en"`
			On       string   `json:"on,omitempty" doc:"The day whose rules apply; today in Beijing without it" example:"2025-12-20"`
		}
	}) (*struct {
		Location string `header:"Location"`
		Body     app.Batch
	}, error,
	) {
		on, err := s.day(in.Body.On)
		if err != nil {
			return nil, err
		}
		b := in.Body
		if len(b.Formats) == 0 {
			b.Formats = []string{"docx", "pdf"}
		}
		batch, err := s.cfg.App.StartBatch(ctx, who, app.BatchRequest{
			Kind: app.Kind(b.Kind), Projects: b.Projects, Formats: b.Formats, Draft: b.Draft, Lang: b.Lang, On: on.String(),
		})
		if err != nil {
			return nil, err
		}
		return &struct {
			Location string `header:"Location"`
			Body     app.Batch
		}{Prefix + "/batches/" + batch.ID, batch}, nil
	})
	type list struct {
		Items []app.Batch `json:"items"`
		Next  string      `json:"next,omitempty" doc:"after of the next page; none after the last"`
	}
	add(s, op{method: http.MethodGet, path: "/batches", id: "listBatches", tag: "batches", summary: "List the batches of the caller's organisation, newest first", action: app.ReadProject},
		func(ctx context.Context, who app.Principal, in *struct {
			After string `query:"after" maxLength:"100" doc:"next of the page before"`
			Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
		},
		) (*struct{ Body list }, error) {
			items, err := s.cfg.App.Batches(ctx, who, in.After, in.Limit+1)
			if err != nil {
				return nil, err
			}
			out := &struct{ Body list }{list{Items: append([]app.Batch{}, items...)}}
			if len(items) > in.Limit { // one more was asked for to know this
				out.Body.Items, out.Body.Next = out.Body.Items[:in.Limit], items[in.Limit-1].ID
			}
			return out, nil
		})
	add(s, op{method: http.MethodGet, path: "/batches/{batch}", id: "readBatch", tag: "batches", summary: "Read how far a batch is", action: app.ReadProject},
		func(ctx context.Context, who app.Principal, in *InBatch) (*one, error) {
			b, err := s.cfg.App.Batch(ctx, who, in.Batch)
			if err != nil {
				return nil, err
			}
			return &one{b}, nil
		})
	type rows struct {
		Items []app.BatchRow `json:"items"`
	}
	add(s, op{
		method: http.MethodGet, path: "/batches/{batch}/rows", id: "listBatchRows", tag: "batches", action: app.ReadProject,
		summary: "List the rows of a batch that changed after a change, in the order of their changes",
	}, func(ctx context.Context, who app.Principal, in *struct {
		InBatch
		Seq   int64 `query:"after" minimum:"0" doc:"seq of the last row that is known"`
		Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100"`
	},
	) (*struct{ Body rows }, error) {
		items, err := s.cfg.App.BatchRows(ctx, who, in.Batch, in.Seq, in.Limit)
		if err != nil {
			return nil, err
		}
		return &struct{ Body rows }{rows{append([]app.BatchRow{}, items...)}}, nil
	})
	s.watch()
	turn := func(id, path, summary string, do func(context.Context, app.Principal, string) error) {
		add(s, op{method: http.MethodPost, path: "/batches/{batch}/" + path, id: id, tag: "batches", summary: summary, action: app.ReadProject},
			func(ctx context.Context, who app.Principal, in *InBatch) (*one, error) {
				if err := do(ctx, who, in.Batch); err != nil {
					return nil, err
				}
				b, err := s.cfg.App.Batch(ctx, who, in.Batch)
				return &one{b}, err
			})
	}
	turn("cancelBatch", "cancellation", "End the rows of a batch that wait", s.cfg.App.CancelBatch)
	turn("resumeBatch", "resumption", "Make the rows of a batch that failed or were cancelled", s.cfg.App.ResumeBatch)
	add(s, op{
		method: http.MethodGet, path: "/batches/{batch}/archive", id: "downloadBatch", tag: "batches", action: app.ReadDocument, age: 5 * time.Minute,
		summary: "Download the documents of a batch that are made, as a ZIP",
	}, func(ctx context.Context, who app.Principal, in *InBatch) (*huma.StreamResponse, error) {
		b, err := s.cfg.App.Batch(ctx, who, in.Batch)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			c.SetHeader("Content-Type", "application/zip")
			c.SetHeader("Content-Disposition", `attachment; filename="`+b.ID+`.zip"`)
			if err := s.cfg.App.WriteBatch(c.Context(), who, b.ID, c.BodyWriter()); err != nil {
				s.failed(c.Context(), err)  // the status has gone out
				panic(http.ErrAbortHandler) // so that nobody takes half a file for a whole one
			}
		}}, nil
	})
}

// watch sends the steps of a batch as server-sent events until it is over.
func (s *Server) watch() {
	o := op{method: http.MethodGet, path: "/batches/{batch}/events", id: "watchBatch", tag: "batches", action: app.ReadProject}
	s.ops[o.method+" "+Prefix+o.path] = &o
	sse.Register(s.huma, huma.Operation{
		OperationID: o.id, Method: o.method, Path: Prefix + o.path, Tags: []string{o.tag}, Extensions: map[string]any{"x-action": string(o.action)},
		Summary: "Follow a batch by server-sent events: a step at once, then one whenever rows have changed, and at least every 15 seconds, until it is over", Errors: usual,
		Middlewares: huma.Middlewares{func(c huma.Context, next func(huma.Context)) {
			// What cannot be followed is told as every other fault, before the answer begins.
			if _, err := s.cfg.App.Batch(c.Context(), caller(c.Context()).who, c.Param("batch")); err != nil {
				r, w := humamux.Unwrap(c)
				write(w, r, s.problem(r.Context(), err))
				return
			}
			next(c)
		}},
	}, map[string]any{"step": app.BatchStep{}}, func(ctx context.Context, in *struct {
		InBatch
		Seq  int64  `query:"after" minimum:"0" doc:"seq of the last row that is known"`
		Last string `header:"Last-Event-ID" doc:"id of the last event that came, as browsers send it when they connect again; goes before after"`
	}, send sse.Sender,
	) {
		seq := in.Seq
		if last, err := strconv.ParseInt(in.Last, 10, 64); err == nil && last >= 0 {
			seq = last
		}
		// Each event moves the deadline of the connection, which would end it otherwise.
		for step, err := range s.cfg.App.WatchBatch(ctx, caller(ctx).who, in.Batch, seq) {
			if n := len(step.Rows); n > 0 {
				seq = step.Rows[n-1].Seq
			}
			if err != nil || send(sse.Message{ID: int(seq), Data: step}) != nil {
				return // the reader comes again with the id that it has
			}
		}
	})
}

func (s *Server) webhooks() {
	type hook struct{ Body app.Webhook }
	type hooks struct {
		Items []app.Webhook `json:"items"`
	}
	add(s, op{method: http.MethodGet, path: "/webhooks", id: "listWebhooks", tag: "webhooks", summary: "List the webhooks of the caller's organisation", action: app.ManageWebhooks},
		func(ctx context.Context, who app.Principal, _ *struct{}) (*struct{ Body hooks }, error) {
			list, err := s.cfg.App.Webhooks(ctx, who)
			if err != nil {
				return nil, err
			}
			return &struct{ Body hooks }{hooks{append([]app.Webhook{}, list...)}}, nil
		})
	add(s, op{
		method: http.MethodPost, path: "/webhooks", id: "createWebhook", tag: "webhooks", status: http.StatusCreated, action: app.ManageWebhooks,
		summary: "Have an address told of events, signed with a secret that is told this once (Standard Webhooks)",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Body struct {
			URL    string   `json:"url" maxLength:"2000"`
			Events []string `json:"events" minItems:"1"`
		}
	},
	) (*hook, error) {
		w, err := s.cfg.App.CreateWebhook(ctx, who, in.Body.URL, in.Body.Events)
		if err != nil {
			return nil, err
		}
		return &hook{w}, nil
	})
	add(s, op{method: http.MethodDelete, path: "/webhooks/{webhook}", id: "stopWebhook", tag: "webhooks", summary: "End a webhook for good", action: app.ManageWebhooks},
		func(ctx context.Context, who app.Principal, in *InWebhook) (*struct{}, error) {
			return nil, s.cfg.App.StopWebhook(ctx, who, in.Webhook)
		})
	type deliveries struct {
		Items []app.Delivery `json:"items"`
		Next  string         `json:"next,omitempty" doc:"after of the next page; none after the last"`
	}
	add(s, op{
		method: http.MethodGet, path: "/webhooks/{webhook}/deliveries", id: "listDeliveries", tag: "webhooks", summary: "List what a webhook was told, newest first",
		action: app.ManageWebhooks,
	}, func(ctx context.Context, who app.Principal, in *struct {
		InWebhook
		After string `query:"after" maxLength:"100" doc:"next of the page before"`
		Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	},
	) (*struct{ Body deliveries }, error) {
		list, err := s.cfg.App.Deliveries(ctx, who, in.Webhook, in.After, in.Limit+1)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body deliveries }{deliveries{Items: append([]app.Delivery{}, list...)}}
		if len(list) > in.Limit {
			out.Body.Items, out.Body.Next = out.Body.Items[:in.Limit], list[in.Limit-1].ID
		}
		return out, nil
	})
	add(s, op{
		method: http.MethodPost, path: "/webhooks/deliveries/{delivery}/replay", id: "replayDelivery", tag: "webhooks", status: http.StatusAccepted,
		summary: "Send a delivery again", action: app.ManageWebhooks,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Delivery string `path:"delivery"`
	},
	) (*struct{}, error) {
		return nil, s.cfg.App.ReplayDelivery(ctx, who, in.Delivery)
	})
}
