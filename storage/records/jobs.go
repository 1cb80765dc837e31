package records

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// Job is something to be done later, by this process or another one over the same database. A job may be done more than
// once: a process can be killed after the work and before the mark. So let its effect be one that is on record already
// the second time, or put the mark into the transaction of the effect (RunningJob.Done).
type Job struct {
	Kind string // of a Worker
	Key  string // while a job of this kind and key waits or runs, another is not taken in
	Args any    // as JSON
	At   time.Time
	// Tries is how often it is tried at most, 0 for defaultTries. A try ends with an error, its time-out, or the process.
	Tries int
}

const (
	defaultTries   = 10
	defaultTimeout = 2 * time.Minute
	longestBackoff = 10 * time.Minute
)

// DefaultRescue is JobsConfig.Rescue where it says nothing.
const DefaultRescue = 3 * time.Minute

// Queues keep one sort of work from keeping another waiting.
const (
	QueueRenders = "renders" // needs a core for as long as it runs
	QueueErrands = "errands" // waits for others more than it works
)

// Worker does the jobs of one kind.
type Worker struct {
	Kind    string
	Queue   string        // QueueRenders or QueueErrands
	Timeout time.Duration // of one try; 0 for two minutes
	// Backoff is how long to wait after the try of this number, from 1; nil doubles from a second to ten minutes.
	Backoff func(try int) time.Duration
	// Every, if set, has one such job done that often, by one of the processes, from soon after the start on. Its
	// schedule is not kept over a restart: let the job look into tables for what is due.
	Every time.Duration
	// Do does a job. It is called by several goroutines. An error is a try that failed; an error that wraps ErrGiveUp is
	// the last one.
	Do func(ctx context.Context, job *RunningJob) error
}

// ErrGiveUp ends a job that no further try can mend.
var ErrGiveUp = errors.New("there is no use in another try")

// RunningJob is a job that a Worker does.
type RunningJob struct {
	Kind string
	Key  string
	Args []byte // JSON
	Try  int    // from 1
	Last bool   // no try follows this one

	done func(ctx context.Context) error
}

// Done marks the job as done in the transaction of ctx (see DB.Together): with the effect, or not at all. The worker then
// returns nil. Without it a job is done when its worker has returned nil.
func (j *RunningJob) Done(ctx context.Context) error { return j.done(ctx) }

// JobsConfig says how a process does jobs.
type JobsConfig struct {
	Workers []Worker
	Renders int           // how many jobs of QueueRenders run at once; 0 for one
	Errands int           // how many jobs of QueueErrands run at once; 0 for four
	Timeout time.Duration // of one try of a job whose worker says nothing else; 0 for two minutes, and Rescue at most
	// Rescue is after how long a job counts as lost with its process and is tried again, 0 for three minutes. No job is
	// rescued before its own time-out.
	Rescue time.Duration
	// Grace is how long Stop lets jobs run before it takes their context away, 0 for ten seconds. Such a job is handed
	// back and tried again later, here or elsewhere.
	Grace time.Duration
	Log   *slog.Logger // what goes wrong with jobs, without their arguments; never nil
}

// Enqueue takes jobs in, all or none: in the transaction of ctx (see Together), or in one of its own. A job whose kind and
// key wait or run already is left out.
func (db *DB) Enqueue(ctx context.Context, jobs ...Job) error {
	if len(jobs) == 0 {
		return nil
	}
	err := db.Together(ctx, func(ctx context.Context) error { return db.jobs.enqueue(ctx, db.joined(ctx), jobs) })
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", jobs[0].Kind, err)
	}
	return nil
}

// Start does jobs until Stop. It is called once.
func (db *DB) Start(ctx context.Context, c JobsConfig) error {
	if err := db.jobs.start(ctx, db, c); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	return nil
}

// Stop takes no more jobs on, waits for those that run as JobsConfig.Grace says, and hands back the rest. It may be called
// without Start. Close the database after it.
func (db *DB) Stop(ctx context.Context) error {
	if err := db.jobs.stop(ctx); err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

// Waiting counts the jobs of a kind that wait, run, or will be tried again.
func (db *DB) Waiting(ctx context.Context, kind string) (int, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `
		select count(*) from river_job where kind = $1 and state in ('available', 'pending', 'retryable', 'running', 'scheduled')`, kind).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count jobs: %w", err)
	}
	return n, nil
}

// jobQueue is what differs between the engines: the type of a transaction.
type jobQueue interface {
	migrate(ctx context.Context) error
	enqueue(ctx context.Context, tx *transaction, jobs []Job) error
	start(ctx context.Context, db *DB, c JobsConfig) error
	stop(ctx context.Context) error
}

// riverQueue keeps jobs with River, in tables whose names begin with river_.
type riverQueue[Tx any] struct {
	driver riverdriver.Driver[Tx]
	// with calls do with the engine's own view of a transaction.
	with func(tx *transaction, do func(Tx) error) error
	// complete is river.JobCompleteTx for the driver.
	complete func(ctx context.Context, tx Tx, job *river.Job[task]) error
	// orphans, if set, frees what an earlier process of a database that belongs to one process at a time has left running.
	orphans func(ctx context.Context) error

	insert *river.Client[Tx] // only takes in
	work   *river.Client[Tx]
}

// task is the one shape that jobs have for River.
type task struct {
	kind string
	Key  string          `json:"key" river:"unique"`
	Args json.RawMessage `json:"args"`
}

func (t task) Kind() string { return t.kind }

func (q *riverQueue[Tx]) migrate(ctx context.Context) error {
	m, err := rivermigrate.New(q.driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		return fmt.Errorf("migrate the jobs: %w", err)
	}
	if q.insert, err = river.NewClient(q.driver, &river.Config{Logger: slog.New(slog.DiscardHandler), SkipUnknownJobCheck: true}); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	return nil
}

// active are the states in which a job keeps another of its key out.
var active = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

func (q *riverQueue[Tx]) enqueue(ctx context.Context, tx *transaction, jobs []Job) error {
	list := make([]river.InsertManyParams, len(jobs))
	for i, j := range jobs {
		args, err := json.Marshal(j.Args)
		if err != nil {
			return err
		}
		list[i] = river.InsertManyParams{
			Args: task{kind: j.Kind, Key: j.Key, Args: args},
			InsertOpts: &river.InsertOpts{
				MaxAttempts: cmp.Or(j.Tries, defaultTries), ScheduledAt: j.At, Queue: queueOf(j.Kind),
				UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active},
			},
		}
	}
	return q.with(tx, func(t Tx) error {
		_, err := q.insert.InsertManyTx(ctx, t, list)
		return err
	})
}

func (q *riverQueue[Tx]) start(ctx context.Context, db *DB, c JobsConfig) error {
	workers := river.NewWorkers()
	var periodic []*river.PeriodicJob
	for _, w := range c.Workers {
		if err := addWorker(workers, q, db, w); err != nil {
			return err
		}
		if w.Every > 0 {
			periodic = append(periodic, river.NewPeriodicJob(river.PeriodicInterval(w.Every), func() (river.JobArgs, *river.InsertOpts) {
				return task{kind: w.Kind, Key: "periodic", Args: json.RawMessage("{}")},
					&river.InsertOpts{Queue: queueOf(w.Kind), MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: active}}
			}, &river.PeriodicJobOpts{ID: w.Kind, RunOnStart: true}))
		}
	}
	if q.orphans != nil {
		if err := q.orphans(ctx); err != nil {
			return err
		}
	}
	var err error
	q.work, err = river.NewClient(q.driver, &river.Config{
		Logger: slog.New(warnings{c.Log.Handler()}), Workers: workers, PeriodicJobs: periodic,
		Queues: map[string]river.QueueConfig{
			QueueRenders: {MaxWorkers: max(c.Renders, 1)},
			QueueErrands: {MaxWorkers: cmp.Or(c.Errands, 4)},
		},
		JobTimeout:           min(cmp.Or(c.Timeout, defaultTimeout), cmp.Or(c.Rescue, DefaultRescue)),
		RescueStuckJobsAfter: cmp.Or(c.Rescue, DefaultRescue),
		FetchCooldown:        20 * time.Millisecond,
		FetchPollInterval:    500 * time.Millisecond,
		SoftStopTimeout:      cmp.Or(c.Grace, 10*time.Second),
	})
	if err != nil {
		return err
	}
	return q.work.Start(context.WithoutCancel(ctx))
}

func (q *riverQueue[Tx]) stop(ctx context.Context) error {
	if q.work == nil {
		return nil
	}
	return q.work.Stop(ctx)
}

// addWorker is a function, as a method has no type parameters.
func addWorker[Tx any](workers *river.Workers, q *riverQueue[Tx], db *DB, w Worker) error {
	if w.Kind == "" || w.Do == nil || queueOf(w.Kind) != w.Queue {
		return fmt.Errorf("worker %q: its queue must be %q", w.Kind, queueOf(w.Kind))
	}
	river.AddWorkerArgs(workers, task{kind: w.Kind}, &riverWorker[Tx]{queue: q, db: db, Worker: w})
	return nil
}

type riverWorker[Tx any] struct {
	river.WorkerDefaults[task]
	Worker

	queue *riverQueue[Tx]
	db    *DB
}

func (w *riverWorker[Tx]) Timeout(*river.Job[task]) time.Duration { return w.Worker.Timeout }

func (w *riverWorker[Tx]) NextRetry(job *river.Job[task]) time.Time {
	wait := longestBackoff
	switch {
	case w.Backoff != nil:
		wait = w.Backoff(job.Attempt)
	case job.Attempt < 10:
		wait = min(wait, time.Second<<max(job.Attempt-1, 0))
	}
	return job.AttemptedAt.Add(wait)
}

func (w *riverWorker[Tx]) Work(ctx context.Context, job *river.Job[task]) error {
	err := w.Do(ctx, &RunningJob{
		Kind: job.Kind, Key: job.Args.Key, Args: job.Args.Args, Try: job.Attempt, Last: job.Attempt >= job.MaxAttempts,
		done: func(ctx context.Context) error {
			tx := w.db.joined(ctx)
			if tx == nil {
				return errors.New("a job is marked as done in a transaction")
			}
			return w.queue.with(tx, func(t Tx) error { return w.queue.complete(ctx, t, job) })
		},
	})
	if errors.Is(err, ErrGiveUp) {
		return river.JobCancel(err)
	}
	return err
}

// transaction is an open transaction with the connection that it is on.
type transaction struct {
	*sql.Tx
	conn *sql.Conn
}

// joinedKey finds the transaction of a context, of one database.
type joinedKey struct{ db *DB }

func (db *DB) joined(ctx context.Context) *transaction {
	tx, _ := ctx.Value(joinedKey{db}).(*transaction)
	return tx
}

// Together runs do in one transaction: what do changes through this package with the context it gets is kept as a whole,
// or not at all. Within another Together of the same database it is a part of that one. Reading with that context is
// still from outside the transaction. Where the engine ends a transaction because it blocked another one, do is called
// again, so that it must set all its results anew, and do nothing but through this package.
func (db *DB) Together(ctx context.Context, do func(ctx context.Context) error) error {
	if db.joined(ctx) != nil {
		return do(ctx)
	}
	return db.retried(ctx, func(tx *transaction) error { return do(context.WithValue(ctx, joinedKey{db}, tx)) })
}

// RenderPrefix begins the kinds of jobs of QueueRenders.
const RenderPrefix = "render."

func queueOf(kind string) string {
	if strings.HasPrefix(kind, RenderPrefix) {
		return QueueRenders
	}
	return QueueErrands
}

// warnings leaves out what is no trouble.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
