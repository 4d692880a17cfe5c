package kernel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// snapshotVersion is the format_version of what [Encode] writes.
const snapshotVersion = 1

// snapshot is a [State] on disk. The version is first, so that a reader knows
// it before anything else.
type snapshot struct {
	FormatVersion int           `json:"format_version"`
	Links         []linkJSON    `json:"links,omitempty"`
	Addresses     []addressJSON `json:"addresses,omitempty"`
	Routes        []routeJSON   `json:"routes,omitempty"`
	Rules         []ruleJSON    `json:"rules,omitempty"`
}

// Encode writes a state as JSON from which [Decode] gives the same state:
// options by their names and the kernel's text, attributes that this program
// has no row for by their numbers and bytes. What JSON cannot hold is refused.
func Encode(s *State) ([]byte, error) {
	w := snapshot{FormatVersion: snapshotVersion}
	for _, l := range s.Links {
		w.Links = append(w.Links, linkToJSON(l))
	}
	for _, a := range s.Addresses {
		w.Addresses = append(w.Addresses, addressJSON(a))
	}
	for _, r := range s.Routes {
		w.Routes = append(w.Routes, routeJSON(r))
	}
	for _, r := range s.Rules {
		w.Rules = append(w.Rules, ruleJSON(r))
	}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("write down the state of the kernel: %w", err)
	}
	return json.Marshal(w)
}

// check refuses names that are not UTF-8, of which JSON would keep only that
// something was there. The kernel takes any bytes but blanks and slashes.
func (w *snapshot) check() error {
	for _, l := range w.Links {
		if err := checkNames(l.Name, l.Kind, l.Master, l.Parent, l.Lower); err != nil {
			return err
		}
		for _, text := range l.texts() {
			if err := checkNames(text); err != nil {
				return err
			}
		}
	}
	for _, a := range w.Addresses {
		if err := checkNames(a.Link, a.Label); err != nil {
			return err
		}
	}
	for _, r := range w.Routes {
		if err := checkNames(r.Link); err != nil {
			return err
		}
	}
	for _, r := range w.Rules {
		if err := checkNames(r.Incoming, r.Outgoing); err != nil {
			return err
		}
	}
	return nil
}

func checkNames(names ...string) error {
	for _, name := range names {
		if !utf8.ValidString(name) {
			return fmt.Errorf("the name %q is not UTF-8: give the link another one (ip link set ... name ...)", name)
		}
	}
	return nil
}

// Decode reads what [Encode] wrote. What a newer version of this program
// wrote is refused rather than read in part.
func Decode(data []byte) (*State, error) {
	w, err := parseSnapshot(data)
	if err != nil {
		return nil, fmt.Errorf("read a state of the kernel: %w", err)
	}
	s := &State{}
	for _, l := range w.Links {
		link, err := l.link()
		if err != nil {
			return nil, fmt.Errorf("read a state of the kernel: link %s: %w", l.Name, err)
		}
		s.Links = append(s.Links, link)
	}
	for _, a := range w.Addresses {
		s.Addresses = append(s.Addresses, Address(a))
	}
	for _, r := range w.Routes {
		s.Routes = append(s.Routes, Route(r))
	}
	for _, r := range w.Rules {
		s.Rules = append(s.Rules, Rule(r))
	}
	return s, nil
}

// parseSnapshot looks at the version before the rest, for in a newer format
// the rest may be anything.
func parseSnapshot(data []byte) (*snapshot, error) {
	var version struct {
		FormatVersion *int `json:"format_version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, err
	}
	switch v := version.FormatVersion; {
	case v == nil:
		return nil, errors.New("it has no format_version")
	case *v > snapshotVersion:
		return nil, fmt.Errorf("its format_version is %d, and this bondctl knows %d: use the bondctl that wrote it, or a newer one", *v, snapshotVersion)
	case *v != snapshotVersion:
		return nil, fmt.Errorf("its format_version is %d, which there never was", *v)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	w := &snapshot{}
	if err := decoder.Decode(w); err != nil {
		return nil, err
	}
	return w, nil
}
