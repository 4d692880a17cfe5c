package manager

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// supplicants are what joins wireless links to their networks beside
// systemd-networkd: for each link a unit that runs wpa_supplicant with the
// link's own file, which it reads only when it starts.
type supplicants interface {
	unit(link string) string
	file(link string) string
	// ready tells by an error that the unit of a link would not run, or not at
	// the next boot: what is applied must be there then.
	ready(ctx context.Context, h Host, link string) error
	// step tells whether the files that change give the link's own another
	// content, and whether there is one afterwards.
	step(files plan.Files, link string) (remains, found bool)
	// wake starts at a boot what systemd does not know yet that it shall start.
	wake(ctx context.Context, h Host) error
}

// station is one of them.
type station struct {
	// Active tells whether the unit runs, and Since when it was started, in
	// microseconds of CLOCK_MONOTONIC.
	Active bool
	Since  uint64
	// File is the checksum of its file, empty for none.
	File string
}

// stations looks at those of the links that are wireless.
func (h Host) stations(ctx context.Context, by supplicants, links []string) (map[string]station, error) {
	found := map[string]station{}
	for _, link := range links {
		if !h.any(path.Join("sys/class/net", link, "phy80211")) {
			continue
		}
		s, err := h.station(ctx, by, link)
		if err != nil {
			return nil, err
		}
		found[link] = s
	}
	return found, nil
}

func (h Host) station(ctx context.Context, by supplicants, link string) (station, error) {
	unit := by.unit(link)
	properties, err := h.unitProperties(ctx, unit)
	if err != nil {
		return station{}, fmt.Errorf("asking systemd for %s: %w", unit, err)
	}
	s := station{Active: unitOf(unit, properties).Active}
	s.Since = since(properties)
	s.File, err = h.checksum(by.file(link))
	return s, err
}

func (h Host) checksum(name string) (string, error) {
	content, err := fs.ReadFile(h.Root, strings.TrimPrefix(name, "/"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("looking at %s: %w", name, err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}

// lead adds to the changes of links what becomes of the stations: those with a
// new file join its network first, for that takes seconds and a bond waits for
// them before it takes its last card; those without one leave theirs last.
func lead(by supplicants, s Situation, changes []plan.Change) []plan.Change {
	var joining, leaving []plan.Change
	for _, link := range s.Now.Links {
		remains, found := by.step(s.Files, link.Name)
		if !found {
			continue
		}
		c := plan.Change{Verb: plan.Activate, Link: link.Name, By: supplicant, Files: []string{by.file(link.Name)}, Effect: bounces(link)}
		if remains {
			joining = append(joining, c)
			continue
		}
		c.Verb = plan.Forget
		leaving = append(leaving, c)
	}
	return slices.Concat(joining, changes, leaving)
}

// bounces is what traffic notices when a station leaves its network.
func bounces(link *kernel.Link) plan.Effect {
	if !link.Carrier {
		return plan.None
	}
	return plan.Bounces(link.Name)
}

// leaving ends the units that join links to their networks, where their files go
// and another manager, or the same one by other files, has them join from now on:
// two supplicants would fight over a radio.
func leaving(s Situation, from, to Manager, links []string) []plan.Change {
	had, ok := from.(*linkDaemon)
	if next, same := to.(*linkDaemon); !ok || same && next.joins == had.joins {
		return nil
	}
	var changes []plan.Change
	for _, name := range links {
		if remains, found := had.joins.step(s.Files, name); remains || !found {
			continue
		}
		if link, there := s.Now.Link(name); there {
			changes = append(changes, plan.Change{Verb: plan.EndProgram, Link: name, By: supplicant, Files: []string{had.joins.unit(name)}, Effect: bounces(link)})
		}
	}
	return changes
}

// carry has a station join the network of its new file, or leave the one that
// it has no file for any more. One that is another manager's from now on has
// left when this returns.
func (h Host) carry(ctx context.Context, by supplicants, c plan.Change) error {
	switch c.Verb { //nolint:exhaustive // Lead and HandOver make no other
	case plan.EndProgram:
		return h.stop(ctx, c.Files[0])
	case plan.Forget:
		return h.toSystemd(ctx, "StopUnit", by.unit(c.Link))
	}
	return h.toSystemd(ctx, "RestartUnit", by.unit(c.Link))
}

// join starts those stations that do not run, though their files are what they were.
func (h Host) join(ctx context.Context, by supplicants, before map[string]station) error {
	return h.each(ctx, by, before, func(was, now station) string {
		if now.File != "" && now.File == was.File && !now.Active {
			return "StartUnit"
		}
		return ""
	})
}

// rejoin has stations be again what they were: those that were started anew
// meanwhile have read other files.
func (h Host) rejoin(ctx context.Context, by supplicants, before map[string]station) error {
	return h.each(ctx, by, before, func(was, now station) string {
		switch {
		case !was.Active && now.Active:
			return "StopUnit"
		case was.Active && (!now.Active || now.Since != was.Since):
			return "RestartUnit"
		}
		return ""
	})
}

// each calls for the unit of each station the method of systemd that do names,
// if any. One that fails does not keep the others from theirs.
func (h Host) each(ctx context.Context, by supplicants, before map[string]station, do func(was, now station) string) error {
	now, err := h.stations(ctx, by, slices.Sorted(maps.Keys(before)))
	if err != nil {
		return err
	}
	var errs []error
	for _, link := range slices.Sorted(maps.Keys(now)) {
		if method := do(before[link], now[link]); method != "" {
			errs = append(errs, h.toSystemd(ctx, method, by.unit(link)))
		}
	}
	return errors.Join(errs...)
}

// toSystemd has systemd begin with something; what becomes of it is not waited for.
func (h Host) toSystemd(ctx context.Context, method, unit string) error {
	var job dbus.ObjectPath
	q := question{systemd, "/org/freedesktop/systemd1", systemd + ".Manager." + method, []any{unit, "replace"}}
	if err := h.ask(ctx, q, &job); err != nil {
		return fmt.Errorf("%s of %s: %w", method, unit, err)
	}
	return nil
}
