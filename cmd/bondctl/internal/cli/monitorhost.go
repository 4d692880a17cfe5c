package cli

import (
	"context"
	"net/netip"
	"path/filepath"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/loop"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/resolvers"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/sysctls"
)

// hostSide is what the loop has done around its routes: settings of links at once, and
// resolvers, which may take a bus its time, in a goroutine of their own.
type hostSide struct {
	*sysctls.Keeper
	names resolving
	// wanted has the newest choice, if it is not in use yet.
	wanted chan choiceOfResolvers
	ended  chan struct{}
	report func(error)
}

var _ loop.Host = (*hostSide)(nil)

// resolving has the host ask resolvers over a link.
type resolving interface {
	UseResolvers(link string, servers []netip.Addr, search []string) error
}

// choiceOfResolvers is which are asked over a link.
type choiceOfResolvers struct {
	link    string
	servers []netip.Addr
	search  []string
}

// openHost takes up what an earlier monitor of this boot has changed.
func (w *watching) openHost(c *loop.Config) error {
	files, err := hostfs.Open(w.env.Root)
	if err != nil {
		return err
	}
	w.opened(files.Close)
	boot := w.clock.Now().BootID
	keeper, err := sysctls.Open(files, filepath.Join(w.flags.stateDir, "sysctls.json"), boot)
	if err != nil {
		return err
	}
	names, err := resolvers.Open(resolvers.Config{
		Root: w.env.Root, Memory: filepath.Join(w.flags.stateDir, "resolvers.json"), BootID: boot, Dial: systemBus,
	})
	if err != nil {
		return err
	}
	w.opened(names.Close)
	h := newHostSide(keeper, names, w.ailments.Of("names are not resolved over the route in use"))
	w.opened(h.close)
	c.Host = h
	return nil
}

func newHostSide(settings *sysctls.Keeper, names resolving, report func(error)) *hostSide {
	h := &hostSide{Keeper: settings, names: names, wanted: make(chan choiceOfResolvers, 1), ended: make(chan struct{}), report: report}
	go h.resolve()
	return h
}

func systemBus(ctx context.Context) (resolvers.Bus, error) {
	return manager.OpenBus(ctx, manager.SystemBus)
}

// UseResolvers implements [loop.Host].
func (h *hostSide) UseResolvers(link string, servers []netip.Addr, search []string) error {
	select {
	case <-h.wanted: // nobody waits for that any more
	default:
	}
	h.wanted <- choiceOfResolvers{link, servers, search}
	return nil
}

func (h *hostSide) resolve() {
	defer close(h.ended)
	for c := range h.wanted {
		h.report(h.names.UseResolvers(c.link, c.servers, c.search))
	}
}

// close waits until what was wanted last is in use.
func (h *hostSide) close() error {
	close(h.wanted)
	<-h.ended
	return nil
}
