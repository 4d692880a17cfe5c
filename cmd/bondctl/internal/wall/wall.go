// Package wall tells every terminal that somebody has logged in on, as wall(1)
// does. It asks the kernel for them, and neither utmp, which current systems no
// longer have, nor logind, which knows the terminal of an SSH session from utmp
// alone.
package wall

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

// Wall tells terminals. A nil one is silent.
type Wall struct {
	// Proc is /proc, Sys is /sys, and Dev the directory of devices: "/dev".
	Proc, Sys fs.FS
	Dev       string
	// Host is the name of this host.
	Host string
	// Except is a terminal that is not told, as "pts/0"; empty for none.
	Except string

	telling sync.WaitGroup
}

// Tell tells all terminals in the background. It never waits for one: a terminal
// that takes nothing now is passed over.
func (w *Wall) Tell(text string) {
	if w == nil {
		return
	}
	w.telling.Go(func() {
		for _, t := range terminals(w.Proc, w.Sys) {
			if t.name != w.Except {
				_ = t.write(w.Dev, w.message(text)) // who is not there is not told
			}
		}
	})
}

// Wait waits until all are told, and not longer than the patience.
func (w *Wall) Wait(patience time.Duration) {
	if w == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	told := make(chan struct{})
	go func() {
		w.telling.Wait()
		close(told)
	}()
	select {
	case <-told:
	case <-ctx.Done():
	}
}

// message frames a text as wall(1) does: each line from its beginning on,
// whatever the terminal's modes are.
func (w *Wall) message(text string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "\r\n\aBroadcast message from bondctl on %s:\r\n\r\n", view.Line(w.Host))
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(&b, "%s\r\n", view.Line(line))
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// write writes to a terminal, if what has its name is that very device. The
// kernel takes what fits at once (O_NONBLOCK), even where output is stopped.
func (t terminal) write(dev string, message []byte) error {
	fd, err := unix.Open(filepath.Join(dev, t.name), unix.O_WRONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening %s: %w", t.name, err)
	}
	defer func() { _ = unix.Close(fd) }() // what was written is with the terminal
	var found unix.Stat_t
	if err := unix.Fstat(fd, &found); err != nil {
		return fmt.Errorf("examining %s: %w", t.name, err)
	}
	if found.Mode&unix.S_IFMT != unix.S_IFCHR || found.Rdev != unix.Mkdev(t.major, t.minor) {
		return fmt.Errorf("%s is no terminal %d:%d", t.name, t.major, t.minor)
	}
	_, err = unix.Write(fd, message)
	return err
}
