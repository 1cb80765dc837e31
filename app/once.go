package app

import (
	"context"
	"fmt"

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

// Once does a piece of work for the first request of who's organisation with this key, and gives its answer to every later one.
// request is the request's SHA-256 in hex. The work says with what status and answer it ended, and whether that is kept; where it
// is not, the next request does the work again. Errors: ErrKeyReused, ErrKeyRunning.
func (a *App) Once(ctx context.Context, who Principal, key, request string, work func() (status int, answer []byte, keep bool)) (int, []byte, error) {
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
			a.cfg.Records.AbandonOnce(context.WithoutCancel(ctx), who.viewer(), key) //nolint:errcheck // it is given up after ten minutes
		}
	}()
	status, answer, keep := work()
	if keep {
		if err := a.cfg.Records.FinishOnce(context.WithoutCancel(ctx), who.viewer(), key, records.Answer{Status: status, Body: answer}); err != nil {
			return 0, nil, fmt.Errorf("request with a key: %w", err)
		}
		kept = true
	}
	return status, answer, nil
}
