package handler

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/bondctl/bondctl/schema"
)

const (
	// pulseLength is how long the key line is low where the document does not say.
	pulseLength = 2 * time.Second
	// obeysWithin is how long a modem may take until its status line says what it was told.
	obeysWithin = 10 * time.Second
	// askEvery is the time between two looks at the status line.
	askEvery = 100 * time.Millisecond
)

// modem is a modem with a key that switches its power, and a status line that is
// high while it is on.
type modem struct {
	described *schema.Handler
	options   Options
	// file is where its guards are kept: they are those of the key, whatever routes use it.
	file string
}

func newModem(described *schema.Handler, o Options) (*Handler, error) {
	m := &modem{described: described, options: o}
	m.file = fmt.Sprintf("gpio-%s-%d.json", path.Base(described.Chip.Value), described.KeyPin.Value)
	h := &Handler{
		shown:      fmt.Sprintf("gpio %s key_pin %d", described.Chip.Value, described.KeyPin.Value),
		deliver:    m.deliver,
		acts:       true,
		lastCounts: true,
	}
	for _, name := range described.Told() {
		if (Event{Name: name}).instructs() {
			h.events = append(h.events, name)
		}
	}
	return h, nil
}

// deliver switches the modem on for setup, and off for teardown. It gives the lines back in any case.
func (m *modem) deliver(ctx context.Context, d Delivery) (err error) {
	chip, err := m.options.OpenChip(m.described.Chip.Value)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, chip.Close()) }()
	if d.Event.Name == schema.EventSetup {
		return m.switchOn(ctx, chip)
	}
	return m.switchOff(chip)
}

// switchOn waits until the modem may be on again, and is called off meanwhile with the context.
func (m *modem) switchOn(ctx context.Context, chip Chip) error {
	if status, err := m.status(chip); err != nil || status == High {
		return err
	}
	past := m.recall()
	if wait, why := past.hold(m.now(), m.limits()); wait > 0 {
		m.options.Tell(fmt.Sprintf("the modem stays off for another %s, because of %s", wait.Round(time.Second), why))
		if err := pause(ctx, wait); err != nil {
			return err
		}
		if status, err := m.status(chip); err != nil || status == High { // someone pressed the key meanwhile
			return err
		}
	}
	past.switchedOn(m.now())
	m.remember(past) // before the pulse: one that is cut off may have switched it
	return m.press(chip, High)
}

func (m *modem) switchOff(chip Chip) error {
	if status, err := m.status(chip); err != nil || status == Low {
		return err
	}
	err := m.press(chip, Low)
	past := m.recall()
	past.switchedOff(m.now())
	m.remember(past)
	return err
}

func (m *modem) status(chip Chip) (Level, error) { return chip.Read(m.described.StatusPin.Value) }

// press pulls the key low for the length of a pulse, and insists that the modem obeys. Nothing cuts that short:
// whoever looked at the status line half way would take the modem for what it no longer is.
func (m *modem) press(chip Chip, wanted Level) error {
	key, err := chip.Drive(m.described.KeyPin.Value, High)
	if err != nil {
		return err
	}
	err = key.Set(Low)
	if err == nil {
		time.Sleep(m.described.Pulse.Or(pulseLength))
	}
	if err = errors.Join(err, key.Set(High), key.Close()); err != nil {
		return err
	}
	return m.obeys(chip, wanted)
}

func (m *modem) obeys(chip Chip, wanted Level) error {
	for waited := time.Duration(0); ; waited += askEvery {
		status, err := m.status(chip)
		if err != nil || status == wanted {
			return err
		}
		if waited >= obeysWithin {
			return fmt.Errorf("line %d of %s is not %s within %s after the pulse on line %d: look at the modem's power and at the pins",
				m.described.StatusPin.Value, m.described.Chip.Value, wanted, obeysWithin, m.described.KeyPin.Value)
		}
		time.Sleep(askEvery)
	}
}

func (m *modem) now() Moment { return Now(m.options.Clock) }

func (m *modem) limits() limits {
	return limits{minOff: m.described.MinOff.Or(0), perHour: m.described.CyclesPerHour.Or(0)}
}

// recall gives what is known of the modem; what cannot be read does not keep it from being switched.
func (m *modem) recall() power {
	content, err := m.options.Keep.Load(m.file)
	var past power
	if err == nil {
		past, err = decodePower(content, m.now())
	}
	if err != nil {
		m.options.Tell(fmt.Sprintf("what was remembered of the modem is lost: %s: %v", m.file, err))
	}
	return past
}

func (m *modem) remember(past power) {
	content, err := past.encode(m.now())
	if err == nil {
		err = m.options.Keep.Save(m.file, content)
	}
	if err != nil {
		m.options.Tell(fmt.Sprintf("min_off and cycles_per_hour hold until bondctl is restarted: %v", err))
	}
}
