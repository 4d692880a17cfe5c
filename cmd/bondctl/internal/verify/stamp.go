package verify

import (
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// keepStamps has the kernel stamp what arrives for as long as this process lives.
// It does so only while some socket wants stamps, and begins a moment after the
// first does (net_enable_timestamp, net/core/dev.c): a reply to a probe whose own
// socket were the first could come before that.
var keepStamps = sync.OnceFunc(func() {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err == nil { // without it, quick replies count from when they are read
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	}
})

// incoming is what arrives at a socket that wants stamps (SO_TIMESTAMPNS, socket(7)).
type incoming struct {
	socket          syscall.RawConn
	packet, control []byte
}

func newIncoming(socket syscall.RawConn) *incoming {
	return &incoming{socket: socket, packet: make([]byte, 1500), control: make([]byte, 256)}
}

// next gives a packet, which is good until the next one, and when the kernel
// received it by the wall clock. After its deadline, a socket of Go gives nothing
// any more; here it still gives what is there.
func (in *incoming) next() (packet []byte, stamp time.Time, err error) {
	var length, controls int
	var failed error
	read := func(fd uintptr) bool {
		length, controls, _, _, failed = unix.Recvmsg(int(fd), in.packet, in.control, 0) // Go's sockets do not block
		return !errors.Is(failed, unix.EAGAIN)
	}
	err = in.socket.Read(read)
	if there := false; errors.Is(err, os.ErrDeadlineExceeded) {
		if closed := in.socket.Control(func(fd uintptr) { there = read(fd) }); closed == nil && there {
			err = nil
		}
	}
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	return in.packet[:length], stampIn(in.control[:controls]), nil
}

// stampIn finds the stamp among a packet's control messages (cmsg(3)); the zero
// time where there is none.
func stampIn(control []byte) time.Time {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return time.Time{}
	}
	for _, m := range messages {
		var stamp unix.Timespec
		if m.Header.Level != unix.SOL_SOCKET || m.Header.Type != unix.SCM_TIMESTAMPNS {
			continue
		}
		if _, err := binary.Decode(m.Data, binary.NativeEndian, &stamp); err == nil {
			return time.Unix(stamp.Unix())
		}
	}
	return time.Time{}
}

// arrival is when a packet came, by the clock that nobody sets: the stamp only
// says how long before its reading. Where there is none, or one that cannot be, as
// the wall clock was set meanwhile, it came when it was read.
func arrival(stamp, sent, read time.Time) time.Time {
	came := read.Add(stamp.Sub(read))
	if came.Before(sent) || came.After(read) {
		return read
	}
	return came
}
