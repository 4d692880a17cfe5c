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
	files "github.com/bondctl/bondctl/generators/networkd"
)

// station is what joins a wireless link to its network beside
// systemd-networkd: a unit that runs wpa_supplicant with the link's own file,
// which it reads only when it starts.
type station struct {
	// Active tells whether the unit runs, and Since when it was started, in
	// microseconds of CLOCK_MONOTONIC.
	Active bool
	Since  uint64
	// File is the checksum of its file, empty for none.
	File string
}

// stations looks at those of the links that are wireless.
func (h Host) stations(ctx context.Context, links []string) (map[string]station, error) {
	found := map[string]station{}
	for _, link := range links {
		if !h.any(path.Join("sys/class/net", link, "phy80211")) {
			continue
		}
		s, err := h.station(ctx, link)
		if err != nil {
			return nil, err
		}
		found[link] = s
	}
	return found, nil
}

func (h Host) station(ctx context.Context, link string) (station, error) {
	unit := files.StationUnit(link)
	properties, err := h.unitProperties(ctx, unit)
	if err != nil {
		return station{}, fmt.Errorf("asking systemd for %s: %w", unit, err)
	}
	s := station{Active: unitOf(unit, properties).Active}
	s.Since, _ = properties["ActiveEnterTimestampMonotonic"].Value().(uint64)
	s.File, err = h.checksum(files.StationFile(link))
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

// startsAtBoot wants a station's unit enabled: what is applied must be there
// after the next boot.
func (h Host) startsAtBoot(ctx context.Context, link string) error {
	name := files.StationUnit(link)
	unit, there, err := h.unit(ctx, name)
	switch {
	case err != nil:
		return fmt.Errorf("asking systemd for %s: %w", name, err)
	case !there:
		return fmt.Errorf("%s: %s is not there, which joins the network: install wpa_supplicant", link, name)
	case !unit.Enabled:
		return fmt.Errorf("%s: %s joins the network, and would not at the next boot: systemctl enable %s", link, name, name)
	}
	return nil
}

// lead adds to the changes of links what becomes of the stations: those with a
// new file join its network first, for that takes seconds and a bond waits for
// them before it takes its last card; those without one leave theirs last.
func lead(s Situation, changes []plan.Change) []plan.Change {
	var joining, leaving []plan.Change
	for _, link := range s.Now.Links {
		file := files.StationFile(link.Name)
		i := slices.IndexFunc(s.Files.Changing(), func(step plan.Step) bool { return step.Path == file && step.Action != plan.Chmod })
		if i < 0 {
			continue
		}
		c := plan.Change{Verb: plan.Activate, Link: link.Name, By: supplicant, Files: []string{file}, Effect: bounces(link)}
		if s.Files.Changing()[i].New != nil {
			joining = append(joining, c)
			continue
		}
		c.Verb = plan.Forget
		leaving = append(leaving, c)
	}
	return slices.Concat(joining, changes, leaving)
}

const supplicant = "wpa_supplicant"

// bounces is what traffic notices when a station leaves its network.
func bounces(link *kernel.Link) plan.Effect {
	if !link.Carrier {
		return plan.None
	}
	return plan.Bounces(link.Name)
}

// carry has a station join the network of its new file, or leave the one that
// it has no file for any more.
func (h Host) carry(ctx context.Context, c plan.Change) error {
	if c.Verb == plan.Forget {
		return h.toSystemd(ctx, "StopUnit", files.StationUnit(c.Link))
	}
	return h.toSystemd(ctx, "RestartUnit", files.StationUnit(c.Link))
}

// join starts those stations that do not run, though their files are what they were.
func (h Host) join(ctx context.Context, before map[string]station) error {
	return h.each(ctx, before, func(was, now station) string {
		if now.File != "" && now.File == was.File && !now.Active {
			return "StartUnit"
		}
		return ""
	})
}

// rejoin has stations be again what they were: those that were started anew
// meanwhile have read other files.
func (h Host) rejoin(ctx context.Context, before map[string]station) error {
	return h.each(ctx, before, func(was, now station) string {
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
func (h Host) each(ctx context.Context, before map[string]station, do func(was, now station) string) error {
	now, err := h.stations(ctx, slices.Sorted(maps.Keys(before)))
	if err != nil {
		return err
	}
	var errs []error
	for _, link := range slices.Sorted(maps.Keys(now)) {
		if method := do(before[link], now[link]); method != "" {
			errs = append(errs, h.toSystemd(ctx, method, files.StationUnit(link)))
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
