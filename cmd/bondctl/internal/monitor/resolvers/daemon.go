package resolvers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/ledger"
)

// daemon is systemd-resolved, and what it was told.
type daemon struct {
	dial func(context.Context) (Bus, error)
	told *ledger.Ledger[told]
}

// told is a link that was given resolvers.
type told struct {
	// Link is its index.
	Link int32 `json:"link"`
	// Before is what it had, and Now what it was given.
	Before choice `json:"before"`
	Now    choice `json:"now"`
}

// choice is what is asked over a link.
type choice struct {
	Servers []server `json:"servers"`
	Domains []domain `json:"domains"`
	// Default tells that the servers are asked for any name.
	Default bool `json:"default"`
}

// domain is one whose names are asked of the link's servers. It is searched too
// unless it is for routing only.
type domain struct {
	Name      string `json:"name"`
	RouteOnly bool   `json:"route_only"`
}

// everyName is the domain whose link is asked before those that are asked for any
// name (resolvectl(1), "domain").
var everyName = domain{Name: ".", RouteOnly: true}

func (c choice) same(d choice) bool {
	return slices.Equal(c.Servers, d.Servers) && slices.EqualFunc(c.Domains, d.Domains, domain.same) && c.Default == d.Default
}

func (d domain) same(e domain) bool {
	return strings.EqualFold(d.Name, e.Name) && d.RouteOnly == e.RouteOnly
}

// choice is how systemd-resolved has it: it knows the link of an address, keeps what is
// named twice once, and no dot at the end of a domain (resolved-link-bus.c of its source).
func (s set) choice() choice {
	var c choice
	for _, addr := range s.servers {
		if one := (server{Addr: addr.WithZone("")}); !slices.Contains(c.Servers, one) {
			c.Servers = append(c.Servers, one)
		}
	}
	for _, name := range s.search {
		if d := (domain{Name: strings.TrimSuffix(name, ".")}); !slices.ContainsFunc(c.Domains, d.same) {
			c.Domains = append(c.Domains, d)
		}
	}
	if len(c.Servers) > 0 {
		c.Domains, c.Default = append(c.Domains, everyName), true
	}
	return c
}

func (d *daemon) remember(files *hostfs.Root, path, boot string) (err error) {
	d.told, err = ledger.Open[told](files, path, boot)
	return err
}

// use gives a link its resolvers and then gives back what others had.
func (d *daemon) use(wanted set) error {
	if wanted.empty() && len(d.told.Entries()) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	bus, err := d.dial(ctx)
	if err == nil {
		defer bus.Close()
		err = d.tell(ctx, services{bus}, wanted)
	}
	switch {
	case isNamed(err, errAbsent) || isNamed(err, errNoOwner):
		return fmt.Errorf("systemd-resolved, which %s leads to, does not run: systemctl start systemd-resolved", resolvConf)
	case err != nil:
		return fmt.Errorf("tell systemd-resolved which servers to ask: %w", err)
	}
	return nil
}

func (d *daemon) tell(ctx context.Context, s services, wanted set) error {
	if wanted.empty() {
		return d.giveBack(ctx, s, 0)
	}
	link, err := net.InterfaceByName(wanted.link)
	if err != nil {
		return errors.Join(fmt.Errorf("look for link %s: %w", wanted.link, err), d.giveBack(ctx, s, 0))
	}
	index := int32(link.Index) //nolint:gosec // the kernel's are positive ints
	return errors.Join(d.give(ctx, s, told{Link: index, Now: wanted.choice()}), d.giveBack(ctx, s, index))
}

// give has a link use what it is to use. What it had is on disk before.
func (d *daemon) give(ctx context.Context, s services, wanted told) error {
	now, err := s.choice(ctx, wanted.Link)
	if err != nil || now.same(wanted.Now) {
		return err
	}
	wanted.Before = now
	entries := slices.Clone(d.told.Entries())
	if i := slices.IndexFunc(entries, func(t told) bool { return t.Link == wanted.Link }); i >= 0 {
		if now.same(entries[i].Now) {
			wanted.Before = entries[i].Before
		}
		entries = slices.Delete(entries, i, i+1)
	}
	if err := d.told.Write(append(entries, wanted)); err != nil {
		return fmt.Errorf("remember what was asked before: %w; nothing was changed", err)
	}
	return s.use(ctx, wanted.Link, wanted.Now)
}

// giveBack gives all links but one, by its index, what they had.
func (d *daemon) giveBack(ctx context.Context, s services, but int32) error {
	var errs []error
	var kept []told
	for _, t := range d.told.Entries() {
		if t.Link != but {
			err := s.giveBack(ctx, t)
			if err == nil {
				continue
			}
			errs = append(errs, err)
		}
		kept = append(kept, t)
	}
	if len(kept) < len(d.told.Entries()) {
		errs = append(errs, d.told.Write(kept))
	}
	return errors.Join(errs...)
}
