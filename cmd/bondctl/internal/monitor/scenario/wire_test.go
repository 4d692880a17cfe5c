package scenario

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// wire carries frames between a TUN or TAP of one host and that of another, as well
// as its two directions let it.
type wire struct {
	t testing.TB
	// out leads away from the host under test, and back to it.
	out, back direction
	near, far *os.File
}

// direction is how well a wire carries one way.
type direction struct {
	// loss is how many of 1000 frames are lost, and delay by how many nanoseconds
	// each is late.
	loss, delay atomic.Int64
}

func (d *direction) setDelay(by time.Duration) { d.delay.Store(int64(by)) }

// The kinds of the ends of a wire: with frames of Ethernet, or with bare packets.
const (
	tap = unix.IFF_TAP | unix.IFF_NO_PI
	tun = unix.IFF_TUN | unix.IFF_NO_PI
)

// newWire lays a wire. Its ends are there until it is removed, or the test ends.
func newWire(tb testing.TB, kind uint16, near *host, nearName string, far *host, farName string) *wire {
	tb.Helper()
	w := &wire{t: tb, near: openTun(near, kind, nearName), far: openTun(far, kind, farName)}
	ended := make(chan struct{}, 2)
	carry := func(from, to *os.File, d *direction) {
		d.carry(from, to)
		ended <- struct{}{}
	}
	go carry(w.near, w.far, &w.out)
	go carry(w.far, w.near, &w.back)
	tb.Cleanup(func() {
		w.remove()
		<-ended
		<-ended
	})
	return w
}

// remove takes the wire away with its links.
func (w *wire) remove() {
	w.t.Helper()
	for _, end := range []*os.File{w.near, w.far} {
		if err := end.Close(); !errors.Is(err, fs.ErrClosed) {
			require.NoError(w.t, err)
		}
	}
}

// openTun makes a link whose frames the file has.
func openTun(h *host, kind uint16, name string) *os.File {
	h.t.Helper()
	var file *os.File
	h.Do(func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		if err != nil {
			return err
		}
		request, err := unix.NewIfreq(name)
		if err == nil {
			request.SetUint16(kind)
			err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
		}
		if err != nil {
			return errors.Join(err, unix.Close(fd))
		}
		file = os.NewFile(uintptr(fd), name)
		return nil
	})
	return file
}

// carry carries frames until an end is closed.
func (d *direction) carry(from, to *os.File) {
	late := make(chan delayed, 4096)
	defer close(late)
	go deliver(late, to)
	frame := make([]byte, 1<<16)
	for {
		n, err := from.Read(frame)
		if errors.Is(err, fs.ErrClosed) {
			return
		}
		if err != nil || rand.Int64N(1000) < d.loss.Load() { // EIO: the link is down
			if err != nil {
				time.Sleep(look)
			}
			continue
		}
		select {
		case late <- delayed{append([]byte(nil), frame[:n]...), time.Now().Add(time.Duration(d.delay.Load()))}:
		default: // the wire is full
		}
	}
}

// delayed is a frame that arrives at a moment.
type delayed struct {
	frame []byte
	at    time.Time
}

// deliver writes frames in their order, none before its moment.
func deliver(late <-chan delayed, to *os.File) {
	for d := range late {
		time.Sleep(time.Until(d.at))
		_, _ = to.Write(d.frame) // a link that is down takes none
	}
}
