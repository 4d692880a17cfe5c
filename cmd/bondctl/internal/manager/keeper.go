package manager

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// beginLimit is how long a program may take to say that it runs, once it has
	// gone to the background, and endLimit how long to end when it is told to.
	beginLimit = 5 * time.Second
	endLimit   = 5 * time.Second
	daemonPoll = 20 * time.Millisecond
)

// keeper starts and ends the daemons of one program.
type keeper struct {
	program
	// path is where scripts have the program, empty where they have none.
	path string
	// atOnce is the flag by which it goes to the background without waiting for
	// what it is for, empty where it does so anyway.
	atOnce string
	// ready waits for what one needs of its link; begun does what is left to do for one
	// that has just been started, and ended for one that has ended; nil for nothing.
	ready func(ctx context.Context, link string) error
	begun func(ctx context.Context, link string, words []string) error
	ended func(link string) error
	root  string
	host  Host
	run   func(ctx context.Context, words ...string) error
	// signal sends a process a signal.
	signal func(pid int, signal syscall.Signal) error
}

// running lists those that run.
func (k keeper) running() []Daemon {
	if k.path == "" {
		return nil
	}
	return k.host.daemons(k.program)
}

// runs finds the one that runs for a link.
func (k keeper) runs(link string) (Daemon, bool) { return k.of(k.running(), link) }

// begin starts one for a link, instead of the one that runs.
func (k keeper) begin(ctx context.Context, link string, words []string) error {
	if _, err := k.stop(ctx, link, unix.SIGTERM); err != nil {
		return err
	}
	if k.ready != nil {
		if err := k.ready(ctx, link); err != nil {
			return err
		}
	}
	if err := k.run(ctx, k.aside(link, k.command(words))...); err != nil {
		return err
	}
	is := func() bool { _, there := k.runs(link); return there }
	if err := await(ctx, beginLimit, is); err != nil {
		return fmt.Errorf("waiting for %s to say in %s that it runs for %s: %w", k.path, k.file(link), link, err)
	}
	if k.begun == nil {
		return nil
	}
	return k.begun(ctx, link, words)
}

// command is a command line with the program's own path, and told not to wait.
func (k keeper) command(words []string) []string {
	command := append([]string{filepath.Join(k.root, k.path)}, words[1:]...)
	if k.atOnce != "" && !slices.Contains(command, k.atOnce) {
		command = slices.Insert(command, 1, k.atOnce)
	}
	return command
}

// aside is a command line that has systemd start a program in a unit of its
// own: it is to outlive the session or unit, such as the guard's, that starts it.
func (k keeper) aside(link string, command []string) []string {
	if !k.host.any(systemdBooted) {
		return command
	}
	return append([]string{
		"systemd-run", "--quiet", "--collect", "--description=" + k.name + " of " + link + ", started by bondctl",
		"--property=Type=forking", "--property=PIDFile=" + k.file(link), "--",
	}, command...)
}

// end ends the one that runs for a link, if any. A DHCP client that is told to
// end by SIGTERM keeps its lease: on the way back it has the same one.
func (k keeper) end(ctx context.Context, link string) error { return k.endBy(ctx, link, unix.SIGTERM) }

// endBy ends it by a signal.
func (k keeper) endBy(ctx context.Context, link string, signal syscall.Signal) error {
	ran, err := k.stop(ctx, link, signal)
	if err != nil || !ran || k.ended == nil {
		return err
	}
	return k.ended(link)
}

// stop ends it for as long as it takes to start another, and tells whether it ran.
func (k keeper) stop(ctx context.Context, link string, by syscall.Signal) (ran bool, err error) {
	d, there := k.runs(link)
	if !there {
		return false, nil
	}
	gone := func() bool { now, still := k.runs(link); return !still || now.PID != d.PID }
	for _, signal := range []syscall.Signal{by, unix.SIGKILL} {
		if err := k.signal(d.PID, signal); err != nil && !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, unix.ESRCH) {
			return true, fmt.Errorf("ending %s of %s: %w", k.name, link, err)
		}
		if err := await(ctx, endLimit, gone); err == nil {
			return true, nil
		}
	}
	return true, fmt.Errorf("%s of %s, process %d, does not end: kill it, or boot", k.name, link, d.PID)
}

// await looks again and again whether something is so.
func await(ctx context.Context, limit time.Duration, is func() bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it did not within %s", limit))
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(daemonPoll):
		}
	}
	return nil
}
