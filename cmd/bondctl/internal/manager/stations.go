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

	files "github.com/bondctl/bondctl/generators/networkd"
	"github.com/bondctl/bondctl/schema"
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

// join has those stations join their networks whose files are not what they
// were, or that do not run.
func (h Host) join(ctx context.Context, before map[string]station) error {
	return h.each(ctx, before, func(was, now station) string {
		if now.File != "" && (!now.Active || now.File != was.File) {
			return "RestartUnit"
		}
		return ""
	})
}

// leave has those stations leave their networks that have no file any more.
func (h Host) leave(ctx context.Context, before map[string]station) error {
	return h.each(ctx, before, func(was, now station) string {
		if now.File == "" && was.File != "" && now.Active {
			return "StopUnit"
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

// stationsOf lists the wireless links that a document describes.
func stationsOf(doc *schema.Document) []string {
	var names []string
	for _, b := range doc.Bonds {
		for _, s := range b.Slaves {
			if s.Wifi != nil {
				names = append(names, s.Name.Value)
			}
		}
	}
	for _, l := range doc.Links {
		if l.Wifi != nil {
			names = append(names, l.Name.Value)
		}
	}
	return names
}
