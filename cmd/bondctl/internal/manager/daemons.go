package manager

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Daemon is a program that scripts of a network system run for one link. It
// goes to the background by itself.
type Daemon struct {
	Link string
	PID  int
	// File has the PID, and is the program's own.
	File string
	// Words are the command line that it was started with.
	Words []string
}

// dhclient is ISC's DHCP client; [supplicant] is the other program that such
// systems run.
const dhclient = "dhclient"

// Where the programs keep their numbers: the link follows, and ".pid".
const (
	ifupdownClients  = "/run/dhclient."
	ifupdownStations = "/run/wpa_supplicant."
	scriptsClients   = "/run/dhclient-"
)

const (
	// beginLimit is how long a program may take to say that it runs, once it has
	// gone to the background, and endLimit how long to end when it is told to.
	beginLimit = 5 * time.Second
	endLimit   = 5 * time.Second
	daemonPoll = 20 * time.Millisecond
)

// daemons lists the running ones of a program whose files have a prefix: what
// follows it, up to ".pid", is the link.
func (h Host) daemons(program, prefix string) []Daemon {
	var list []Daemon
	for _, file := range h.glob(strings.TrimPrefix(prefix, "/") + "*.pid") {
		link := strings.TrimSuffix(strings.TrimPrefix("/"+file, prefix), ".pid")
		if d := (Daemon{Link: link, File: "/" + file}); link != "" && h.runs(&d, program) {
			list = append(list, d)
		}
	}
	return list
}

// runs finds out who has the PID in a daemon's file now.
func (h Host) runs(d *Daemon, program string) bool {
	content, err := fs.ReadFile(h.Root, strings.TrimPrefix(d.File, "/"))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return false
	}
	line, err := fs.ReadFile(h.Root, fmt.Sprintf("proc/%d/cmdline", pid))
	if err != nil || len(line) == 0 { // a process that has ended has no words
		return false
	}
	d.PID, d.Words = pid, strings.Split(strings.TrimRight(string(line), "\x00"), "\x00")
	return path.Base(d.Words[0]) == program
}

// daemonOf finds the one that runs for a link.
func daemonOf(list []Daemon, link string) (Daemon, bool) {
	i := slices.IndexFunc(list, func(d Daemon) bool { return d.Link == link })
	if i < 0 {
		return Daemon{}, false
	}
	return list[i], true
}

// option gives the word behind a flag of a command line, empty for none.
func option(words []string, flag string) string {
	i := slices.Index(words, flag)
	if i < 0 || i+1 == len(words) {
		return ""
	}
	return words[i+1]
}

// keeper starts and ends one kind of daemon.
type keeper struct {
	// program is the path that scripts have it by, empty where they have none;
	// prefix is that of its files.
	program, prefix string
	// atOnce is the flag by which it goes to the background without waiting for
	// what it is for, empty where it does so anyway.
	atOnce string
	// begun does what is left to do for one that has just been started; nil for nothing.
	begun  func(ctx context.Context, link string, words []string) error
	root   string
	host   Host
	run    func(ctx context.Context, words ...string) error
	signal func(pid int, signal syscall.Signal) error
}

// running lists those that run.
func (k keeper) running() []Daemon {
	if k.program == "" {
		return nil
	}
	return k.host.daemons(path.Base(k.program), k.prefix)
}

// begin starts one for a link, instead of the one that runs.
func (k keeper) begin(ctx context.Context, link string, words []string) error {
	if err := k.end(ctx, link); err != nil {
		return err
	}
	if err := k.run(ctx, k.aside(link, k.command(words))...); err != nil {
		return err
	}
	is := func() bool { _, there := daemonOf(k.running(), link); return there }
	if err := await(ctx, beginLimit, is); err != nil {
		return fmt.Errorf("waiting for %s to say in %s%s.pid that it runs for %s: %w", k.program, k.prefix, link, link, err)
	}
	if k.begun == nil {
		return nil
	}
	return k.begun(ctx, link, words)
}

// command is a command line with the program's own path, and told not to wait.
func (k keeper) command(words []string) []string {
	command := append([]string{filepath.Join(k.root, k.program)}, words[1:]...)
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
		"systemd-run", "--quiet", "--collect", "--description=" + path.Base(k.program) + " of " + link + ", started by bondctl",
		"--property=Type=forking", "--property=PIDFile=" + k.prefix + link + ".pid", "--",
	}, command...)
}

// end ends the one that runs for a link, if any. A DHCP client that is told to
// end by a signal keeps its lease: on the way back it has the same one.
func (k keeper) end(ctx context.Context, link string) error {
	d, there := daemonOf(k.running(), link)
	if !there {
		return nil
	}
	gone := func() bool { now, still := daemonOf(k.running(), link); return !still || now.PID != d.PID }
	for _, signal := range []syscall.Signal{unix.SIGTERM, unix.SIGKILL} {
		if err := k.signal(d.PID, signal); err != nil && !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("ending %s of %s: %w", path.Base(k.program), link, err)
		}
		if err := await(ctx, endLimit, gone); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s of %s, process %d, does not end: kill it, or boot", path.Base(k.program), link, d.PID)
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
