package manager

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lockPause is how often a lock in other hands is tried: fcntl(2) waits without a limit.
const lockPause = 20 * time.Millisecond

// lock takes the lock that ifup takes, fcntl(2)'s, and waits for it until the
// context ends. Ifup holds that of a link as long as it brings it up.
func (m *stanzaFiles) lock(ctx context.Context, name string) (*os.File, error) {
	f, err := m.open(name, unix.O_RDWR|unix.O_CREAT)
	if err != nil {
		return nil, fmt.Errorf("telling ifupdown: %w", err)
	}
	if err := awaitLock(ctx, f); err != nil {
		_ = f.Close() // nothing was written through it
		return nil, fmt.Errorf("telling ifupdown: waiting for the lock on %s%w", f.Name(), err)
	}
	return f, nil
}

func awaitLock(ctx context.Context, f *os.File) error {
	for {
		err := unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EACCES) { // either is one in other hands
			return fmt.Errorf(": %w", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf(" of %s: %w; wait until it is done, or end it, then try again", holderOf(f), context.Cause(ctx))
		case <-time.After(lockPause):
		}
	}
}

// holderOf names the process that has the lock on a file.
func holderOf(f *os.File) string {
	held := unix.Flock_t{Type: unix.F_WRLCK}
	err := unix.FcntlFlock(f.Fd(), unix.F_GETLK, &held)
	if err != nil || held.Type == unix.F_UNLCK || held.Pid <= 0 {
		return "another process" // it has just gone, or its lock is not one of a process
	}
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", held.Pid))
	if err != nil {
		return fmt.Sprintf("process %d", held.Pid)
	}
	return fmt.Sprintf("process %d (%s)", held.Pid, strings.TrimSpace(string(name)))
}
