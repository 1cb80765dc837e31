package storage

import (
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
)

// TestLock: a locked version cannot be removed, not even by the store's own key, and its lock is made longer only.
func TestLock(t *testing.T) {
	o := put(t, "an issued contract", TypePDF)
	if until, err := shared.store.LockedUntil(t.Context(), o); err != nil || !until.IsZero() {
		t.Fatalf("before: %v, %v", until, err)
	}
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	for _, ask := range []time.Time{until, until, until.Add(-time.Minute)} { // again, and shorter
		if err := shared.store.Lock(t.Context(), o, ask); err != nil {
			t.Fatal(err)
		}
		if got, err := shared.store.LockedUntil(t.Context(), o); err != nil || !got.Equal(until) {
			t.Errorf("locked until %v, %v; want %v", got, err, until)
		}
	}
	err := shared.store.client.RemoveObject(t.Context(), embeddedBucket, o.Key, minio.RemoveObjectOptions{VersionID: o.VersionID})
	if err == nil {
		t.Error("a locked version was removed")
	}
	if _, err := shared.store.Get(t.Context(), o); err != nil {
		t.Errorf("the locked object: %v", err)
	}
	longer := until.Add(time.Hour)
	if err := shared.store.Lock(t.Context(), o, longer); err != nil {
		t.Fatal(err)
	}
	if got, err := shared.store.LockedUntil(t.Context(), o); err != nil || !got.Equal(longer) {
		t.Errorf("made longer: %v, %v; want %v", got, err, longer)
	}
	if again, err := shared.store.Put(t.Context(), []byte("an issued contract"), TypePDF); err != nil || again != o {
		t.Errorf("put again = %+v, %v", again, err)
	}
}

func TestLockRefuses(t *testing.T) {
	o := put(t, "another contract", TypePDF)
	bare := o
	bare.VersionID = ""
	if err := shared.store.Lock(t.Context(), bare, time.Now().Add(time.Hour)); err == nil {
		t.Error("locked no version")
	}
	missing := o
	missing.Key = missing.Key[:len(missing.Key)-8] + "0000.pdf"
	if err := shared.store.Lock(t.Context(), missing, time.Now().Add(time.Hour)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing to lock: %v", err)
	}
}
