package kernel

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bondctl/bondctl/schema"
)

// snapshotVersion is that of the JSON form of a state.
const snapshotVersion = 1

// savedState is a state in JSON. Options stand there by their names and with
// the kernel's text of their values, for the table of the program that reads it.
type savedState struct {
	FormatVersion int         `json:"format_version"`
	Links         []savedLink `json:"links"`
	Addresses     []Address   `json:"addresses"`
	Routes        []Route     `json:"routes"`
	Rules         []Rule      `json:"rules"`
}

// The saved forms take the place of the fields of the same name that they embed.
type (
	savedLink struct {
		Link
		Bond  *savedBond
		Slave *savedSlave
	}
	savedBond struct {
		Bond
		Settings []savedSetting
	}
	savedSlave struct {
		Slave
		Settings []savedSetting
	}
	savedSetting struct{ Option, Value string }
)

// MarshalJSON writes the whole state; reading it gives an equal one.
func (s *State) MarshalJSON() ([]byte, error) {
	saved := savedState{FormatVersion: snapshotVersion, Addresses: s.Addresses, Routes: s.Routes, Rules: s.Rules}
	for _, l := range s.Links {
		link := savedLink{Link: *l}
		if l.Bond != nil {
			link.Bond = &savedBond{*l.Bond, saveSettings(l.Bond.Settings)}
		}
		if l.Slave != nil {
			link.Slave = &savedSlave{*l.Slave, saveSettings(l.Slave.Settings)}
		}
		saved.Links = append(saved.Links, link)
	}
	return json.Marshal(saved)
}

// UnmarshalJSON reads what MarshalJSON has written, perhaps by another version
// of this program: an option that this one does not know is an error.
func (s *State) UnmarshalJSON(text []byte) error {
	var saved savedState
	if err := json.Unmarshal(text, &saved); err != nil {
		return fmt.Errorf("read the state of the kernel: %w", err)
	}
	if saved.FormatVersion != snapshotVersion {
		return fmt.Errorf("the state of the kernel has format version %d, and this bondctl knows %d: use the bondctl that wrote it", saved.FormatVersion, snapshotVersion)
	}
	*s = State{Addresses: saved.Addresses, Routes: saved.Routes, Rules: saved.Rules}
	var errs []error
	for _, link := range saved.Links {
		l, err := link.restore()
		s.Links = append(s.Links, l)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (saved savedLink) restore() (*Link, error) {
	l := saved.Link
	var bondErr, slaveErr error
	if saved.Bond != nil {
		bond := saved.Bond.Bond
		bond.Settings, bondErr = readSettings(saved.Bond.Settings)
		l.Bond = &bond
	}
	if saved.Slave != nil {
		slave := saved.Slave.Slave
		slave.Settings, slaveErr = readSettings(saved.Slave.Settings)
		l.Slave = &slave
	}
	return &l, errors.Join(bondErr, slaveErr)
}

func saveSettings(settings schema.Settings) []savedSetting {
	saved := make([]savedSetting, 0, len(settings))
	for _, s := range settings {
		saved = append(saved, savedSetting{s.Option.Name, s.Value.String()})
	}
	return saved
}

func readSettings(saved []savedSetting) (schema.Settings, error) {
	var settings schema.Settings
	for _, s := range saved {
		o, ok := schema.Lookup(s.Option)
		if !ok {
			return nil, fmt.Errorf("the state of the kernel has an option %q that this bondctl does not know", s.Option)
		}
		value, err := o.Parse(s.Value)
		if err != nil {
			return nil, fmt.Errorf("the state of the kernel has %s = %q: %w", s.Option, s.Value, err)
		}
		settings = settings.With(schema.Setting{Option: o, Value: value})
	}
	return settings, nil
}
