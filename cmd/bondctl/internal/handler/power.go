package handler

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// limits guard a modem. Zero is no limit.
type limits struct {
	minOff  time.Duration
	perHour int
}

// power is when a modem was switched, by CLOCK_BOOTTIME. What was in an earlier
// boot was before this one, and so counts as at its beginning: a modem is kept off
// for longer than it must be, and never for less.
type power struct {
	// off is when it was switched off last, where known is set.
	off   time.Duration
	known bool
	// on is when it was switched on within the last hour, the oldest first.
	on []time.Duration
}

const powerVersion = 1

// powerFile is power on disk.
type powerFile struct {
	FormatVersion int             `json:"format_version"`
	BootID        string          `json:"boot_id"`
	Off           *time.Duration  `json:"off_boottime_ns,omitempty"`
	On            []time.Duration `json:"on_boottime_ns,omitempty"`
}

func (p *power) switchedOn(now Moment) {
	p.on = append(p.within(now), now.Boot)
}

func (p *power) switchedOff(now Moment) {
	p.off, p.known = now.Boot, true
}

// within gives when it was switched on in the hour before now.
func (p *power) within(now Moment) []time.Duration {
	return slices.DeleteFunc(slices.Clone(p.on), func(at time.Duration) bool { return now.Boot-at >= time.Hour })
}

// hold gives how long the modem must stay off yet, and by which rule.
func (p *power) hold(now Moment, l limits) (time.Duration, string) {
	var wait time.Duration
	var rule string
	if p.known {
		wait, rule = p.off+l.minOff-now.Boot, "min_off"
	}
	if recent := p.within(now); l.perHour > 0 && len(recent) >= l.perHour {
		if until := recent[len(recent)-l.perHour] + time.Hour - now.Boot; until > wait {
			wait, rule = until, "cycles_per_hour"
		}
	}
	return wait, rule
}

func (p *power) encode(now Moment) ([]byte, error) {
	file := powerFile{FormatVersion: powerVersion, BootID: now.BootID, On: p.on}
	if p.known {
		file.Off = &p.off
	}
	return json.Marshal(file)
}

// decodePower reads power as it counts now; from nothing, nothing is known.
func decodePower(content []byte, now Moment) (power, error) {
	if len(content) == 0 {
		return power{}, nil
	}
	var file powerFile
	if err := json.Unmarshal(content, &file); err != nil {
		return power{}, fmt.Errorf("it is torn or foreign: %w", err)
	}
	if file.FormatVersion != powerVersion {
		return power{}, fmt.Errorf("it has format version %d, and this bondctl knows %d", file.FormatVersion, powerVersion)
	}
	p := power{on: file.On}
	if file.Off != nil {
		p.off, p.known = *file.Off, true
	}
	if file.BootID != now.BootID {
		p.off = 0
		clear(p.on)
	}
	if latest := slices.Max(append([]time.Duration{p.off}, p.on...)); latest > now.Boot {
		return power{}, errors.New("it is of the future")
	}
	return p, nil
}
