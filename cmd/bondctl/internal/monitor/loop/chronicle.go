package loop

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync/atomic"

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
	// known is what each new file begins with: that a fallback was started, and the
	// path of each of its routes.
	known []entry
}

// entry is one record.
type entry struct {
	settings *monitor.Settings
	in       monitor.Input
	decided  *monitor.Decision
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

// Record adds to the history, and returns at once.
func (c *Chronicle) Record(s *monitor.Settings, in monitor.Input, decided *monitor.Decision) {
	settings := *s // the caller's is replaced when a document is reloaded
	select {
	case c.lines <- entry{&settings, in, decided}:
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
		c.learn(e)
		err := c.write(e)
		if missed := c.missed.Swap(0); err == nil && missed > 0 {
			err = fmt.Errorf("%d records are missing: the disk is too slow", missed)
		}
		c.report(err)
	}
}

// begin puts aside a file that is there, and opens a new one.
func (c *Chronicle) begin() error {
	c.written = 0
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
	var head bytes.Buffer
	if _, err = monitor.NewRecorder(&head); err == nil {
		err = c.append(head.Bytes())
	}
	return err
}

// learn remembers what a new file begins with.
func (c *Chronicle) learn(e entry) {
	if e.in.Kind != monitor.Started && e.in.Kind != monitor.PathChanged {
		return
	}
	e.decided, e.in.Known = nil, nil // more is known by then
	i := slices.IndexFunc(c.known, func(k entry) bool {
		return k.settings.Fallback == e.settings.Fallback && k.settings.Family == e.settings.Family && k.in.Kind == e.in.Kind && k.in.Route == e.in.Route
	})
	if i < 0 {
		c.known = append(c.known, e)
	} else {
		c.known[i] = e
	}
}

// write adds a record, to a new file where the old one is full.
func (c *Chronicle) write(e entry) error {
	if c.written > c.limit {
		if err := c.begin(); err != nil {
			return err
		}
		for _, k := range c.known {
			k.in.At = e.in.At
			if err := c.add(k); err != nil {
				return err
			}
		}
	}
	return c.add(e)
}

func (c *Chronicle) add(e entry) error {
	var line bytes.Buffer
	if err := monitor.RecorderOf(&line).Record(e.settings, e.in, e.decided); err != nil {
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
