package loop

import (
	"fmt"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/routes"
	"github.com/bondctl/bondctl/schema"
)

// reread reads the kernel's state and takes what is new of it.
func (l *Loop) reread() {
	if l.observe() {
		l.observed()
	}
	l.reading = l.moment().Add(l.pace())
}

// pace is the time to the next reading, unless the kernel tells of a change before.
func (l *Loop) pace() time.Duration {
	if l.settled && !slices.ContainsFunc([]string{unreadable, writing, preparing, fighting, watching}, l.ailments.Has) {
		return resting
	}
	return rereading
}

// observe reads the kernel's state.
func (l *Loop) observe() bool {
	now, err := l.Kernel.Observe()
	if l.ailments.Set(unreadable, err); err != nil {
		return false
	}
	l.now, l.seen = now, l.moment()
	return true
}

// observed takes what is new in the state of the kernel, and makes of the routes
// what they should be.
func (l *Loop) observed() {
	l.prepare()
	for _, f := range l.fallbacks {
		for i := range f.settings.Routes {
			l.look(f, &f.settings.Routes[i])
		}
	}
	l.reconcile()
}

// look takes what is new of one route's link.
func (l *Loop) look(f *fallback, r *monitor.Route) {
	path := routes.PathOf(r, f.settings.Family, l.now)
	addresses := routes.Sources(r.Link, f.settings.Family, l.now)
	if path != f.path(r.Name) || !slices.Equal(addresses, f.addresses[r.Name]) {
		l.Prober.Renew(r.Link)
	}
	if len(addresses) > 0 {
		f.addresses[r.Name] = addresses
	}
	slaves := carriers(r.Link, l.now)
	before, known := f.slaves[r.Name]
	f.slaves[r.Name] = slaves
	if path != f.path(r.Name) {
		l.feed(f, monitor.Input{Kind: monitor.PathChanged, Route: r.Name, Path: path, Told: l.told})
	}
	if known && before != slaves && slaves != "" {
		l.feed(f, monitor.Input{Kind: monitor.BondFailover, Route: r.Name})
	}
}

// carriers names what carries in the bond that a link is or stands on: the slaves that
// are active and up, the one that is preferred to send, and the active aggregator. It is
// empty where nothing does.
func carriers(name string, now *kernel.State) string {
	link, ok := now.Link(name)
	for ok && link.Bond == nil && link.Parent != "" {
		link, ok = now.Link(link.Parent)
	}
	if !ok || link.Bond == nil {
		return ""
	}
	var found []string
	for _, l := range now.Slaves(link.Name) {
		if l.Slave.Active && l.Slave.MII == kernel.MIIUp {
			found = append(found, l.Name)
		}
	}
	if len(found) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s by %v", link.Bond.Settings.Text(schema.ActiveSlave), found)
	if lacp := link.Bond.LACP; lacp != nil {
		text += fmt.Sprintf(" in aggregator %d", lacp.Aggregator)
	}
	return text
}

// prepare has the links of all routes prepared, those that were made anew too.
func (l *Loop) prepare() {
	fresh := false
	var links []string
	for _, f := range l.fallbacks {
		for _, r := range f.settings.Routes {
			link, ok := l.now.Link(r.Link)
			if !ok || slices.Contains(links, r.Link) {
				continue
			}
			links = append(links, r.Link)
			if index := int(link.Index); l.prepared[r.Link] != index {
				l.prepared[r.Link], fresh = index, true
			}
		}
	}
	if !fresh {
		return
	}
	err := l.Host.Prepare(links)
	if l.ailments.Set(preparing, err); err != nil {
		clear(l.prepared) // it is tried again
	}
}
