package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tripact/api"
	"tripact/app"
	"tripact/problem"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/web"
	"tripact/webhook"
)

// settings say where a service listens and where it keeps things. The zero value of every S3 field means the embedded store.
// The tags doc and unset are its line in docs/operations.md; secret keeps a value out of --print-config.
type settings struct {
	Addr     string     `yaml:"addr" doc:"host:port to listen on" unset:"':8080'"`
	Public   string     `yaml:"public" doc:"base URL that people use" unset:"made of 'addr'"`
	Data     string     `yaml:"data" doc:"folder of the embedded database and store" unset:"'data'"`
	Database string     `yaml:"database" secret:"url" doc:"'postgres://…' in place of the embedded database; a password is better left to 'PGPASSWORD' or 'PGPASSFILE'" unset:"'tripact.db' in the data folder"`
	S3       s3Settings `yaml:"s3"`
	LinkKey  string     `yaml:"link_key" secret:"all" doc:"key of revocable links, 64 hex digits ('openssl rand -hex 32'), the same in every process over one database" unset:"made in the data folder; required with 'database'"`
	LockDays int        `yaml:"lock_days" doc:"for how many days after it was issued nobody can remove an issued document from the store (object lock, COMPLIANCE)" unset:"no lock"`

	Drain time.Duration `yaml:"drain" doc:"at a stop, how long '/readyz' says no before connections are refused, so that a balancer sends callers elsewhere: 0s to 5m" unset:"'0s'"`

	Metrics        string  `yaml:"metrics" doc:"host:port at which Prometheus finds '/metrics', for the own network only" unset:"no metrics"`
	Rate           float64 `yaml:"rate" doc:"how many requests a second each caller of the API may make on average in each process, and four times as many at once; below 0 for no limit" unset:"50"`
	RenderWaiting  int     `yaml:"render_waiting" doc:"how many callers may wait for a document beyond those whose are being made; more are told when to come again" unset:"8 for each core"`
	WebhookPrivate bool    `yaml:"webhook_private" doc:"lets webhooks lead into the own network, and be plain HTTP" unset:"'false'"`

	BehindProxy bool         `yaml:"behind_proxy" doc:"the caller's address is the last one in 'X-Forwarded-For', which the proxy before this program writes" unset:"the address of the connection; behind a proxy all callers then count as one"`
	OIDC        oidcSettings `yaml:"oidc"`

	Jobs jobSettings `yaml:"jobs"`
}

type s3Settings struct {
	Endpoint      string `yaml:"endpoint" doc:"base URL of an S3 service in place of the embedded store" unset:"embedded store"`
	Public        string `yaml:"public" doc:"base URL that signed links carry" unset:"the endpoint"`
	Region        string `yaml:"region" doc:"region of the bucket" unset:"'us-east-1'"`
	Bucket        string `yaml:"bucket" doc:"a bucket with versions and object lock" unset:"required with 's3.endpoint'"`
	Lookup        string `yaml:"lookup" doc:"how URLs name the bucket: 'path' or 'dns'" unset:"'path'"`
	AccessKey     string `yaml:"access_key" doc:"key that reads and writes the bucket" unset:"required with 's3.endpoint'"`
	SecretKey     string `yaml:"secret_key" secret:"all" doc:"its secret" unset:"required with 's3.endpoint'"`
	LinkAccessKey string `yaml:"link_access_key" doc:"key that signs links; 'GetObject' is enough for it" unset:"the key above"`
	LinkSecretKey string `yaml:"link_secret_key" secret:"all" doc:"its secret" unset:"the secret above"`
}

// jobSettings are times such as 90s, 3m or 1h30m.
type jobSettings struct {
	Timeout time.Duration `yaml:"timeout" doc:"how long one try of a job may take, such as the document of one row of a batch: 5s to 1h, not more than 'jobs.rescue'" unset:"'2m'"`
	Rescue  time.Duration `yaml:"rescue" doc:"after how long a running job counts as lost with its process and is done by another one, some 30 seconds later at most: 5s to 24h" unset:"'3m'"`
	Grace   time.Duration `yaml:"grace" doc:"how long running jobs may go on at a stop before they are handed back: 1s to 10m; whoever stops the process waits 20 seconds longer" unset:"'10s'"`
}

// jobs checks how jobs are done.
func (set settings) jobs() (app.JobSettings, error) {
	j := set.Jobs
	for _, s := range []struct {
		name               string
		value, least, most time.Duration
	}{{"timeout", j.Timeout, 5 * time.Second, time.Hour}, {"rescue", j.Rescue, 5 * time.Second, 24 * time.Hour}, {"grace", j.Grace, time.Second, 10 * time.Minute}} {
		if s.value != 0 && (s.value < s.least || s.value > s.most) {
			return app.JobSettings{}, fmt.Errorf("settings: jobs.%s must be %v to %v, such as 90s or 3m", s.name, s.least, s.most)
		}
	}
	if j.Timeout > cmp.Or(j.Rescue, records.DefaultRescue) {
		return app.JobSettings{}, fmt.Errorf("settings: jobs.timeout must not be more than jobs.rescue (%v): a job that still runs would be done twice", cmp.Or(j.Rescue, records.DefaultRescue))
	}
	return app.JobSettings{Timeout: j.Timeout, Rescue: j.Rescue, Grace: j.Grace}, nil
}

type oidcSettings struct {
	Issuer       string `yaml:"issuer" doc:"OpenID Connect provider that signs people in, besides passwords: its issuer exactly as it says it" unset:"passwords only"`
	ClientID     string `yaml:"client_id" doc:"id of the client registered there" unset:"required with 'oidc.issuer'"`
	ClientSecret string `yaml:"client_secret" secret:"all" doc:"its secret" unset:"a public client"`
	Name         string `yaml:"name" doc:"name on the button" unset:"the issuer's host"`
}

// provider is the OpenID Connect provider of the settings, nil for none.
func (set settings) provider(public string) (*web.OIDC, error) {
	o := set.OIDC
	if o == (oidcSettings{}) {
		return nil, nil //nolint:nilnil // none is set
	}
	if u, err := url.Parse(o.Issuer); err != nil || u.Host == "" || o.ClientID == "" ||
		u.Scheme != "https" && (u.Scheme != "http" || !net.ParseIP(u.Hostname()).IsLoopback() && u.Hostname() != "localhost") {
		return nil, errors.New("settings: oidc asks for an issuer that begins with https:// and for a client_id")
	}
	return &web.OIDC{Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret, Name: o.Name, Redirect: public + "/sign-in/oidc/callback"}, nil
}

// database is where the records are kept.
func (set settings) database() (string, error) {
	if set.Database == "" {
		return filepath.Join(set.Data, "tripact.db"), nil
	}
	if !records.IsPostgres(set.Database) {
		return "", errors.New("settings: database must begin with postgres://; leave it out for the embedded database in the data folder")
	}
	return set.Database, nil
}

// rate is the limit of requests a second, 0 for none.
func (set settings) rate() float64 {
	const usual = 50
	switch {
	case set.Rate == 0:
		return usual
	case set.Rate < 0:
		return 0
	}
	return set.Rate
}

// linkKeyFile holds the key of revocable links in a data folder.
const linkKeyFile = "link.key"

// linkKey reads the key of revocable links from the settings or the data folder, where it is made at the first start.
func (set settings) linkKey() ([]byte, error) {
	const size = 32
	if set.LinkKey != "" {
		key, err := hex.DecodeString(set.LinkKey)
		if err != nil || len(key) != size {
			return nil, fmt.Errorf("settings: link_key must be %d hex digits, as `openssl rand -hex %d` makes them", 2*size, size)
		}
		return key, nil
	}
	if set.Database != "" {
		return nil, fmt.Errorf("settings: database asks for link_key, the same in every process: %d hex digits, as `openssl rand -hex %d` makes them", 2*size, size)
	}
	path := filepath.Join(set.Data, linkKeyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, size)
		rand.Read(key) // never fails: it ends the program instead
		return key, keepFile(path, []byte(hex.EncodeToString(key)+"\n"))
	}
	if err != nil {
		return nil, outside{err}
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != size {
		return nil, outside{fmt.Errorf("%s does not hold %d hex digits", path, 2*size)}
	}
	return key, nil
}

// keepFile writes a file that only this user can read, whole and on disk, or not at all.
func keepFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tripact-*") // mode 0600
	if err != nil {
		return outside{err}
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return outside{errors.Join(err, os.Remove(f.Name()))}
	}
	return nil
}

// service is a running service.
type service struct {
	app    *app.App
	web    *web.Server
	public string

	listener net.Listener
	http     *http.Server
	db       *records.DB
	store    *storage.Server // nil with an S3 service of its own
	failed   chan error

	drainFor  time.Duration // see settings.Drain
	abilities abilities
	draining  atomic.Bool

	metrics   *http.Server // nil without an address for it
	metricsAt string
}

// start opens database and store, listens and serves. Close ends it.
func (c *cli) start(ctx context.Context, set settings) (_ *service, err error) {
	s := &service{failed: make(chan error, 2), drainFor: set.Drain}
	defer func() {
		if err != nil {
			s.close(context.WithoutCancel(ctx)) //nolint:errcheck // the first error is the one to tell
		}
	}()
	if set.Drain < 0 || set.Drain > 5*time.Minute {
		return nil, errors.New("settings: drain must be between 0s and 5m")
	}
	if set.Data, err = filepath.Abs(set.Data); err != nil {
		return nil, outside{err}
	}
	if err := os.MkdirAll(set.Data, 0o700); err != nil {
		return nil, outside{err}
	}
	cfg, err := c.base()
	if err != nil {
		return nil, err
	}
	cfg.Log = slog.New(slog.NewJSONHandler(c.err, nil))
	if s.listener, err = net.Listen("tcp", set.Addr); err != nil {
		return nil, outside{fmt.Errorf("listen: %w", err)}
	}
	if s.public = strings.TrimSuffix(set.Public, "/"); s.public == "" {
		s.public = publicURL(s.listener.Addr())
	}

	objects, bucket, err := s.openStore(ctx, set, &cfg)
	if err != nil {
		return nil, err
	}
	where, err := set.database()
	if err != nil {
		return nil, err
	}
	if s.db, err = records.Open(ctx, where); err != nil {
		return nil, outside{err}
	}
	cfg.Records = s.db
	if set.LockDays < 0 || set.LockDays > 36500 {
		return nil, errors.New("settings: lock_days must be 0 to 36500")
	}
	cfg.LockFor = time.Duration(set.LockDays) * 24 * time.Hour
	if cfg.LinkKey, err = set.linkKey(); err != nil {
		return nil, err
	}
	if set.RenderWaiting < 0 || set.RenderWaiting > 10000 {
		return nil, errors.New("settings: render_waiting must be 0 to 10000")
	}
	m := newMetrics()
	cfg.Meter, cfg.Waiting, cfg.Sender = m, set.RenderWaiting, webhook.New(cfg.Version, set.WebhookPrivate)
	s.app = app.New(cfg)
	m.watch(s.app, s.db)
	if set.Metrics != "" {
		if err := s.serveMetrics(m, set.Metrics); err != nil {
			return nil, err
		}
	}
	if err := s.app.Ready(ctx); err != nil { // clocks that differ, above all
		cfg.Log.WarnContext(ctx, "not ready yet", slog.Any("error", err))
	}
	jobs, err := set.jobs()
	if err != nil {
		return nil, err
	}
	if err := s.began(ctx, set, cfg); err != nil {
		return nil, err
	}
	if err := s.app.StartJobs(ctx, jobs); err != nil {
		return nil, outside{err}
	}
	oidc, err := set.provider(s.public)
	if err != nil {
		return nil, err
	}
	s.web, err = web.New(web.Config{
		Cases: s.app, Log: cfg.Log, Now: c.now, Objects: objects, Bucket: bucket, Ready: s.ready, Secure: strings.HasPrefix(s.public, "https:"),
		Public: s.public, OIDC: oidc, Proxied: set.BehindProxy, Observe: m.request,
	})
	if err != nil {
		return nil, err
	}
	programs, err := api.New(api.Config{
		App: s.app, Log: cfg.Log, Now: c.now, Public: s.public, Session: s.web.Principal, Rate: set.rate(), Burst: 4 * int(set.rate()), Observe: m.request,
	})
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler: s.secured(fork(programs.Handler(), s.web.Handler())), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
	go func() {
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return s, nil
}

// began puts on the audit that the service begins, and with which settings. A disk without room does not keep it from starting: the log has it then.
func (s *service) began(ctx context.Context, set settings, cfg app.Config) error {
	text, err := set.printed()
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	digest := "settings sha256:" + hex.EncodeToString(sum[:])
	err = s.db.Audit(ctx, records.System(), records.EventStarted, cfg.Version, digest, cfg.Now())
	if app.Full(err) {
		cfg.Log.ErrorContext(ctx, "the start could not be put on the audit", slog.String("settings", digest), slog.Any("error", err))
		return nil
	}
	if err != nil {
		return outside{err}
	}
	return nil
}

// signInLine says where to begin: the one-time set-up of the first owner, or the page to sign in.
func (s *service) signInLine(ctx context.Context) (string, error) {
	setUp, err := s.app.SetUp(ctx)
	if err != nil {
		return "", outside{err}
	}
	if setUp == "" {
		return "sign in  " + s.public + "/sign-in", nil
	}
	return "set up   " + s.public + web.InvitePath(setUp) + "   (once, within 24 hours: makes the first owner)", nil
}

// fork sends requests of programs to the API, and everything else to the pages.
func fork(programs, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == api.Prefix || strings.HasPrefix(r.URL.Path, api.Prefix+"/") {
			programs.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// secured tells browsers that this host is reached by TLS alone, where it is: pages, API and files (RFC 6797).
func (s *service) secured(next http.Handler) http.Handler {
	if !strings.HasPrefix(s.public, "https:") {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}

// openStore opens the S3 service of the settings, or the embedded one.
func (s *service) openStore(ctx context.Context, set settings, cfg *app.Config) (objects http.Handler, bucket string, err error) {
	var c storage.Config
	if set.S3.Endpoint == "" {
		if s.store, err = storage.Embedded(ctx, filepath.Join(set.Data, "objects")); err != nil {
			return nil, "", outside{err}
		}
		c = s.store.Config(s.public)
		objects, bucket = s.store.Front(), c.Bucket
	} else {
		c = set.s3()
	}
	if cfg.Store, err = storage.Open(ctx, c); err != nil {
		return nil, "", outside{err}
	}
	s.abilities.store = cfg.Store
	lacks, err := cfg.Store.Probe(ctx)
	if err != nil {
		return nil, "", outside{fmt.Errorf("probe storage: %w", err)}
	}
	for _, f := range lacks {
		if set.LockDays > 0 && f.Code == "storage.lock.lacking" {
			return nil, "", problem.List{{
				Code: f.Code, Severity: problem.Fail, Path: "/lock_days", Message: f.Message, Fix: f.Fix,
			}}.Err()
		}
		if f.Code == "storage.conditional_put.lacking" {
			s.abilities.puts = []string{lacking(f)}
		}
		cfg.Log.WarnContext(ctx, "storage lacks something", slog.String("code", f.Code), slog.String("message", f.Message.EN))
	}
	return objects, bucket, nil
}

// s3 is how the S3 service of the settings is reached.
func (set settings) s3() storage.Config {
	x := set.S3
	return storage.Config{
		Endpoint: x.Endpoint, Public: x.Public, Region: x.Region, Bucket: x.Bucket, Lookup: x.Lookup,
		AccessKey: x.AccessKey, SecretKey: x.SecretKey, LinkAccessKey: x.LinkAccessKey, LinkSecretKey: x.LinkSecretKey,
	}
}

// wait serves until ctx ends or a part fails.
func (s *service) wait(ctx context.Context) error {
	var stopped <-chan struct{}
	if s.store != nil {
		stopped = s.store.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return outside{fmt.Errorf("web server: %w", err)}
	case <-stopped:
		return outside{fmt.Errorf("embedded store stopped: %w", s.store.Err())}
	}
}

// errDraining is told by readiness while callers are being sent elsewhere.
var errDraining = errors.New("the service is about to stop")

// ready reports what keeps the service from taking requests, and what the store lacks.
func (s *service) ready(ctx context.Context) (lacks []string, err error) {
	if s.draining.Load() {
		return nil, errDraining
	}
	if err := s.app.Ready(ctx); err != nil {
		return nil, err
	}
	return s.abilities.lacks(ctx)
}

// abilities asks again what the bucket of a store lacks, each minute at most: it may have been set up anew. Whether the service honours
// conditional puts is known from the start; to try it again and again would leave objects behind where it does not.
type abilities struct {
	store *storage.Store
	puts  []string // what it lacks of that

	mu    sync.Mutex
	asked time.Time
	found []string
}

func (a *abilities) lacks(ctx context.Context) ([]string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.asked) < time.Minute {
		return a.found, nil
	}
	lacks, err := a.store.Bucket(ctx)
	if err != nil {
		return nil, err
	}
	a.asked, a.found = time.Now(), slices.Clone(a.puts)
	for _, f := range lacks {
		a.found = append(a.found, lacking(f))
	}
	return a.found, nil
}

// drain has readiness say no for a while, until ctx ends at the latest. Requests are still answered.
func (s *service) drain(ctx context.Context) {
	s.draining.Store(true)
	select {
	case <-time.After(s.drainFor):
	case <-ctx.Done():
	}
}

// lacking is a finding of a probe as readiness tells it.
func lacking(f problem.Finding) string { return f.Code + ": " + f.Message.EN }

// close lets running requests and jobs finish, hands back the jobs that take too long, and then closes store and database.
func (s *service) close(ctx context.Context) error {
	var errs []error
	if s.http != nil {
		grace, cancel := context.WithTimeout(ctx, 15*time.Second)
		defer cancel()
		errs = append(errs, s.http.Shutdown(grace))
	} else if s.listener != nil {
		errs = append(errs, s.listener.Close())
	}
	if s.app != nil {
		errs = append(errs, s.app.StopJobs(ctx))
	}
	if s.metrics != nil {
		errs = append(errs, s.metrics.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(errs...)
}

// publicURL is the address for a browser on this machine.
func publicURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
