package app

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// BusyError refuses work that would have to wait too long: the waiting room is full.
type BusyError struct {
	RetryAfter time.Duration // when it is worth asking again, whole seconds, at least one
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("too many documents are being made; try again in %v", e.RetryAfter)
}

// queue bounds how many documents are made at once, and how many callers wait for theirs. The zero value is not usable.
type queue struct {
	slots chan struct{} // as many documents are made at once
	room  int           // so many callers may be inside beyond the slots

	mu     sync.Mutex
	inside int
	mean   time.Duration // of the last documents, for RetryAfter
}

func newQueue(slots, room int) *queue {
	return &queue{slots: make(chan struct{}, slots), room: room, mean: 50 * time.Millisecond}
}

// enter lets a caller in who wants a document now, or answers with a *BusyError. Whoever is in calls leave when done.
func (q *queue) enter() (leave func(), err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.inside >= cap(q.slots)+q.room {
		wait := q.mean * time.Duration(q.inside) / time.Duration(cap(q.slots))
		return nil, &BusyError{RetryAfter: max(time.Second, (wait + time.Second - 1).Truncate(time.Second))}
	}
	q.inside++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.inside--
	}, nil
}

// render calls do when a slot is free. Callers come in turn.
func (q *queue) render(ctx context.Context, now func() time.Time, do func()) error {
	select {
	case q.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	begun := now()
	defer func() {
		<-q.slots
		q.mu.Lock()
		defer q.mu.Unlock()
		q.mean = (7*q.mean + max(0, now().Sub(begun))) / 8
	}()
	do()
	return nil
}

// load tells how many documents are being made and how many callers are inside.
func (q *queue) load() (making, inside int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.slots), q.inside
}

// Load tells how many documents are being made now, and how many callers wait for theirs or have theirs made.
func (a *App) Load() (making, inside int) { return a.queue.load() }
