package loop

import (
	"math"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/schema"
)

// emit has handlers told of an event, if one of them wants it.
func (l *Loop) emit(f *fallback, e *monitor.Event) {
	told := handler.Event{
		Name: e.Name, Fallback: e.Fallback, Route: e.Route, Family: e.Family.String(), Gateway: f.path(e.Route).Gateway,
		Previous: e.From, Reason: e.Reason, At: handler.Now(l.Clock),
	}
	if route := f.route(e.Route); route != nil {
		told.Link = route.Link
	}
	if e.Name == schema.EventAllDown {
		told.Route, told.Link, told.Gateway = "", "", netip.Addr{} // it concerns every route
	}
	for _, r := range f.state.Routes {
		if r.Status.Usable() {
			told.Up = append(told.Up, r.Name)
		} else {
			told.Down = append(told.Down, r.Name)
		}
	}
	if completed, wanted := l.Handlers.Complete(told); wanted {
		l.outbox.put(completed)
	}
}

// warm has the next hop of a route asked for. One that does not answer shows when
// the route is checked.
func (l *Loop) warm(f *fallback, name string) {
	route, gateway := f.route(name), f.path(name).Gateway
	if !gateway.IsValid() {
		return
	}
	if err := l.Kernel.Warm(route.Link, gateway); err != nil {
		l.Log.Debug("the next hop is not asked for", "route", name, "error", err)
	}
}

// handOver ends the connections that still go over a route that traffic has left, as
// far as the document wants that.
func (l *Loop) handOver(f *fallback, name string) {
	addresses := f.addresses[name]
	if len(addresses) == 0 {
		return
	}
	var err error
	var sockets, flows int
	if f.described.ClosesSockets() {
		sockets, err = l.Kernel.CloseSockets(f.settings.Family, addresses)
	}
	if err == nil && f.described.FlushesConntrack() {
		flows, err = l.Kernel.ForgetFlows(f.settings.Family, addresses)
	}
	l.ailments.Set(handingOver, err)
	if sockets+flows > 0 {
		l.Log.Info("connections over the route that was left are ended", "route", name, "sockets", sockets, "flows", flows)
	}
}

// useResolvers has names resolved as the document says of the link that traffic takes,
// by the first family of the first fallback. Over the best route the host resolves them
// as it does by itself.
func (l *Loop) useResolvers(f *fallback, name string) {
	if f != l.fallbacks[0] {
		return
	}
	var servers []netip.Addr
	var search []string
	link := ""
	if i := slices.IndexFunc(f.settings.Routes, func(r monitor.Route) bool { return r.Name == name }); i > 0 {
		if described := l.doc.ResolversOf(f.settings.Routes[i].Link); described != nil {
			link, servers, search = f.settings.Routes[i].Link, described.Servers.Values(), described.Search.Values()
		}
	}
	l.ailments.Set(resolving, l.Host.UseResolvers(link, servers, search))
}

// tellAndKeep has the state kept where it is worth it, and what has happened told.
func (l *Loop) tellAndKeep() {
	some, lasting := l.outbox.waits()
	switch {
	case l.dirty || lasting:
		l.keep()
	case some:
		l.outbox.tell(l.Handlers, math.MaxUint64)
	}
}

// keep hands what is known to whoever keeps it. Handlers are told once it is kept, or
// where that takes too long; the channel is closed then.
func (l *Loop) keep() (told <-chan struct{}) {
	l.dirty = false
	untold, last := l.outbox.keeps(l.Handlers.Saved())
	k := Kept{Fallbacks: make([]KeptState, len(l.fallbacks)), Untold: untold}
	for i, f := range l.fallbacks {
		k.Fallbacks[i] = KeptState{Fallback: f.settings.Fallback, Family: f.settings.Family.String(), State: f.state}
	}
	done := make(chan struct{})
	then := sync.OnceFunc(func() {
		l.outbox.tell(l.Handlers, last)
		close(done)
	})
	if l.Keep == nil {
		then()
		return done
	}
	l.Keep(k, then)
	if last > 0 {
		time.AfterFunc(hesitation, then)
	}
	return done
}
