package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"tripact/problem"
	"tripact/storage/records"
)

// Kinds of jobs. They are on record: never rename one.
const (
	jobBatch        = "batch"                      // takes in a job for each row of a batch
	jobRow          = records.RenderPrefix + "row" // makes the document of one row
	jobWebhook      = "webhook"                    // tells one webhook of one event
	jobSweepObjects = "sweep.objects"              // removes stored objects that nothing on record names
	jobSweepRecords = "sweep.records"              // removes what is over and takes up what was dropped
	objectAge       = 24 * time.Hour               // an object without a record for so long is swept
	deliveryAge     = 30 * 24 * time.Hour          // so long it can be seen what a webhook was told
	droppedAge      = 15 * time.Minute             // a batch that nothing happened to for so long is taken up again
	rowTries        = 2 * deliveryTries            // of a row, those counted that a stop took away
)

// JobSettings say how this process does jobs. The zero value is for one process on its own.
type JobSettings struct {
	Timeout time.Duration // of one try of a job, see records.JobsConfig
	Rescue  time.Duration // after how long a job counts as lost with its process, see records.JobsConfig
	Grace   time.Duration // how long Stop waits for jobs that run
	Sweep   time.Duration // how often what is left over is looked for; 0 for an hour
}

// StartJobs does jobs in this process until StopJobs. It is called once.
func (a *App) StartJobs(ctx context.Context, s JobSettings) error {
	every := s.Sweep
	if every == 0 {
		every = time.Hour
	}
	cores := runtime.GOMAXPROCS(0)
	err := a.cfg.Records.Start(ctx, records.JobsConfig{
		Renders: cores, Timeout: s.Timeout, Rescue: s.Rescue, Grace: s.Grace, Log: a.cfg.Log,
		Workers: []records.Worker{
			{Kind: jobBatch, Queue: records.QueueErrands, Do: a.fanOut},
			{Kind: jobRow, Queue: records.QueueRenders, Do: a.makeRow},
			{Kind: jobWebhook, Queue: records.QueueErrands, Timeout: 30 * time.Second, Backoff: deliveryBackoff, Do: a.deliver},
			{Kind: jobSweepObjects, Queue: records.QueueErrands, Timeout: 30 * time.Minute, Every: every, Do: func(ctx context.Context, _ *records.RunningJob) error {
				_, err := a.SweepObjects(ctx)
				return err
			}},
			{Kind: jobSweepRecords, Queue: records.QueueErrands, Every: min(every, droppedAge), Do: func(ctx context.Context, _ *records.RunningJob) error {
				return a.sweepRecords(ctx)
			}},
		},
	})
	if err != nil {
		return fmt.Errorf("do jobs: %w", err)
	}
	return nil
}

// StopJobs finishes what runs, or hands it back. It may be called without StartJobs.
func (a *App) StopJobs(ctx context.Context) error {
	return a.cfg.Records.Stop(ctx)
}

// SweepObjects removes from the store what nothing on record names and nobody stored within the last day: what a process
// left that was killed between object and record. It returns how many objects it removed.
func (a *App) SweepObjects(ctx context.Context) (int, error) {
	removed := 0
	for keys, err := range a.cfg.Store.Old(ctx, a.cfg.Now().Add(-objectAge)) {
		if err != nil {
			return removed, err
		}
		n, err := a.cfg.Records.SweepObjects(ctx, keys, a.cfg.Now(), a.cfg.Store.Remove)
		removed += n
		if err != nil {
			return removed, err
		}
	}
	if removed > 0 {
		a.cfg.Log.InfoContext(ctx, "removed objects without records", slog.Int("objects", removed))
	}
	return removed, nil
}

// sweepRecords removes what is over and takes up again the batches whose jobs were lost.
func (a *App) sweepRecords(ctx context.Context) error {
	err := a.cfg.Records.Sweep(ctx, a.cfg.Now())
	_, e := a.cfg.Records.RemoveDeliveries(ctx, a.cfg.Now().Add(-deliveryAge))
	err = errors.Join(err, e)
	dropped, e := a.cfg.Records.UnfinishedBatches(ctx, a.cfg.Now().Add(-droppedAge))
	err = errors.Join(err, e)
	for _, b := range dropped {
		err = errors.Join(err, a.cfg.Records.Enqueue(ctx, batchJob(b.Organisation, b.ID, a.cfg.Now())))
	}
	return err
}

type batchArgs struct {
	Organisation string `json:"organisation"`
	Batch        string `json:"batch"`
}

type rowArgs struct {
	Viewer   records.Viewer `json:"viewer"`
	Batch    string         `json:"batch"`
	Position int            `json:"position"`
	Request  BatchRequest   `json:"request"`
}

// batchJob is the job that takes in those of the rows. A batch that is resumed while such a job ends needs another one: when
// tells them apart.
func batchJob(organisation, batch string, when time.Time) records.Job {
	return records.Job{Kind: jobBatch, Key: fmt.Sprintf("%s/%d", batch, when.UnixMicro()), Args: batchArgs{Organisation: organisation, Batch: batch}}
}

// fanOut takes in a job for each row that waits or was left running. A row whose job waits already keeps that one.
func (a *App) fanOut(ctx context.Context, j *records.RunningJob) error {
	var args batchArgs
	if err := json.Unmarshal(j.Args, &args); err != nil {
		return fmt.Errorf("%w: %w", records.ErrGiveUp, err)
	}
	b, err := a.cfg.Records.Batch(ctx, args.Organisation, args.Batch)
	if errors.Is(err, records.ErrNotFound) {
		return fmt.Errorf("%w: %w", records.ErrGiveUp, err)
	}
	if err != nil {
		return err
	}
	var order batchOrder
	if err := json.Unmarshal(b.Request, &order); err != nil {
		return fmt.Errorf("%w: %w", records.ErrGiveUp, err)
	}
	for after := int64(0); ; {
		rows, err := a.cfg.Records.BatchRows(ctx, args.Organisation, args.Batch, after, records.MaxPage)
		if err != nil {
			return err
		}
		var jobs []records.Job
		for _, r := range rows {
			after = r.Seq
			if r.State == records.RowWaiting || r.State == records.RowRunning {
				jobs = append(jobs, records.Job{
					// A row that is resumed while its last job ends needs another one: its seq is another.
					Kind: jobRow, Key: fmt.Sprintf("%s/%d/%d", b.ID, r.Position, r.Seq),
					Args: rowArgs{Viewer: order.Viewer, Batch: b.ID, Position: r.Position, Request: order.BatchRequest},
				})
			}
		}
		if err := a.cfg.Records.Enqueue(ctx, jobs...); err != nil {
			return err
		}
		if len(rows) < records.MaxPage {
			return nil
		}
	}
}

// makeRow makes the document of one row. The document, the end of the row, what webhooks are told and the end of the job
// are one transaction: whatever is killed meanwhile, none of them is there without the others.
func (a *App) makeRow(ctx context.Context, j *records.RunningJob) error {
	var args rowArgs
	if err := json.Unmarshal(j.Args, &args); err != nil {
		return fmt.Errorf("%w: %w", records.ErrGiveUp, err)
	}
	organisation := args.Viewer.Organisation
	row, err := a.cfg.Records.BeginRow(ctx, organisation, args.Batch, args.Position, rowTries, a.cfg.Now())
	switch {
	case errors.Is(err, records.ErrNotFound):
		return fmt.Errorf("%w: %w", records.ErrGiveUp, err)
	case errors.Is(err, records.ErrGone):
		return a.announceBatch(ctx, organisation, args.Batch) // its last row may have ended by too many tries
	case err != nil:
		return err
	}
	who, err := a.standing(ctx, args.Viewer)
	if err != nil {
		return err
	}
	if kind := args.Request.Kind; !who.May(kind.makes()) || who.Organisation.ID != organisation {
		// The rights that count are those of the moment. Somebody else who has them can resume the row.
		return a.cfg.Records.Together(ctx, func(ctx context.Context) error {
			if err := a.endRow(ctx, args, records.RowCancelled, rightsGone(kind), nil); err != nil {
				return err
			}
			return j.Done(ctx)
		})
	}
	req := args.Request.request()
	_, found, err := a.issue(ctx, args.Viewer, row.Projects, req, func(ctx context.Context, docs []records.Document, found problem.List) error {
		ids := make([]string, len(docs))
		for i, d := range docs {
			ids[i] = d.ID
		}
		if err := a.endRow(ctx, args, records.RowDone, found, ids); err != nil {
			return err
		}
		return j.Done(ctx)
	})
	switch {
	case err != nil && !j.Last:
		return err
	case err != nil:
		a.cfg.Log.ErrorContext(ctx, "a row of a batch failed", slog.String("batch", args.Batch), slog.Int("row", args.Position), slog.Any("error", err))
		return errors.Join(err, a.cfg.Records.Together(context.WithoutCancel(ctx), func(ctx context.Context) error {
			return a.endRow(ctx, args, records.RowFailed, outage(), nil)
		}))
	case found.Failed():
		return a.cfg.Records.Together(ctx, func(ctx context.Context) error {
			if err := a.endRow(ctx, args, records.RowRefused, found, nil); err != nil {
				return err
			}
			return j.Done(ctx)
		})
	}
	return nil
}

// endRow ends a row in the transaction of ctx, and tells webhooks when it was the last one.
func (a *App) endRow(ctx context.Context, args rowArgs, state records.RowState, found problem.List, documents []string) error {
	now := a.cfg.Now()
	last, err := a.cfg.Records.EndRow(ctx, args.Viewer.Organisation, args.Batch, args.Position, state, found, documents, now)
	if err != nil || !last {
		return err
	}
	return a.announceEnd(ctx, args.Viewer.Organisation, args.Batch, now)
}

// announceBatch tells webhooks of a batch that is over.
func (a *App) announceBatch(ctx context.Context, organisation, batch string) error {
	b, err := a.cfg.Records.Batch(ctx, organisation, batch)
	if err != nil || !b.Over() {
		return err
	}
	return a.cfg.Records.Together(ctx, func(ctx context.Context) error {
		return a.announceEnd(ctx, organisation, batch, b.FinishedAt)
	})
}

// announceEnd tells of the end of a batch at a time: one that was resumed ends again.
func (a *App) announceEnd(ctx context.Context, organisation, batch string, at time.Time) error {
	return a.announce(ctx, organisation, EventBatchFinished, fmt.Sprintf("%s %d", batch, at.UnixMicro()), map[string]any{"batch": batch})
}

// JobKinds lists the kinds of jobs.
func JobKinds() []string {
	return []string{jobBatch, jobRow, jobWebhook, jobSweepObjects, jobSweepRecords}
}
