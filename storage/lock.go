package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/minio/minio-go/v7"
)

// Lock keeps the stored version of o from being removed before until, by whoever it be (object lock, mode COMPLIANCE): it
// can be made longer and never shorter. A lock that goes further stays as it is. The bucket must have object lock; Probe
// tells whether it has.
func (s *Store) Lock(ctx context.Context, o Object, until time.Time) error {
	if o.VersionID == "" {
		return fmt.Errorf("lock %s: a lock is on a version, and the bucket keeps none", o.Key)
	}
	until = until.UTC().Truncate(time.Second) // what S3 keeps
	have, err := s.LockedUntil(ctx, o)
	if err != nil {
		return err
	}
	if !have.Before(until) {
		return nil
	}
	mode := minio.Compliance
	err = s.client.PutObjectRetention(ctx, s.bucket, o.Key, minio.PutObjectRetentionOptions{
		Mode: &mode, RetainUntilDate: &until, VersionID: o.VersionID,
	})
	if err != nil {
		return fmt.Errorf("lock %s: %w", o.Key, known(err))
	}
	return s.sync(ctx, "") // an older version lies in a folder of the server's own
}

// LockedUntil returns until when the stored version of o cannot be removed, the zero time when it is not locked.
//
// It reads the headers of the object: what versitygw answers when asked for the retention alone is not what S3 says.
func (s *Store) LockedUntil(ctx context.Context, o Object) (time.Time, error) {
	info, err := s.client.StatObject(ctx, s.bucket, o.Key, minio.StatObjectOptions{VersionID: o.VersionID})
	if err != nil {
		return time.Time{}, fmt.Errorf("lock of %s: %w", o.Key, known(err))
	}
	text := info.Metadata.Get("X-Amz-Object-Lock-Retain-Until-Date")
	if text == "" {
		return time.Time{}, nil
	}
	until, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errors.Join(fmt.Errorf("lock of %s: %q is no time", o.Key, text), err)
	}
	return until.UTC(), nil
}
