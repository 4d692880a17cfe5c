// Package metrics tells Prometheus how a running monitor does. What stands comes from
// a snapshot that is taken when somebody asks; what happens is counted as it happens.
//
// How many series there are follows from the document: they have the names of its
// fallbacks, routes, checks and handlers, and what a reload has taken away is
// forgotten.
package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// prefix is that of all names.
const prefix = "bondctl_monitor_"

// Snapshotter takes a snapshot.
type Snapshotter interface {
	Snapshot(context.Context) (*control.Snapshot, error)
}

// Metrics counts, and collects what stands.
type Metrics struct {
	registry *prometheus.Registry
	answers  *prometheus.CounterVec
	late     *prometheus.CounterVec
	times    *prometheus.HistogramVec
	switches *prometheus.CounterVec
	outages  *prometheus.HistogramVec

	mu sync.Mutex
	// snapshots is nil until there is a monitor to ask, and seen is the last answer, nil
	// where none came.
	snapshots Snapshotter
	seen      *control.Snapshot
	// counted is what has series.
	counted map[labels]bool
}

// labels tell a check from all others, or without route and check, a fallback in a family.
type labels struct{ fallback, family, route, check string }

func (l labels) all() prometheus.Labels {
	if l.route == "" {
		return prometheus.Labels{"fallback": l.fallback, "family": l.family}
	}
	return prometheus.Labels{"fallback": l.fallback, "family": l.family, "route": l.route, "check": l.check}
}

// The buckets are in seconds. Answers take from a tenth of a millisecond, next door, to
// the longest time-outs; outages from what a cable costs to what a person has to mend.
var (
	answerBuckets = []float64{.0001, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	outageBuckets = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800}
)

// New makes metrics of nothing yet.
func New(version string) *Metrics {
	check := []string{"fallback", "family", "route", "check"}
	cause := []string{"fallback", "family", "cause"}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		counted:  map[labels]bool{},
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: prefix + "answers_total", Help: "What came of targets that checks have asked: hit, miss, or unclear where nothing can be concluded.",
		}, append(check, "outcome")),
		late: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: prefix + "late_answers_total", Help: "Answers that came when their time was over: those targets count as misses.",
		}, check),
		times: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: prefix + "answer_seconds", Help: "Time until targets have answered.", Buckets: answerBuckets,
		}, check),
		switches: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: prefix + "switches_total", Help: "Moves of traffic to another route, counted when that was found to carry: failover, fail_back, by_person or first.",
		}, cause),
		outages: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: prefix + "outage_seconds", Help: "Time from the last check that passed over the old route to the first over the new one.", Buckets: outageBuckets,
		}, cause),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: prefix + "build_info", Help: "The version that runs; always 1.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.answers, m.late, m.times, m.switches, m.outages, build, m)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Of says whom to ask for what stands.
func (m *Metrics) Of(s Snapshotter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.snapshots = s
}

// Checked counts what came of a check, and what came late.
func (m *Metrics) Checked(s *monitor.Settings, in monitor.Input) {
	l := labels{s.Fallback, s.Family.String(), in.Route, in.Check}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counted[l] = true
	for _, a := range in.Answers {
		if a.Late > 0 {
			m.late.With(l.all()).Inc()
		}
		if in.Kind == monitor.CameLate {
			continue // it was counted as a miss before
		}
		m.answers.WithLabelValues(l.fallback, l.family, l.route, l.check, string(a.Outcome)).Inc()
		if a.Outcome == monitor.Hit {
			m.times.With(l.all()).Observe(a.Took.Seconds())
		}
	}
}

// Switched counts a move of traffic, and what it has cost.
func (m *Metrics) Switched(s *monitor.Settings, d monitor.Decision, outage time.Duration) {
	l := labels{fallback: s.Fallback, family: s.Family.String()}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counted[l] = true
	m.switches.WithLabelValues(l.fallback, l.family, string(d.Cause)).Inc()
	m.outages.WithLabelValues(l.fallback, l.family, string(d.Cause)).Observe(outage.Seconds())
}

// answeredWithin is how long a snapshot is waited for.
const answeredWithin = 5 * time.Second

// look asks how things stand, and forgets what the document no longer has.
func (m *Metrics) look(ctx context.Context) {
	m.mu.Lock()
	from := m.snapshots
	m.mu.Unlock()
	var seen *control.Snapshot
	if from != nil {
		ctx, done := context.WithTimeout(ctx, answeredWithin)
		defer done()
		if s, err := from.Snapshot(ctx); err == nil {
			seen = s
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen = seen; seen != nil {
		m.forget(seen)
	}
}

// forget drops the series of what a snapshot no longer has.
func (m *Metrics) forget(s *control.Snapshot) {
	there := map[labels]bool{}
	for _, f := range s.Fallbacks {
		there[labels{fallback: f.Fallback, family: f.Family}] = true
		for _, r := range f.Routes {
			for _, c := range r.Checks {
				there[labels{f.Fallback, f.Family, r.Route, c.Check}] = true
			}
		}
	}
	for l := range m.counted {
		if there[l] {
			continue
		}
		delete(m.counted, l)
		for _, vec := range []interface{ DeletePartialMatch(prometheus.Labels) int }{m.answers, m.late, m.times, m.switches, m.outages} {
			vec.DeletePartialMatch(l.all())
		}
	}
}
