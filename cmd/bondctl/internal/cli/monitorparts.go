package cli

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/loop"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/prober"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/resolvers"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

// parts opens what the loop works with, beside its handlers.
func (w *watching) parts(ctx context.Context) (loop.Config, error) {
	c := loop.Config{
		Read: w.read, Clock: w.clock, Checked: w.counts.Checked, Switched: w.counts.Switched, Log: w.log,
		Prober: prober.New(prober.Config{Now: w.moment, Resolvers: w.resolvers}),
		Dialer: func(link string) loop.Dialer { return verify.Dialer{Link: link, Resolvers: w.resolvers(link)} },
	}
	err := errors.Join(w.openKernel(ctx, &c), w.openHost(&c), w.openStore(&c), w.openHistory(&c))
	return c, err
}

// read gives what is to be watched of a document, and remembers that it is watched now.
// It says at once which programs cannot be run, for that of a handler is wanted only when
// a path has died.
func (w *watching) read(doc *schema.Document) []monitor.Settings {
	w.described.Store(doc)
	for _, d := range unready(doc) {
		w.log.Warn("a program cannot be run", "place", d.Subject.String(), "err", d.Detail)
	}
	return watched(doc)
}

func (w *watching) moment() monitor.Moment { return monitor.Moment(w.clock.Now().Boot) }

// resolvers are the servers that are asked for names over a link, each for a part of the
// time that an answer may take: those that the document names for it, or the host's own.
func (w *watching) resolvers(link string) []netip.Addr {
	if dns := w.described.Load().ResolversOf(link); dns != nil && len(dns.Servers.Values()) > 0 {
		return dns.Servers.Values()
	}
	return resolvers.Own(w.env.Root)
}

var _ loop.Kernel = (*kernel.Host)(nil)

// openKernel opens the kernel, and has it tell of changes.
func (w *watching) openKernel(ctx context.Context, c *loop.Config) error {
	k, err := w.env.Kernel()
	if err != nil {
		return err
	}
	w.opened(func() error { k.Close(); return nil })
	able, ok := k.(loop.Kernel)
	if !ok {
		return fmt.Errorf("this kernel (%T) is none that a monitor can work with", k)
	}
	c.Kernel = able
	c.Changes, err = kernel.Watch(ctx)
	return err
}
