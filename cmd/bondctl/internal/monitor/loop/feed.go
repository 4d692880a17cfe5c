package loop

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/prober"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/routes"
	"github.com/bondctl/bondctl/schema"
)

// feed hands one thing that has come in to the fallback's decisions, and carries
// out what they want.
func (l *Loop) feed(f *fallback, in monitor.Input) {
	in.At = l.moment()
	if in.Kind != monitor.Tick && f.wake != 0 && f.wake <= in.At {
		in.Overdue = f.wake
	}
	f.wake = 0
	before := f.state.Last
	state, actions := f.settings.Step(f.state, in)
	f.state = state
	l.ailments.Set(judging, l.unjudged())
	var decided *monitor.Decision
	if state.Last != before {
		decided = state.Last
	}
	if l.Record != nil {
		l.Record(f.standing(), in, decided)
	}
	if decided != nil {
		l.decided(f, decided)
	}
	for _, a := range monitor.Shared(actions, l.others(f)...) {
		l.do(f, a)
	}
	l.tellAndKeep()
	if l.way.follow(l.fallbacks) {
		l.Handlers.Wake()
	}
}

// unjudged is why checks are not judged, nil where all are.
func (l *Loop) unjudged() error {
	var all []error
	for _, f := range l.fallbacks {
		for _, text := range f.state.Unjudged() {
			all = append(all, errors.New(text))
		}
	}
	return errors.Join(all...)
}

// others are the states of the same fallback in other families.
func (l *Loop) others(f *fallback) []monitor.State {
	var states []monitor.State
	for _, o := range l.fallbacks {
		if o != f && o.settings.Fallback == f.settings.Fallback {
			states = append(states, o.state)
		}
	}
	return states
}

// do carries out one action.
func (l *Loop) do(f *fallback, a monitor.Action) {
	switch a.Kind {
	case monitor.Arrange:
		l.arrange()
	case monitor.Emit:
		l.emit(f, a.Event)
	case monitor.Probe:
		l.probe(f, a)
	case monitor.Warm:
		l.warm(f, a.Route)
	case monitor.CloseSockets:
		if !l.isUnwritten(f.route(a.Route), f.route(f.state.Active)) { // the route that was left would be taken again
			l.handOver(f, a.Route)
		}
	case monitor.UseResolvers:
		l.useResolvers(f, a.Route)
	case monitor.Persist:
		l.dirty = true
	case monitor.Note:
		l.Log.Info(a.Text, "fallback", f.settings.Fallback, "family", f.settings.Family.String())
	case monitor.Wake:
		f.wake = a.At
	}
}

// isUnwritten tells whether the kernel has refused a change over the link of one of
// these routes.
func (l *Loop) isUnwritten(concerned ...*monitor.Route) bool {
	return slices.ContainsFunc(l.failed, func(c routes.Change) bool {
		return slices.ContainsFunc(concerned, func(r *monitor.Route) bool { return c.IsOver(r.Link) })
	})
}

// route finds a route of the fallback by its name, nil for none.
func (f *fallback) route(name string) *monitor.Route {
	i := slices.IndexFunc(f.settings.Routes, func(r monitor.Route) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return &f.settings.Routes[i]
}

// path is what was known last of a route's path.
func (f *fallback) path(name string) monitor.Path {
	for _, r := range f.state.Routes {
		if r.Name == name {
			return r.Path
		}
	}
	return monitor.Path{}
}

// probe has a check begun before the loop waits again. What comes of it comes in as a
// request, unless the loop has ended meanwhile.
func (l *Loop) probe(f *fallback, a monitor.Action) {
	route := f.route(a.Route)
	i := slices.IndexFunc(route.Checks, func(c monitor.Check) bool { return c.Name == a.Check })
	var gateways []netip.Addr
	if gateway := f.path(route.Name).Gateway; gateway.IsValid() {
		gateways = []netip.Addr{gateway}
	}
	fallback, family := f.settings.Fallback, f.settings.Family
	came := func(kind monitor.InputKind, asked monitor.Moment, answers ...monitor.Answer) {
		in := monitor.Input{Kind: kind, Route: a.Route, Check: a.Check, Asked: asked, Answers: answers}
		_ = l.within(l.ctx, func() { l.checked(fallback, family, in) })
	}
	l.questions = append(l.questions, prober.Question{
		Check: &route.Checks[i], Family: family, Link: route.Link, Mark: route.Mark, Gateways: gateways,
		Done: func(asked monitor.Moment, answers []monitor.Answer) { came(monitor.Checked, asked, answers...) },
		Late: func(asked monitor.Moment, answer monitor.Answer) { came(monitor.CameLate, asked, answer) },
	})
}

// ask begins the checks that are due. The routes that they take are written by then: those
// of a link that has just come are not when its check becomes due.
func (l *Loop) ask() {
	for _, q := range l.questions {
		l.Prober.Ask(l.ctx, q)
	}
	l.questions = nil
}

// checked takes what came of a check, if the document still has it.
func (l *Loop) checked(name string, family schema.Family, in monitor.Input) {
	for _, f := range l.fallbacks {
		if f.settings.Fallback != name || f.settings.Family != family {
			continue
		}
		route := f.route(in.Route)
		if route == nil || !slices.ContainsFunc(route.Checks, func(c monitor.Check) bool { return c.Name == in.Check }) {
			return
		}
		l.feed(f, in)
		if l.Checked != nil {
			l.Checked(&f.settings, in)
		}
		l.arrived(f, in)
	}
}

// decided notes a move of the traffic, to measure how long it was away.
func (l *Loop) decided(f *fallback, d *monitor.Decision) {
	l.Log.Info(d.Reason, "fallback", f.settings.Fallback, "family", f.settings.Family.String(), "cause", string(d.Cause), "from", d.From, "to", d.To)
	if f.moved = nil; d.From != "" && d.From != d.To {
		f.moved = d
		if to := f.route(d.To); to != nil && len(to.Checks) == 0 {
			l.switched(f, d.At)
		}
	}
}

// arrived measures an outage by the first answer over the route that traffic has
// moved to.
func (l *Loop) arrived(f *fallback, in monitor.Input) {
	if f.moved == nil || in.Route != f.moved.To {
		return
	}
	for _, a := range in.Answers {
		if a.Outcome == monitor.Hit && in.Asked >= f.moved.At {
			l.switched(f, in.Asked.Add(a.Took))
			return
		}
	}
}

// switched tells of a move once traffic flows again.
func (l *Loop) switched(f *fallback, flows monitor.Moment) {
	move := *f.moved
	f.moved = nil
	var outage time.Duration
	if move.Cause == monitor.Failover && move.LastPassed != 0 {
		outage = flows.Sub(move.LastPassed)
		l.Log.Info("answers come again", "fallback", f.settings.Fallback, "family", f.settings.Family.String(), "route", move.To, "outage", outage.Round(time.Millisecond).String())
	}
	if l.Switched != nil {
		l.Switched(&f.settings, move, outage)
	}
}
