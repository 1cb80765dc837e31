package storage

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

// sweepPage is how many keys Old gives at once.
const sweepPage = 500

// Old yields the keys of objects stored before a time, in pages. It ends after the first error. Objects of other makers,
// the probe's among them, are left out.
func (s *Store) Old(ctx context.Context, before time.Time) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // ends the listing when the caller has enough
		var page []string
		for info := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: keyPrefix, Recursive: true}) {
			if info.Err != nil {
				yield(nil, fmt.Errorf("list objects: %w", info.Err))
				return
			}
			if _, ok := formatOfKey(info.Key); !ok || !info.LastModified.Before(before) {
				continue
			}
			if page = append(page, info.Key); len(page) == sweepPage {
				if !yield(page, nil) {
					return
				}
				page = nil
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, fmt.Errorf("list objects: %w", err))
			return
		}
		if len(page) > 0 {
			yield(page, nil)
		}
	}
}

// Remove removes an object with all its versions. It is for objects that nothing names: see records.DB.Sweep. A version
// under lock stays, and is no error: it goes with a later sweep, when its lock is over.
func (s *Store) Remove(ctx context.Context, key string) error {
	if _, ok := formatOfKey(key); !ok {
		return fmt.Errorf("remove: %q is not the key of a stored document", key)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for info := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: key, Recursive: true, WithVersions: true}) {
		if info.Err != nil {
			return fmt.Errorf("remove %s: %w", key, info.Err)
		}
		if info.Key != key {
			continue
		}
		err := s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{VersionID: info.VersionID})
		if err != nil && !hasCode(err, "AccessDenied") && !hasCode(err, "ObjectLocked") && !hasCode(err, "InvalidRequest") {
			return fmt.Errorf("remove %s: %w", key, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("remove %s: %w", key, err)
	}
	return s.sync(ctx, "")
}

// Skew tells how far the store's clock is ahead of the clock now, to the second, as its answer to a small request says.
func (s *Store) Skew(ctx context.Context, now func() time.Time) (time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.client.EndpointURL().String(), http.NoBody)
	if err != nil {
		return 0, fmt.Errorf("clock of the store: %w", err)
	}
	asked := now()
	answer, err := s.plain.Do(request) // whatever it answers to a stranger, it tells its time
	if err != nil {
		return 0, fmt.Errorf("clock of the store: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // not read
	took := now().Sub(asked)
	told, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return 0, fmt.Errorf("clock of the store: its answer has no Date: %w", err)
	}
	// The header drops parts of a second, half of one in the mean.
	return told.Add(500 * time.Millisecond).Sub(asked.Add(took / 2)).Round(time.Second), nil
}
