package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tripact/app"
	"tripact/problem"
	"tripact/storage/records"
)

// metrics are what Prometheus is told, in a registry of their own. No label holds what a person typed.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.HistogramVec
	renders    *prometheus.HistogramVec
	findings   *prometheus.CounterVec
	links      *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	refused    prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tripact_http_request_seconds", Help: "Requests by route, method and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
		renders: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tripact_render_seconds", Help: "Documents by kind and outcome: made, refused (findings), failed.",
			Buckets: []float64{.005, .01, .02, .04, .08, .16, .32, .64, 1.28, 5, 20},
		}, []string{"kind", "outcome"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tripact_findings_total", Help: "Findings of documents and checks by severity.",
		}, []string{"severity"}),
		links: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tripact_links_total", Help: "Links by what happened: signed, created, used, gone, forged.",
		}, []string{"event"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tripact_webhook_tries_total", Help: "Tries to tell webhooks: delivered, again, failed.",
		}, []string{"outcome"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tripact_render_refused_total", Help: "Callers sent away because the waiting room was full.",
		}),
	}
	m.registry.MustRegister(m.requests, m.renders, m.findings, m.links, m.deliveries, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) Rendered(kind app.Kind, outcome string, took time.Duration) {
	m.renders.WithLabelValues(string(kind), outcome).Observe(took.Seconds())
}

func (m *metrics) Found(s problem.Severity) { m.findings.WithLabelValues(string(s)).Inc() }

func (m *metrics) Linked(how string) { m.links.WithLabelValues(how).Inc() }

func (m *metrics) Refused() { m.refused.Inc() }

func (m *metrics) Delivered(outcome string) { m.deliveries.WithLabelValues(outcome).Inc() }

// request counts a request. Methods that no route has are one.
func (m *metrics) request(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// watch has the state of a service told when it is asked for.
func (m *metrics) watch(a *app.App, db *records.DB) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tripact_renders_running", Help: "Documents that are being made."}, func() float64 {
			making, _ := a.Load()
			return float64(making)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tripact_render_callers", Help: "Callers who wait for a document or have it made."}, func() float64 {
			_, inside := a.Load()
			return float64(inside)
		}),
		&jobGauge{db: db, jobs: prometheus.NewDesc("tripact_jobs_waiting", "Jobs by kind that wait, run, or will be tried again.", []string{"kind"}, nil)},
	)
}

// jobGauge counts jobs when it is asked.
type jobGauge struct {
	db   *records.DB
	jobs *prometheus.Desc
}

func (g *jobGauge) Describe(out chan<- *prometheus.Desc) { out <- g.jobs }

func (g *jobGauge) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, kind := range app.JobKinds() {
		n, err := g.db.Waiting(ctx, kind)
		if err != nil {
			out <- prometheus.NewInvalidMetric(g.jobs, err)
			return
		}
		out <- prometheus.MustNewConstMetric(g.jobs, prometheus.GaugeValue, float64(n), kind)
	}
}

// serveMetrics answers /metrics at an address of its own, so that what is before the service need not keep people from it.
func (s *service) serveMetrics(m *metrics, addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return outside{fmt.Errorf("listen for metrics: %w", err)}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: 10 * time.Second}))
	s.metrics = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}
	s.metricsAt = listener.Addr().String()
	go func() {
		if err := s.metrics.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return nil
}
