package handler

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

const (
	statusPin = 23
	keyPin    = 24
)

// fona is a modem as that of seed 002: it is switched when its key is low for a second, and takes almost another one for it.
type fona struct {
	mu     sync.Mutex
	on     bool
	broken bool // it never obeys
	low    time.Time
	held   []time.Duration
	// changes is when it was switched, from the beginning on.
	begun   time.Time
	changes []string
	open    int
	err     error
}

func newFona() *fona { return &fona{begun: time.Now()} }

// locked does something that nothing comes in between of.
func (f *fona) locked(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// switched tells when the modem was switched on and off.
func (f *fona) switched() (all []string) {
	f.locked(func() { all = slices.Clone(f.changes) })
	return all
}

// pulses tells how long its key was low each time.
func (f *fona) pulses() (all []time.Duration) {
	f.locked(func() { all = slices.Clone(f.held) })
	return all
}

// handles counts those on the chip and its lines.
func (f *fona) handles() (number int) {
	f.locked(func() { number = f.open })
	return number
}

// chip opens the chip that the modem is at.
func (f *fona) chip(name string) (Chip, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	if name != "gpiochip0" {
		return nil, os.ErrNotExist
	}
	f.open++
	return f, nil
}

func (f *fona) Close() error {
	f.locked(func() { f.open-- })
	return nil
}

func (f *fona) Read(line int) (level Level, err error) {
	if line != statusPin {
		return Low, os.ErrInvalid
	}
	f.locked(func() {
		if f.on {
			level = High
		}
	})
	return level, nil
}

func (f *fona) Drive(line int, level Level) (Driven, error) {
	if line != keyPin || level != High {
		return nil, os.ErrInvalid
	}
	f.locked(func() { f.open++ })
	return &key{f}, nil
}

// key is the line of the key.
type key struct{ modem *fona }

func (k *key) Close() error { return k.modem.Close() }

func (k *key) Set(level Level) error {
	k.modem.locked(func() {
		if level == Low {
			k.modem.low = time.Now()
			return
		}
		held := time.Since(k.modem.low)
		k.modem.held = append(k.modem.held, held)
		if held >= time.Second && !k.modem.broken {
			time.AfterFunc(950*time.Millisecond, k.modem.toggle)
		}
	})
	return nil
}

func (f *fona) toggle() {
	f.locked(func() {
		f.on = !f.on
		text := "off"
		if f.on {
			text = "on"
		}
		f.changes = append(f.changes, text+" at "+time.Since(f.begun).String())
	})
}

func power23(change func(*schema.Handler)) *schema.Handler {
	d := &schema.Handler{
		Kind: schema.Given("gpio"), Chip: schema.Given("gpiochip0"), StatusPin: schema.Given(statusPin), KeyPin: schema.Given(keyPin),
	}
	change(d)
	return d
}

// withModem opens a set whose route has the modem.
func (b *bench) withModem(f *fona, d *schema.Handler) {
	b.t.Helper()
	b.config = func(c *Config) { c.OpenChip = f.chip }
	config := Config{Root: b.root, Dir: queueDir, Clock: b.clock, Way: b.way, Report: b.reports.take}
	b.config(&config)
	set, err := Open([]*schema.Fallback{{
		Name:   schema.Given("internet"),
		Routes: []*schema.FallbackRoute{{Name: schema.Given("fiber"), Handlers: []*schema.Handler{d}}},
	}}, config)
	require.NoError(b.t, err)
	b.Set = set
}

// tellAndWait tells events and lets time pass.
func (b *bench) tellAndWait(length time.Duration, names ...string) {
	b.tell(names...)
	time.Sleep(length)
	synctest.Wait()
}

func TestAModemIsSwitched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		b.withModem(f, power23(func(*schema.Handler) {}))
		b.tellAndWait(10*time.Second, "setup", "connected", "checked")
		b.tellAndWait(10*time.Second, "setup") // it is on already
		b.tellAndWait(10*time.Second, "teardown")
		b.tellAndWait(10*time.Second, "teardown")
		assert.Equal(t, []string{"on at 2.95s", "off at 22.95s"}, f.switched())
		assert.Equal(t, []time.Duration{pulseLength, pulseLength}, f.pulses())
		assert.Zero(t, f.handles())
		assert.Len(t, b.reports.of(Delivered), 4)
		assert.Equal(t, "gpio gpiochip0 key_pin 24", b.Status().Handlers[0].Handler)
		b.finish()
	})
}

func TestAModemStaysOffForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		b.withModem(f, power23(func(d *schema.Handler) {
			d.MinOff, d.Pulse = schema.Given(time.Minute), schema.Given(1500*time.Millisecond)
		}))
		b.tellAndWait(10*time.Second, "setup")
		b.tellAndWait(10*time.Second, "teardown")
		b.tellAndWait(2*time.Minute, "setup")
		assert.Equal(t, []string{"on at 2.45s", "off at 12.45s", "on at 1m14.95s"}, f.switched())
		assert.Equal(t, []string{"internet/fiber/gpio: the modem stays off for another 53s, because of min_off"}, b.reports.texts(Noted))
		b.finish()
	})
}

// A teardown while the modem is kept off has nothing to do, and the setup is void.
func TestASetupThatIsHeldIsOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		b.withModem(f, power23(func(d *schema.Handler) { d.MinOff = schema.Given(time.Hour) }))
		b.tellAndWait(10*time.Second, "setup")
		b.tellAndWait(10*time.Second, "teardown")
		b.tellAndWait(10*time.Second, "setup")
		b.tellAndWait(2*time.Hour, "teardown")
		assert.Equal(t, []string{"on at 2.95s", "off at 12.95s"}, f.switched())
		assert.Len(t, b.reports.of(Overtaken), 1)
		b.finish()
	})
}

// A pulse is never cut short, and what comes meanwhile looks at the modem when it has obeyed.
func TestAPulseIsNotCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		b.withModem(f, power23(func(*schema.Handler) {}))
		b.tellAndWait(time.Second, "setup")
		b.tellAndWait(time.Minute, "teardown")
		assert.Equal(t, []string{"on at 2.95s", "off at 5.95s"}, f.switched())

		b.tellAndWait(time.Second, "setup")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.NoError(t, b.Close(ctx))
		assert.Len(t, f.switched(), 3)
		assert.Zero(t, f.handles())
		for _, pulse := range f.pulses() {
			assert.Equal(t, pulseLength, pulse)
		}
	})
}

// Scenario 14: all down, and a route that is set up again and again. The modem is not.
func TestAModemIsNotSwitchedTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		b.withModem(f, power23(func(d *schema.Handler) { d.CyclesPerHour = schema.Given(3) }))
		for range 60 {
			b.tellAndWait(time.Minute, "setup")
			b.tellAndWait(time.Minute, "teardown")
		}
		on := 0
		for i, text := range f.switched() {
			if i%2 == 0 {
				assert.Contains(t, text, "on at ")
				on++
			}
		}
		assert.Equal(t, 6, on)
		b.finish()
	})
}

// The guards hold over a restart of the process, and over one of the host.
func TestTheGuardsOutliveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		d := power23(func(d *schema.Handler) { d.MinOff, d.CyclesPerHour = schema.Given(10*time.Minute), schema.Given(2) })
		b.withModem(f, d)
		b.tellAndWait(10*time.Second, "setup")
		b.tellAndWait(10*time.Second, "teardown")
		b.finish()

		b.withModem(f, d)
		b.tellAndWait(9*time.Minute, "setup")
		assert.Len(t, f.switched(), 2)
		b.tellAndWait(time.Minute)
		assert.Len(t, f.switched(), 3)
		b.tellAndWait(time.Minute, "teardown")
		b.finish()

		b.clock = b.clock.restarted() // up for a minute: off for that long at least, and two cycles within the hour
		b.withModem(f, d)
		b.tellAndWait(58*time.Minute, "setup")
		assert.Len(t, f.switched(), 4)
		b.tellAndWait(2 * time.Minute)
		assert.Len(t, f.switched(), 5)
		assert.Contains(t, b.reports.texts(Noted)[1], "because of cycles_per_hour")
		b.finish()
	})
}

// An instruction that a newer one has made void stays void over a restart.
func TestOnlyTheLastInstructionIsRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		d := power23(func(*schema.Handler) {})
		all := backlog{next: 3}
		for i, name := range []string{"setup", "teardown"} {
			e := event(uint64(i+1), name)
			e.At = Now(b.clock)
			all.waiting = append(all.waiting, waiting{"internet/fiber/gpio", e})
		}
		require.NoError(t, os.MkdirAll(b.path(""), 0o700))
		require.NoError(t, os.WriteFile(b.path(queueFile), all.lines(), 0o600))
		b.withModem(f, d)
		b.tellAndWait(time.Minute)
		assert.Empty(t, f.switched())
		assert.Equal(t, []string{"internet/fiber/gpio: event 1, setup: not done: a newer instruction has come"}, b.reports.texts(Overtaken))
		b.finish()
	})
}

func TestAModemThatDoesNotObey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		f.broken = true
		b.withModem(f, power23(func(*schema.Handler) {}))
		b.tellAndWait(time.Minute, "setup")
		assert.Equal(t, []string{"internet/fiber/gpio: event 1, setup: given up after try 1: line 23 of gpiochip0 is not high within 10s " +
			"after the pulse on line 24: look at the modem's power and at the pins"}, b.reports.texts(Failed))
		f.locked(func() { f.err = errors.New("no such chip") })
		b.tellAndWait(time.Minute, "setup")
		assert.Equal(t, "internet/fiber/gpio: event 2, setup: given up after try 1: no such chip", b.reports.texts(Failed)[1])
		assert.Zero(t, f.handles())
		b.finish()
	})
}

// What cannot be remembered on disk is remembered in memory, and what is foreign is not believed.
func TestPowerThatCannotBeKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, f := newBench(t), newFona()
		file := b.path("gpio-gpiochip0-24.json")
		require.NoError(t, os.MkdirAll(file, 0o700)) // a directory in its place
		b.withModem(f, power23(func(d *schema.Handler) { d.MinOff = schema.Given(time.Minute) }))
		b.tellAndWait(10*time.Second, "setup")
		b.tellAndWait(10*time.Second, "teardown")
		b.tellAndWait(10*time.Second, "setup")
		assert.Len(t, f.switched(), 2)
		b.tellAndWait(time.Minute)
		assert.Len(t, f.switched(), 3)
		notes := b.reports.texts(Noted)
		assert.Contains(t, notes[0], "what was remembered of the modem is lost: gpio-gpiochip0-24.json")
		assert.Contains(t, notes[1], "min_off and cycles_per_hour hold until bondctl is restarted")
		b.finish()
	})
	now := Moment{Boot: time.Hour, BootID: "boot-1"}
	for text, want := range map[string]string{
		"{": "torn or foreign", `{"format_version":2}`: "format version 2", `{"format_version":1,"boot_id":"boot-1","off_boottime_ns":3600000000001}`: "of the future",
	} {
		_, err := decodePower([]byte(text), now)
		require.ErrorContains(t, err, want)
	}
}

// The device of the kernel is spoken to where there is one; what is none says so.
func TestOpenDevice(t *testing.T) {
	_, err := OpenDevice("gpiochip-none")
	require.ErrorContains(t, err, "opening the GPIO chip: open /dev/gpiochip-none: no such file or directory")
	chip, err := OpenDevice("/dev/null")
	require.NoError(t, err)
	_, err = chip.Read(statusPin)
	require.EqualError(t, err, "requesting line 23 of /dev/null: inappropriate ioctl for device")
	_, err = chip.Drive(keyPin, High)
	require.EqualError(t, err, "requesting line 24 of /dev/null: inappropriate ioctl for device")
	require.NoError(t, chip.Close())
}
