package manager

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/godbus/dbus/v5"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// HandOver lists what a manager does, before all other changes and after them,
// when links that it has had are another one's from now on, or its own by other
// files. Files are those of others that were edited or are gone.
func HandOver(s Situation, from, to Manager, links, files []string) (first, last []plan.Change) {
	if from.Name() != to.Name() {
		first = []plan.Change{{Verb: plan.LetGo, By: from.Name(), Links: links, Effect: plan.None}}
		if m, ok := from.(ender); ok {
			return append(first, m.ending(s, links)...), nil
		}
		return append(first, leaving(s, from, to, links)...), nil
	}
	p, ok := from.(*profileManager)
	next, _ := to.(*profileManager)
	if !ok {
		return leaving(s, from, to, links), nil // the same daemon reads the other files
	}
	c := plan.Change{Verb: plan.Forget, By: from.Name(), Effect: plan.None, Files: slices.Clone(files)}
	if p.profiles != next.profiles {
		for _, link := range links {
			c.Files = append(c.Files, p.profiles.file(link))
		}
	}
	return nil, []plan.Change{c}
}

// ender is a manager whose scripts run programs for links.
type ender interface {
	ending(s Situation, links []string) []plan.Change
}

// What the managers do when they let links go was seen on a running bond: systemd
// 257, NetworkManager 1.52.

// LetGo implements [Manager]. NetworkManager leaves a device as it is when it is
// told not to manage it any more. Only then it reads its own configuration and the
// profiles again: with the profile of a device that it manages it would take that
// down.
func (m *profileManager) LetGo(ctx context.Context, links []string) error {
	t, err := m.talk(ctx)
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, link := range links {
		if err := t.manage(ctx, link, false); err != nil {
			return err
		}
	}
	return t.readAgain(ctx)
}

// manage tells NetworkManager whether to care for a link, for as long as it runs.
func (t *talk) manage(ctx context.Context, link string, whether bool) error {
	device, err := t.device(ctx, link)
	if err != nil || device == "" {
		return err
	}
	err = t.call(ctx, device, setProperty, []any{nmDevice, "Managed", dbus.MakeVariant(whether)})
	if err != nil {
		return fmt.Errorf("telling it whose %s is: %w", link, err)
	}
	return nil
}

// manageAll has NetworkManager care for links that it has left alone.
func (t *talk) manageAll(ctx context.Context, links []string) error {
	if err := t.readAgain(ctx); err != nil {
		return err
	}
	for _, link := range links {
		if err := t.manage(ctx, link, true); err != nil {
			return err
		}
	}
	return t.look(ctx)
}

const setProperty = "org.freedesktop.DBus.Properties.Set"

// readAgain has NetworkManager read its own configuration, and take note of
// profiles whose files are gone.
func (t *talk) readAgain(ctx context.Context) error {
	if err := t.readConfiguration(ctx); err != nil {
		return err
	}
	if err := t.look(ctx); err != nil {
		return err
	}
	var gone []string
	for _, object := range slices.Sorted(maps.Keys(t.seen)) {
		file := text(t.seen[object][nmConnection], "Filename")
		if _, err := os.Lstat(filepath.Join(t.root, file)); file != "" && errors.Is(err, os.ErrNotExist) {
			gone = append(gone, file)
		}
	}
	if err := t.load(ctx, gone); err != nil {
		return err
	}
	return t.look(ctx)
}

// LetGo implements [Manager]. Told to reload without files for a link, the daemon
// takes away the addresses and routes that it has given it. Stopped, it leaves
// everything and forgets whose it was: what it finds when it starts, and has no
// file for, is not its own. Links beside these would lose their leases meanwhile:
// where it has such, it reloads.
func (d *linkDaemon) LetGo(ctx context.Context, links []string) error {
	return d.talk(ctx, func(h Host) error {
		if !h.daemonRuns() {
			return nil
		}
		if h.hasOthers(links) {
			return d.reloadWith(ctx, h, nil)
		}
		return h.stopAndStart(ctx, unitNetworkd)
	})
}

// stopAndStart stops a unit and starts it once it has ended: a job to start it
// that comes earlier replaces the one to stop it.
func (h Host) stopAndStart(ctx context.Context, unit string) error {
	if err := h.stop(ctx, unit); err != nil {
		return err
	}
	return h.toSystemd(ctx, "StartUnit", unit)
}

// stop stops a unit and waits until it has ended. Something else, such as the
// daemon's socket, may have started it again by then.
func (h Host) stop(ctx context.Context, unit string) error {
	before, err := h.unitProperties(ctx, unit)
	if err != nil {
		return fmt.Errorf("asking systemd for %s: %w", unit, err)
	}
	if err := h.toSystemd(ctx, "StopUnit", unit); err != nil {
		return err
	}
	ended := func() bool {
		now, err := h.unitProperties(ctx, unit)
		return err == nil && (text(now, "ActiveState") == "inactive" || text(now, "ActiveState") == "failed" || since(now) != since(before))
	}
	if err := await(ctx, h.Patience, ended); err != nil {
		return fmt.Errorf("waiting for %s to end: %w", unit, err)
	}
	return nil
}

// since is when a unit became active, in microseconds of CLOCK_MONOTONIC.
func since(unit map[string]dbus.Variant) uint64 {
	when, _ := unit["ActiveEnterTimestampMonotonic"].Value().(uint64)
	return when
}

// hasOthers tells whether the daemon has set up a link that is none of these.
func (h Host) hasOthers(links []string) bool {
	return slices.ContainsFunc(h.managed(), func(m Managed) bool {
		return m.File != "" && !slices.Contains(links, m.Link)
	})
}

// LetGo implements [Manager]. What ifdown would undo is nobody's or the other
// manager's by now.
func (m *stanzaFiles) LetGo(ctx context.Context, links []string) error {
	states := map[string]string{}
	for _, link := range links {
		states[link] = ""
	}
	return m.note(ctx, states)
}

// LetGo implements [Manager]: network-scripts know of no link.
func (*scripts) LetGo(context.Context, []string) error { return nil }

// EndPrograms implements [Manager].
func (s *scripted) EndPrograms(ctx context.Context, links []string) error {
	var errs []error
	for _, link := range links {
		for _, c := range s.clients {
			errs = append(errs, c.end(ctx, link))
		}
		errs = append(errs, s.stations.end(ctx, link))
	}
	return errors.Join(errs...)
}

// ending lists the ends of those programs that run for links.
func (s *scripted) ending(situation Situation, links []string) []plan.Change {
	var changes []plan.Change
	for _, d := range slices.Concat(situation.Facts.Stations, situation.Facts.Clients) {
		_, own := s.clients.keeping(d.File)
		if !own && d.File != s.stations.file(d.Link) || !slices.Contains(links, d.Link) {
			continue
		}
		c := plan.Change{Verb: plan.EndProgram, Link: d.Link, By: nameOf(d.Words), Files: []string{d.File}, Effect: plan.None}
		if link, there := situation.Now.Link(d.Link); there && c.By == supplicant {
			c.Effect = bounces(link)
		}
		changes = append(changes, c)
	}
	return changes
}
