package loop

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/routes"
	"github.com/bondctl/bondctl/schema"
)

// within has something done in the goroutine of the loop, which ends before the
// context does.
func (l *Loop) within(ctx context.Context, do func()) error {
	done := make(chan struct{})
	select {
	case l.requests <- func() { do(); close(done) }:
		<-done
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the monitor does not answer: %w", context.Cause(ctx))
	}
}

// Standings tells how every fallback stands. Whoever gets an answer knows that the
// loop is alive.
func (l *Loop) Standings(ctx context.Context) ([]monitor.Standing, error) {
	var all []monitor.Standing
	err := l.within(ctx, func() {
		for _, f := range l.fallbacks {
			all = append(all, f.standing())
		}
	})
	return all, err
}

// Degraded lists what does not work now.
func (l *Loop) Degraded() []string { return l.ailments.All() }

// Switch has the traffic of a fallback take a route as soon as that passes, or, with
// no name, the best one as ever.
func (l *Loop) Switch(ctx context.Context, fallback, route string) error {
	var failed error
	err := l.within(ctx, func() { failed = l.switchTo(fallback, route) })
	if err != nil {
		return err
	}
	return failed
}

func (l *Loop) switchTo(name, route string) error {
	var concerned []*fallback
	var known []string
	for _, f := range l.fallbacks {
		if f.settings.Fallback != name {
			continue
		}
		for _, r := range f.settings.Routes {
			if !slices.Contains(known, r.Name) {
				known = append(known, r.Name)
			}
		}
		if route == "" || f.route(route) != nil {
			concerned = append(concerned, f)
		}
	}
	switch {
	case len(known) == 0:
		return fmt.Errorf("there is no fallback %q", name)
	case len(concerned) == 0:
		return fmt.Errorf("there is no route %q in the fallback %q, which has %s", route, name, strings.Join(known, ", "))
	}
	for _, f := range concerned {
		l.feed(f, monitor.Input{Kind: monitor.Switched, Route: route})
	}
	return nil
}

// Reload takes up another document. What is known of routes that are still there
// stays known, and traffic moves only where the new document has it move.
func (l *Loop) Reload(ctx context.Context, doc *schema.Document) error {
	var failed error
	err := l.within(ctx, func() { failed = l.reload(doc) })
	if err != nil {
		return err
	}
	return failed
}

func (l *Loop) reload(doc *schema.Document) error {
	if err := l.Handlers.Reload(doc.Fallbacks); err != nil {
		return err
	}
	before := l.fallbacks
	l.describe(doc)
	for _, f := range l.fallbacks {
		if slices.ContainsFunc(before, func(old *fallback) bool { return old.isSame(&f.settings) }) {
			l.feed(f, monitor.Input{Kind: monitor.Reloaded})
		} else {
			l.begin(f)
		}
	}
	if l.observe() {
		l.write(routes.Leave(ordered(before), ordered(l.fallbacks), l.now)) // links that are not watched any more
		l.observed()
	}
	return nil
}
