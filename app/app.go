// Package app holds the use cases: what officers, managing units and applicants do with projects and documents. It is the only
// package that knows all the others; transports and the command line stay thin above it.
package app

import (
	"io/fs"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"tripact/fonts"
	"tripact/problem"
	"tripact/render"
	"tripact/render/fill"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/templates"
)

// Config is what an App is made of. Store and Records may be nil for work that keeps nothing, such as `tripact generate`.
type Config struct {
	Templates *templates.Set
	Examples  fs.FS // a folder of example projects (*.json) for each call, by its id: what previews show; nil for none
	Fonts     *fonts.Book
	Store     *storage.Store
	Records   *records.DB
	LinkKey   []byte           // 32 secret bytes that revocable links are made with, the same in every process over one database; nil for no such links
	LockFor   time.Duration    // how long the store keeps issued documents from being removed, from when they are issued; 0 for no lock
	Now       func() time.Time // never nil
	Log       *slog.Logger     // never nil
	Version   string           // of the program, for provenance
	Waiting   int              // how many callers may wait for a document beyond those whose are being made; 0 for 8 for each core
	Sender    Sender           // tells webhooks; nil for none
	Meter     Meter            // nil counts nothing
}

// App carries out the use cases. It is safe for concurrent use.
type App struct {
	cfg         Config
	engine      render.Engine
	differences func() (*fill.Template, problem.List) // the template of difference tables, compiled when first used
	hashing     chan struct{}                         // as many passwords are hashed at once as it holds
	queue       *queue
	published   published
}

// New returns an App over cfg.
func New(cfg Config) *App {
	cores := runtime.GOMAXPROCS(0)
	if cfg.Waiting == 0 {
		cfg.Waiting = 8 * cores
	}
	if cfg.Meter == nil {
		cfg.Meter = noMeter{}
	}
	return &App{
		cfg: cfg, engine: render.Engine{Fonts: cfg.Fonts}, queue: newQueue(cores, cfg.Waiting),
		differences: sync.OnceValues(compileDifferences), hashing: make(chan struct{}, argonAtOnce),
	}
}
