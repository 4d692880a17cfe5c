// Bondctl describes, validates and renders the bonds of a host, and changes
// them behind a guard.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/cli"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/wall"
)

func main() {
	debug.SetGCPercent(400)         // a short life: memory is cheaper than collecting it,
	debug.SetMemoryLimit(256 << 20) // but a small machine has little of it
	os.Exit(cli.Run(surroundings()))
}

// surroundings are all that the program has of this process and this host.
func surroundings() cli.Env {
	return cli.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		LookupEnv: os.LookupEnv, IsTerminal: cli.IsTerminal, Now: time.Now, Root: "/",
		Wall:   everybody(),
		Kernel: cli.HostKernel, Look: cli.HostFacts, Proc: os.DirFS("/proc"), PID: os.Getpid(), Privileged: os.Geteuid() == 0, TTY: terminal(), DropInput: dropInput, Signals: signals, Settle: settle, Self: self(), Outlasts: cli.Outlasts, ApplyWithin: limit(os.Args[1:]), Point: points(os.Args[1:]),
	}
}

// settle collects memory sooner: what runs for long has time for it, and gives back
// what reading the document took.
func settle() {
	debug.SetGCPercent(50)
	debug.FreeOSMemory()
}

// signals catches what would end the process in the middle of a change: a
// Ctrl-C, a lost connection, an output that nobody reads any more.
func signals() <-chan os.Signal {
	caught := make(chan os.Signal, 8) // a hang-up that nobody has taken yet must not lose the Ctrl-C behind it
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	return caught
}

// everybody are the terminals of this host but the one that this process has.
func everybody() *wall.Wall {
	host, err := os.Hostname()
	if err != nil {
		host = "this host"
	}
	return &wall.Wall{Proc: os.DirFS("/proc"), Sys: os.DirFS("/sys"), Dev: "/dev", Host: host, Except: terminal()}
}

// terminal names the terminal of standard input, as who(1) does; empty for none.
func terminal() string {
	name, err := os.Readlink("/proc/self/fd/0")
	tty, ok := strings.CutPrefix(name, "/dev/")
	if err != nil || !ok || !cli.IsTerminal(os.Stdin) {
		return ""
	}
	return tty
}

// dropInput drops what was typed and not read yet (tcflush(3)).
func dropInput() {
	_ = unix.IoctlSetInt(int(os.Stdin.Fd()), unix.TCFLSH, unix.TCIFLUSH) // no terminal has nothing to drop
}

// self is the command that runs this program again.
func self() []string {
	name, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{name}
}
