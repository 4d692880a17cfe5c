package checkpoint

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Instant is one moment, by the clock that counts and by the one that people read.
type Instant struct {
	// Boot is CLOCK_BOOTTIME: it never steps, and goes on in suspend. It means
	// something within one boot only.
	Boot time.Duration
	// BootID tells one boot from another.
	BootID string
	// Wall is the time of day. Nothing is decided by it.
	Wall time.Time
}

// Clock tells the time.
type Clock interface {
	Now() Instant
}

// machineClock is the clock of the running kernel.
type machineClock struct {
	bootID string
}

// MachineClock gives the clock of this machine.
func MachineClock() (Clock, error) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil, fmt.Errorf("telling this boot from others: %w", err)
	}
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		return nil, fmt.Errorf("reading CLOCK_BOOTTIME: %w", err)
	}
	return machineClock{bootID: string(bytes.TrimSpace(id))}, nil
}

// Now reads the clocks. MachineClock has seen that the kernel has CLOCK_BOOTTIME, and reading it cannot
// fail in another way.
func (c machineClock) Now() Instant {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &now)
	return Instant{Boot: time.Duration(now.Nano()), BootID: c.bootID, Wall: time.Now()}
}

// wallOf is a moment as the journal writes it down for people.
func wallOf(t time.Time) time.Time {
	return t.UTC().Truncate(time.Millisecond)
}
