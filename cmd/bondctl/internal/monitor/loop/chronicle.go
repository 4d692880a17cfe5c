package loop

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

const (
	// historyLimit is what a file of a history may have, in bytes; then it is put
	// aside, in the place of an earlier one, and a new one is begun.
	historyLimit = 64 << 20
	// historyBuffer is how many records may wait for the disk.
	historyBuffer = 4096
)

// Chronicle records a history in a file, in a goroutine of its own.
type Chronicle struct {
	path   string
	report func(error)
	limit  int
	lines  chan entry
	ended  chan struct{}
	// missed is how many records there was no room for.
	missed atomic.Int64

	// What follows is the goroutine's.
	file    *os.File
	written int
	// known is what each new file begins with.
	known []*last
}

// entry is one record, and how the fallback stands after it.
type entry struct {
	after   monitor.Standing
	in      monitor.Input
	decided *monitor.Decision
}

// last is how a fallback stood after its last record, and when it was started, by both clocks.
type last struct {
	monitor.Standing
	wall  time.Time
	since monitor.Moment
}

// OpenChronicle begins a history. A file that is there already is put aside first.
// Report takes why it is not recorded, nil once it is again, from another goroutine.
func OpenChronicle(path string, report func(error)) (*Chronicle, error) {
	c := &Chronicle{path: path, report: report, limit: historyLimit, lines: make(chan entry, historyBuffer), ended: make(chan struct{})}
	if err := c.begin(); err != nil {
		return nil, err
	}
	go c.serve()
	return c, nil
}

// Record adds to the history what came in, how the fallback stands after it, and the
// decision that it led to, nil for none. It returns at once.
func (c *Chronicle) Record(after monitor.Standing, in monitor.Input, decided *monitor.Decision) {
	select {
	case c.lines <- entry{after, in, decided}:
	default:
		c.missed.Add(1)
	}
}

// Close writes what waits. Nothing may be recorded afterwards.
func (c *Chronicle) Close() error {
	close(c.lines)
	<-c.ended
	return c.file.Close()
}

func (c *Chronicle) serve() {
	defer close(c.ended)
	for e := range c.lines {
		err := c.write(e)
		c.learn(e)
		if missed := c.missed.Swap(0); err == nil && missed > 0 {
			err = fmt.Errorf("%d records are missing: the disk is too slow", missed)
		}
		c.report(err)
	}
}

// begin puts aside a file that is there, and opens a new one.
func (c *Chronicle) begin() error {
	if c.file != nil {
		_ = c.file.Close() // it was written as far as it goes
	}
	err := os.Rename(c.path, c.path+".1") //nolint:forbidigo // a log that is put aside needs no atomic writer
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("putting an earlier history aside: %w", err)
	}
	c.file, err = os.OpenFile(c.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return fmt.Errorf("beginning a history: %w", err)
	}
	c.written = 0
	var head bytes.Buffer
	if _, err = monitor.NewRecorder(&head); err == nil {
		err = c.append(head.Bytes())
	}
	return err
}

// learn remembers what a new file begins with.
func (c *Chronicle) learn(e entry) {
	i := slices.IndexFunc(c.known, func(k *last) bool {
		return k.Settings.Fallback == e.after.Settings.Fallback && k.Settings.Family == e.after.Settings.Family
	})
	if i < 0 {
		i = len(c.known)
		c.known = append(c.known, &last{})
	}
	k := c.known[i]
	k.Standing = e.after
	if e.in.Kind == monitor.Started {
		k.wall, k.since = e.in.Wall, e.in.At
	}
}

// write adds a record, to a new file where the old one is full.
func (c *Chronicle) write(e entry) error {
	if c.written > c.limit {
		if err := c.goOn(); err != nil {
			return err
		}
	}
	return c.add(func(r *monitor.Recorder) error { return r.Record(&e.after.Settings, e.in, e.decided) })
}

// goOn begins a new file with what is known.
func (c *Chronicle) goOn() error {
	if err := c.begin(); err != nil {
		return err
	}
	for _, k := range c.known {
		wall := k.wall.Add(k.State.Now.Sub(k.since))
		if err := c.add(func(r *monitor.Recorder) error { return r.Continue(&k.Standing, wall) }); err != nil {
			return err
		}
	}
	return nil
}

// add writes a record as a whole.
func (c *Chronicle) add(record func(*monitor.Recorder) error) error {
	var line bytes.Buffer
	if err := record(monitor.RecorderOf(&line)); err != nil {
		return fmt.Errorf("recording the history: %w", err)
	}
	return c.append(line.Bytes())
}

func (c *Chronicle) append(text []byte) error {
	n, err := c.file.Write(text)
	c.written += n
	if err != nil {
		return fmt.Errorf("recording the history: %w", err)
	}
	return nil
}
