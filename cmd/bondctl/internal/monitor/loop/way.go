package loop

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
)

// Way is how handlers get to the network: over the route that carries traffic.
func (l *Loop) Way() handler.Way { return &l.way }

// way leads over a route that is up.
type way struct {
	// dialer connects over a link, and resolves names over it.
	dialer func(link string) Dialer

	mu   sync.Mutex
	link string
	// up is closed while a route is up, and replaced when none is any more.
	up chan struct{}
}

// follow has the way lead where the traffic goes, and tells whether another path has come up.
func (w *way) follow(fallbacks []*fallback) (changed bool) {
	link := carrying(fallbacks)
	w.mu.Lock()
	defer w.mu.Unlock()
	if link == w.link {
		return false
	}
	switch {
	case w.link == "":
		close(w.up)
	case link == "":
		w.up = make(chan struct{})
	}
	w.link = link
	return link != ""
}

// carrying is the link of the first route that carries traffic and is usable, empty
// for none.
func carrying(fallbacks []*fallback) string {
	for _, f := range fallbacks {
		for _, r := range f.state.Routes {
			if r.Name == f.state.Active && r.Status.Usable() {
				return r.Link
			}
		}
	}
	return ""
}

// Await implements [handler.Way].
func (w *way) Await(ctx context.Context) error {
	w.mu.Lock()
	up := w.up
	w.mu.Unlock()
	select {
	case <-up:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// DialContext implements [handler.Way].
func (w *way) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	link := w.link
	w.mu.Unlock()
	if link == "" {
		return nil, errors.New("no path is up")
	}
	return w.dialer(link).DialContext(ctx, network, address)
}
