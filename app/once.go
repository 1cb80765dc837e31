package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tripact/storage"
	"tripact/storage/records"
)

// Errors that callers tell apart.
var (
	// ErrConflict: somebody else was first; read again and repeat.
	ErrConflict = records.ErrConflict
	// ErrPage: this is not where a page of this list begins.
	ErrPage = records.ErrPage
	// ErrKeyReused: the key was used for another request.
	ErrKeyReused = records.ErrKeyReused
	// ErrKeyRunning: the first request with this key is still under way.
	ErrKeyRunning = records.ErrKeyRunning
)

// Full reports whether an error says that the disk of the database or the store has no room left.
func Full(err error) bool { return records.Full(err) || storage.Full(err) }

// Away reports whether an error says that the database or the store did not answer: the same call may do well later.
func Away(err error) bool { return records.Away(err) || storage.Away(err) }

// Unfit reports whether an error says that a text or a number is none that the database can keep or look for.
func Unfit(err error) bool { return records.Unfit(err) }

// Once does a piece of work for the first request of who's organisation with this key, and gives its answer to every later one.
// request is the request's SHA-256 in hex. The work says with what status and answer it ended, and whether that is kept; where it
// is not, the next request does the work again. Errors: ErrKeyReused, ErrKeyRunning.
//
// Where together is set, what the work changes on record with the context it gets is one transaction with the answer: none of both is there without
// the other, whatever fails in between, and of work whose answer is not kept nothing is there. Such work may be done more than once, and
// must touch nothing but the records. Other work must be safe to repeat: its answer may be lost.
func (a *App) Once(ctx context.Context, who Principal, key, request string, together bool,
	work func(ctx context.Context) (status int, answer []byte, keep bool),
) (status int, answer []byte, err error) {
	old, err := a.cfg.Records.BeginOnce(ctx, who.viewer(), key, request, a.cfg.Now())
	if err != nil {
		return 0, nil, fmt.Errorf("request with a key: %w", err)
	}
	if old != nil {
		return old.Status, old.Body, nil
	}
	kept := false
	defer func() {
		if !kept { // also when the work panics; the caller may have gone
			a.abandonOnce(context.WithoutCancel(ctx), who.viewer(), key)
		}
	}()
	do := func(ctx context.Context) error {
		var keep bool
		if status, answer, keep = work(ctx); !keep {
			return errNotKept
		}
		return a.cfg.Records.FinishOnce(context.WithoutCancel(ctx), who.viewer(), key, records.Answer{Status: status, Body: answer})
	}
	if together {
		err = a.cfg.Records.Together(ctx, do)
	} else {
		err = do(ctx)
	}
	if err != nil && !errors.Is(err, errNotKept) {
		return 0, nil, fmt.Errorf("request with a key: %w", err)
	}
	kept = err == nil
	return status, answer, nil
}

// abandonOnce gives a key back, so that the request can be sent again; as soon as it answers again where the database is away, but for
// longer than ten minutes, when the key is given up anyway.
func (a *App) abandonOnce(ctx context.Context, v records.Viewer, key string) {
	if err := a.cfg.Records.AbandonOnce(ctx, v, key); !Away(err) {
		return
	}
	go func() {
		for wait := 500 * time.Millisecond; wait < 4*time.Minute; wait *= 2 {
			time.Sleep(wait)
			if err := a.cfg.Records.AbandonOnce(ctx, v, key); !Away(err) {
				return
			}
		}
	}()
}

// errNotKept takes back what a request did whose answer is not kept.
var errNotKept = errors.New("the answer is not kept")
