package storage

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// threads runs functions in a folder of their own. On Linux a working directory may belong to one thread
// (unshare(2), CLONE_FS), so code that uses relative paths can work in dir while the process stays where it is.
//
// A nil *threads runs functions where they are called. Safe for concurrent use.
type threads struct {
	jobs chan job
	quit chan struct{}
	done sync.WaitGroup
}

var errStopped = errors.New("the embedded storage has stopped")

type job struct {
	do       func()
	panicked chan any // receives what do panicked with, or nil
}

// startThreads starts n threads whose working directory is dir (absolute). It fails where the system refuses
// unshare(2), as container runtimes with a seccomp filter do.
func startThreads(n int, dir string) (*threads, error) {
	t := &threads{jobs: make(chan job), quit: make(chan struct{})}
	ready := make(chan error, n)
	for range n {
		t.done.Go(func() { t.serve(dir, ready) })
	}
	var first error
	for range n {
		if err := <-ready; err != nil && first == nil {
			first = err
		}
	}
	if first != nil {
		t.stop()
		return nil, first
	}
	return t, nil
}

func (t *threads) serve(dir string, ready chan<- error) {
	// Never unlocked: the thread is no longer like the others and must end with this goroutine.
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		ready <- fmt.Errorf("give a thread its own working directory: %w", err)
		return
	}
	if err := os.Chdir(dir); err != nil {
		ready <- err
		return
	}
	ready <- nil
	for {
		select {
		case j := <-t.jobs:
			j.run()
		case <-t.quit:
			return
		}
	}
}

func (j job) run() {
	defer func() { j.panicked <- recover() }()
	j.do()
}

// run calls do on one of the threads and returns when it has returned; errStopped means that do was not called.
// A panic goes on in the caller.
func (t *threads) run(do func()) error {
	if t == nil {
		do()
		return nil
	}
	j := job{do: do, panicked: make(chan any, 1)}
	select {
	case t.jobs <- j:
	case <-t.quit:
		return errStopped
	}
	if p := <-j.panicked; p != nil {
		panic(p)
	}
	return nil
}

// stop ends the threads when what they are doing is done. It is called once.
func (t *threads) stop() {
	if t == nil {
		return
	}
	close(t.quit)
	t.done.Wait()
}
