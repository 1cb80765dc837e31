package app

import (
	"context"
	"errors"
	"time"

	"tripact/storage/records"
)

// SaveSession keeps the data of a session until expires; the session's id is a secret, and only its digest is on record.
func (a *App) SaveSession(ctx context.Context, id Secret, data []byte, expires time.Time) error {
	return a.cfg.Records.SaveSession(ctx, id.digest(), data, expires)
}

// Session returns the data of a session, and false when there is none or it is over.
func (a *App) Session(ctx context.Context, id Secret) ([]byte, bool, error) {
	data, err := a.cfg.Records.Session(ctx, id.digest(), a.cfg.Now())
	if errors.Is(err, records.ErrNotFound) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// EndSession removes a session; one that is not there stays so.
func (a *App) EndSession(ctx context.Context, id Secret) error {
	return a.cfg.Records.EndSession(ctx, id.digest())
}
