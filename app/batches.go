package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
	"time"

	"tripact/problem"
	"tripact/project"
	"tripact/storage"
	"tripact/storage/records"
)

// MaxBatch is how many projects one batch may have.
const MaxBatch = 10000

// BatchRequest says what documents to make of many projects.
type BatchRequest struct {
	Kind     Kind     `json:"kind"`
	Projects []string `json:"projects,omitempty"` // ids
	Formats  []string `json:"formats"`            // docx, pdf
	Draft    bool     `json:"draft,omitempty"`
	Lang     string   `json:"lang,omitempty"` // as in Request
	On       string   `json:"on"`             // YYYY-MM-DD: the day whose rules apply to all rows
}

func (r BatchRequest) request() Request {
	on, _ := project.ParseDate(r.On) // checked by StartBatch
	req := Request{Kinds: []Kind{r.Kind}, Draft: r.Draft, Lang: r.Lang, On: on}
	for _, f := range r.Formats {
		req.DOCX, req.PDF = req.DOCX || f == "docx", req.PDF || f == "pdf"
	}
	return req
}

func (r BatchRequest) check() problem.List {
	_, found := ParseKinds(string(r.Kind))
	if r.Kind == "all" {
		found.Add(problem.Finding{
			Code: "batch.kind", Severity: problem.Fail, Path: "/kind", Message: problem.T("一个批次只生成一种文书", "a batch makes one kind of document"),
			Fix: problem.Fix{ZH: "请为每种文书各建一个批次", EN: "start a batch for each kind"},
		})
	}
	req := r.request()
	if !req.DOCX && !req.PDF {
		found.Add(problem.Finding{
			Code: "batch.formats", Severity: problem.Fail, Path: "/formats", Message: problem.T("没有写明格式", "no format is given"),
			Fix: problem.Fix{ZH: "请写docx、pdf或两者", EN: "give docx, pdf or both"},
		})
	}
	if _, err := project.ParseDate(r.On); err != nil {
		found.Add(problem.Finding{
			Code: "batch.on", Severity: problem.Fail, Path: "/on", Found: r.On, Message: problem.T("不是日期", "this is not a date"),
			Fix: problem.Fix{ZH: "请写成2025-12-20的形式", EN: "write it as 2025-12-20"},
		})
	}
	if len(r.Projects) == 0 || len(r.Projects) > MaxBatch {
		found.Add(problem.Finding{
			Code: "batch.projects", Severity: problem.Fail, Path: "/projects", Found: fmt.Sprint(len(r.Projects)),
			Message: problem.Tf("一个批次须有1至%d个项目", "a batch has 1 to %d projects", MaxBatch),
			Fix:     problem.Fix{ZH: "请选择项目，或分成几个批次", EN: "choose projects, or start several batches"},
		})
	}
	return found
}

// batchOrder is how a request is kept: with whom it works for. Their rights are asked when it comes, and again for each row when its turn is.
type batchOrder struct {
	BatchRequest

	Viewer records.Viewer `json:"viewer"`
}

// Batch is a batch as those who wait for it see it.
type Batch struct {
	ID         string       `json:"id"`
	Request    BatchRequest `json:"request"` // without the projects, which the rows have
	Total      int          `json:"total"`
	Waiting    int          `json:"waiting"`
	Running    int          `json:"running"`
	Done       int          `json:"done"`
	Refused    int          `json:"refused"` // their findings say why
	Failed     int          `json:"failed"`  // a part outside failed again and again: resume it
	Cancelled  int          `json:"cancelled"`
	Seq        int64        `json:"seq"` // of the last change of a row
	Over       bool         `json:"over"`
	CreatedAt  time.Time    `json:"created_at"`
	FinishedAt *time.Time   `json:"finished_at,omitempty"`
}

// BatchRow is one document of a batch.
type BatchRow struct {
	Position  int          `json:"position"` // from 1
	Label     string       `json:"label"`    // application numbers
	Projects  []string     `json:"projects"` // ids
	State     string       `json:"state"`    // waiting, running, done, refused, failed or cancelled
	Findings  problem.List `json:"findings,omitempty"`
	Documents []string     `json:"documents,omitempty"` // ids, one for each format
	Seq       int64        `json:"seq"`                 // of its last change
}

// BatchStep is what has changed since the step before.
type BatchStep struct {
	Batch Batch      `json:"batch"`
	Rows  []BatchRow `json:"rows"` // that changed, in the order of their changes
}

// StartBatch puts a batch on record and has its documents made by jobs: of all projects one by one, or, where it makes
// letters, one for all projects of a managing unit. A project that is not there or cannot be read is a row that is refused
// from the start. What is wrong with the request itself comes back as findings; ErrForbidden when who may not make the kind.
func (a *App) StartBatch(ctx context.Context, who Principal, r BatchRequest) (Batch, error) {
	if found := r.check(); found.Failed() {
		return Batch{}, found.Err()
	}
	if err := who.need(r.Kind.makes()); err != nil {
		return Batch{}, err
	}
	rows, err := a.batchRows(ctx, who.viewer(), r)
	if err != nil {
		return Batch{}, fmt.Errorf("start batch: %w", err)
	}
	r.Projects = nil
	request, err := json.Marshal(batchOrder{r, who.viewer()})
	if err != nil {
		return Batch{}, fmt.Errorf("start batch: %w", err)
	}
	var b records.Batch
	err = a.cfg.Records.Together(ctx, func(ctx context.Context) (err error) {
		if b, err = a.cfg.Records.CreateBatch(ctx, who.Organisation.ID, who.Actor(), request, rows, a.cfg.Now()); err != nil {
			return err
		}
		return a.cfg.Records.Enqueue(ctx, batchJob(who.Organisation.ID, b.ID, a.cfg.Now()))
	})
	if err != nil {
		return Batch{}, err
	}
	return batchOf(b)
}

func (a *App) batchRows(ctx context.Context, v records.Viewer, r BatchRequest) ([]records.BatchRow, error) {
	var (
		rows     []records.BatchRow
		projects []*project.Project
		ids      = map[*project.Project]string{}
		seen     = map[string]bool{}
	)
	for _, id := range r.Projects {
		if seen[id] {
			continue
		}
		seen[id] = true
		rec, err := a.cfg.Records.Project(ctx, v, id)
		if errors.Is(err, records.ErrNotFound) {
			rows = append(rows, records.BatchRow{Label: id, State: records.RowRefused, Findings: problem.List{{
				Code: "batch.project", Severity: problem.Fail, Found: id, Message: problem.T("没有这个项目", "there is no such project"),
				Fix: problem.Fix{ZH: "请核对项目标识", EN: "check the project's id"},
			}}})
			continue
		}
		if err != nil {
			return nil, err
		}
		p, found := project.Decode(bytes.NewReader(rec.Payload))
		if p == nil || found.Failed() {
			rows = append(rows, records.BatchRow{Label: rec.Number, Projects: []string{id}, State: records.RowRefused, Findings: found})
			continue
		}
		projects, ids[p] = append(projects, p), id
	}
	groups := make([][]*project.Project, len(projects))
	for i, p := range projects {
		groups[i] = []*project.Project{p}
	}
	if r.Kind == RecommendationLetter {
		groups = byManagingUnit(projects)
	}
	for _, group := range groups {
		row := records.BatchRow{State: records.RowWaiting}
		var labels []string
		for _, p := range group {
			row.Projects, labels = append(row.Projects, ids[p]), append(labels, p.Project.AppNo)
		}
		row.Label = strings.Join(labels, " ")
		rows = append(rows, row)
	}
	return rows, nil
}

func batchOf(b records.Batch) (Batch, error) {
	out := Batch{
		ID: b.ID, Total: b.Total, Waiting: b.Counts[records.RowWaiting], Running: b.Counts[records.RowRunning], Done: b.Counts[records.RowDone],
		Refused: b.Counts[records.RowRefused], Failed: b.Counts[records.RowFailed], Cancelled: b.Counts[records.RowCancelled],
		Seq: b.Seq, Over: b.Over(), CreatedAt: b.CreatedAt,
	}
	if b.Over() {
		out.FinishedAt = &b.FinishedAt
	}
	var order batchOrder
	if err := json.Unmarshal(b.Request, &order); err != nil {
		return Batch{}, fmt.Errorf("batch %s: %w", b.ID, err)
	}
	out.Request = order.BatchRequest
	return out, nil
}

func batchRow(r records.BatchRow) BatchRow {
	return BatchRow{
		Position: r.Position, Label: r.Label, Projects: r.Projects, State: string(r.State), Findings: r.Findings, Documents: r.Documents, Seq: r.Seq,
	}
}

// Batch tells how far a batch of the organisation is. fs.ErrNotExist when there is none of this id.
func (a *App) Batch(ctx context.Context, who Principal, id string) (Batch, error) {
	if err := who.need(ReadDocument); err != nil {
		return Batch{}, err
	}
	b, err := a.cfg.Records.Batch(ctx, who.Organisation.ID, id)
	if err != nil {
		return Batch{}, notExist(err)
	}
	return batchOf(b)
}

// Batches lists the batches of an organisation, newest first, at most limit, after the batch given ("" for the first page).
func (a *App) Batches(ctx context.Context, who Principal, after string, limit int) ([]Batch, error) {
	if err := who.need(ReadDocument); err != nil {
		return nil, err
	}
	list, err := a.cfg.Records.Batches(ctx, who.Organisation.ID, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Batch, len(list))
	for i, b := range list {
		if out[i], err = batchOf(b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// BatchRows lists the rows of a batch that changed after the change seq, 0 for all, in the order of their changes, at most
// limit (500): the Seq of the last one asks for the next page.
func (a *App) BatchRows(ctx context.Context, who Principal, id string, seq int64, limit int) ([]BatchRow, error) {
	if _, err := a.Batch(ctx, who, id); err != nil {
		return nil, err
	}
	list, err := a.cfg.Records.BatchRows(ctx, who.Organisation.ID, id, seq, limit)
	if err != nil {
		return nil, err
	}
	out := make([]BatchRow, len(list))
	for i, r := range list {
		out[i] = batchRow(r)
	}
	return out, nil
}

// watchEvery is how often WatchBatch looks. Another process may be the one that makes the documents.
const watchEvery = 300 * time.Millisecond

// watchBeat is how long WatchBatch is silent at most: proxies end connections on which nothing comes.
const watchBeat = 15 * time.Second

// WatchBatch yields a step at once and then one whenever rows have changed after the change seq, and after a while without a change one without rows, until
// the batch is over (the last step says so), ctx ends, or an error, which is the last thing it yields. A caller who was cut off goes on with
// the Seq of the last row it got.
func (a *App) WatchBatch(ctx context.Context, who Principal, id string, seq int64) iter.Seq2[BatchStep, error] {
	return func(yield func(BatchStep, error) bool) {
		quiet := watchBeat // the first step comes at once
		for {
			b, err := a.Batch(ctx, who, id) // before its rows: it is over only when they were all read
			var rows []BatchRow
			if err == nil {
				rows, err = a.BatchRows(ctx, who, id, seq, records.MaxPage)
			}
			if err != nil {
				if ctx.Err() == nil {
					yield(BatchStep{}, err)
				}
				return
			}
			more := len(rows) == records.MaxPage
			if len(rows) > 0 {
				seq = rows[len(rows)-1].Seq
			}
			over := b.Over && !more
			b.Over = over
			if quiet >= watchBeat || len(rows) > 0 || over {
				quiet = 0
				if !yield(BatchStep{Batch: b, Rows: rows}, nil) || over {
					return
				}
			}
			if more {
				continue
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(watchEvery):
				quiet += watchEvery
			}
		}
	}
}

// CancelBatch ends the rows of a batch that wait. Those that run end as they do, and documents that were made stay.
func (a *App) CancelBatch(ctx context.Context, who Principal, id string) error {
	b, err := a.Batch(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.need(b.Request.Kind.makes()); err != nil {
		return err
	}
	if err := a.cfg.Records.CancelBatch(ctx, who.Organisation.ID, id, a.cfg.Now()); err != nil {
		return notExist(err)
	}
	return a.announceBatch(ctx, who.Organisation.ID, id)
}

// ResumeBatch makes the rows of a batch that failed or were cancelled, from now on by the rights of who resumes it. Those that were refused need
// another batch, when their projects were mended.
func (a *App) ResumeBatch(ctx context.Context, who Principal, id string) error {
	b, err := a.Batch(ctx, who, id)
	if err != nil {
		return err
	}
	if err := who.need(b.Request.Kind.makes()); err != nil {
		return err
	}
	request, err := json.Marshal(batchOrder{b.Request, who.viewer()})
	if err != nil {
		return fmt.Errorf("resume batch: %w", err)
	}
	err = a.cfg.Records.Together(ctx, func(ctx context.Context) error {
		now := a.cfg.Now()
		if err := a.cfg.Records.ResumeBatch(ctx, who.Organisation.ID, id, request, now); err != nil {
			return err
		}
		return a.cfg.Records.Enqueue(ctx, batchJob(who.Organisation.ID, id, now))
	})
	return notExist(err)
}

// WriteBatch writes a ZIP of the documents of a batch that are made, in the order of its rows. The same documents give the
// same bytes.
func (a *App) WriteBatch(ctx context.Context, who Principal, id string, w io.Writer) error {
	if _, err := a.Batch(ctx, who, id); err != nil {
		return err
	}
	rows := map[int]records.BatchRow{}
	last := 0
	for seq := int64(0); ; {
		list, err := a.cfg.Records.BatchRows(ctx, who.Organisation.ID, id, seq, records.MaxPage)
		if err != nil {
			return err
		}
		for _, r := range list {
			rows[r.Position], seq, last = r, r.Seq, max(last, r.Position)
		}
		if len(list) < records.MaxPage {
			break
		}
	}
	v := who.viewer()
	err := a.cfg.Records.Together(ctx, func(ctx context.Context) error { // on the audit before the first byte is given out
		for position := 1; position <= last; position++ {
			for _, document := range rows[position].Documents {
				if err := a.cfg.Records.Audit(ctx, v, records.EventDownloaded, document, id, a.cfg.Now()); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	names := map[string]bool{}
	for position := 1; position <= last; position++ {
		for _, id := range rows[position].Documents {
			d, err := a.stored(ctx, who, id)
			if err != nil {
				return err
			}
			data, err := a.cfg.Store.Get(ctx, storage.Object(d.Object))
			if err != nil {
				return fmt.Errorf("document %s: %w", id, err)
			}
			f, err := z.CreateHeader(&zip.FileHeader{Name: freeName(names, d.FileName), Method: zip.Store}) // both formats are compressed already
			if err != nil {
				return err
			}
			if _, err := f.Write(data); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// freeName gives a file a name that no other has, also where capitals do not count.
func freeName(taken map[string]bool, name string) string {
	ext := path.Ext(name)
	for n, try := 2, name; ; n++ {
		if key := strings.ToLower(try); !taken[key] {
			taken[key] = true
			return try
		}
		try = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext)
	}
}

// rightsGone is what a row says whose batch was started by somebody who may not make its document any more.
func rightsGone(k Kind) problem.List {
	return problem.List{{
		Code: "batch.rights", Severity: problem.Fail,
		Message: problem.Tf("启动批次的人员或令牌已无权生成%[1]s，未生成", "it was not made: whoever started the batch may no longer make the %[2]s", k.Name().ZH, strings.ToLower(k.Name().EN)),
		Fix:     problem.Fix{ZH: "由有权限的人员继续该批次", EN: "have somebody who may make it resume the batch"},
	}}
}

// outage is what a row says that could not be made because a part outside failed.
func outage() problem.List {
	return problem.List{{
		Code: "batch.outage", Severity: problem.Fail,
		Message: problem.T("存储或数据库多次出错，未能生成", "it could not be made: storage or database failed again and again"),
		Fix:     problem.Fix{ZH: "故障排除后继续该批次", EN: "resume the batch when they work again"},
	}}
}
