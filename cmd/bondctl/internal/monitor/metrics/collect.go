package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

func description(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prefix+name, help, labels, nil)
}

// What stands.
var (
	responding = description("responding", "Whether the monitor has told how it stands: 1, or 0 where it hangs.")
	started    = description("start_time_seconds", "When the monitor began, since the epoch.")
	loaded     = description("loaded_timestamp_seconds", "When the document was last read, since the epoch.")
	degraded   = description("degraded", "How many things do not work; monitor status names them.")
	unsaved    = description("handler_unsaved", "Changes of the handlers' queue that are not on disk.")

	allDown     = description("all_down", "Whether no route passes: 1 or 0.", "fallback", "family")
	pinned      = description("pinned", "Whether a person has chosen the route: 1 or 0.", "fallback", "family")
	activeSince = description("active_since_timestamp_seconds", "Since when the active route carries traffic, since the epoch.", "fallback", "family")
	deadTargets = description("dead_targets", "Targets that are left out of the count, for they answer over no route.", "fallback", "family")

	routeStatus = description("route_status", "How a route is: 1 for the status that it has, 0 for the others.", "fallback", "family", "route", "status")
	routeActive = description("route_active", "Whether a route carries traffic: 1 or 0.", "fallback", "family", "route")
	routeFlaps  = description("route_flaps", "Failures of a route that are not forgiven yet.", "fallback", "family", "route")
	routeHeld   = description("route_held_seconds", "How long a route must be good before traffic returns to it.", "fallback", "family", "route")
	checkLoss   = description("check_loss_ratio", "Checks within the window that were missed, of all.", "fallback", "family", "route", "check")

	waiting = description("handler_waiting", "Events that a handler is still to be told.", "handler")
	events  = description("handler_events_total", "Events of a handler by what came of them; late ones are delivered too.", "handler", "outcome")
)

// Describe implements [prometheus.Collector].
func (*Metrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		responding, started, loaded, degraded, unsaved, allDown, pinned, activeSince, deadTargets,
		routeStatus, routeActive, routeFlaps, routeHeld, checkLoss, waiting, events,
	} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
	m.mu.Lock()
	s := m.seen
	m.mu.Unlock()
	gauge(to, responding, truth[s != nil])
	if s == nil {
		return
	}
	gauge(to, started, epoch(s.Since))
	gauge(to, loaded, epoch(s.Loaded))
	gauge(to, degraded, float64(len(s.Degraded)))
	gauge(to, unsaved, float64(s.Unsaved))
	for i := range s.Fallbacks {
		collectFallback(to, &s.Fallbacks[i])
	}
	for _, h := range s.Handlers {
		gauge(to, waiting, float64(h.Waiting), h.Name)
		for _, e := range h.Ends {
			to <- prometheus.MustNewConstMetric(events, prometheus.CounterValue, float64(e.Events), h.Name, e.Outcome)
		}
	}
}

func collectFallback(to chan<- prometheus.Metric, f *control.Fallback) {
	gauge(to, allDown, truth[f.AllDown], f.Fallback, f.Family)
	gauge(to, pinned, truth[f.Pin != ""], f.Fallback, f.Family)
	gauge(to, deadTargets, float64(len(f.Dead)), f.Fallback, f.Family)
	if !f.Since.IsZero() {
		gauge(to, activeSince, epoch(f.Since), f.Fallback, f.Family)
	}
	for i := range f.Routes {
		r := &f.Routes[i]
		for _, status := range monitor.Statuses() {
			gauge(to, routeStatus, truth[r.Status == status], f.Fallback, f.Family, r.Route, string(status))
		}
		gauge(to, routeActive, truth[r.Route == f.Active], f.Fallback, f.Family, r.Route)
		gauge(to, routeFlaps, float64(r.Flaps), f.Fallback, f.Family, r.Route)
		gauge(to, routeHeld, r.Held.Seconds(), f.Fallback, f.Family, r.Route)
		for _, c := range r.Checks {
			gauge(to, checkLoss, float64(c.Loss)/100, f.Fallback, f.Family, r.Route, c.Check)
		}
	}
}

func gauge(to chan<- prometheus.Metric, d *prometheus.Desc, value float64, labels ...string) {
	to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

var truth = map[bool]float64{false: 0, true: 1}

func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
