// Package cli is bondctl's command line: one file for each command, which
// parses, decides and does, in this order. What is shown is in package view.
package cli

import (
	"context"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/wall"
)

// Env is all that the program has of the process around it.
type Env struct {
	// Args are the arguments without the program's name.
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// IsTerminal tells whether a person looks at one of the streams; nil where nobody does.
	IsTerminal func(io.Writer) bool
	// LookupEnv reads the environment.
	LookupEnv func(name string) (string, bool)
	// Now is the time of day.
	Now func() time.Time
	// Root is where the host's own files are: "/".
	Root string
	// Kernel opens the kernel of the host.
	Kernel func() (Kernel, error)
	// Look finds out which network systems the host has.
	Look func() manager.Facts
	// Proc is /proc, and PID the number of this process in it.
	Proc fs.FS
	PID  int
	// Privileged tells whether the process may change the network: it is root.
	Privileged bool
	// TTY is the terminal that the process was started from, empty for none.
	TTY string
	// DropInput drops what was typed on the terminal and not read yet; nil for no terminal.
	DropInput func()
	// Signals gives those that reach the process from now on and do not end it.
	Signals func() <-chan os.Signal
	// Wall tells everybody who is logged in; nil for nobody.
	Wall Wall
	// Self is the command that runs this program again: the guard's.
	Self []string
	// Outlasts tells by an error why a program or a directory may not be there after a
	// restart; nil where nothing is known against it.
	Outlasts func(name string) error
	// Settle is called by what is going to run for long, so that the process is sparing
	// with memory; nil for nothing.
	Settle func()
	// Clock is nil for that of the machine.
	Clock checkpoint.Clock
	// ApplyWithin bounds a transaction from its beginning to the start of the window,
	// beside the window itself; zero is two minutes.
	ApplyWithin time.Duration
	// Point is called before and after every step of a transaction, so that a
	// test can end the process there; nil outside of tests.
	Point func(name string)
}

// Wall tells everybody who is logged in, in the background.
type Wall interface {
	Tell(text string)
	// Wait waits until all are told, and not longer than the patience.
	Wait(patience time.Duration)
}

// silence is the wall of tests.
var silence Wall = (*wall.Wall)(nil)

// Kernel is a kernel that is closed after use.
type Kernel interface {
	kernel.Kernel
	Close()
}

// HostFacts looks at the network systems of the host.
func HostFacts() manager.Facts { return manager.Look(context.Background()) }

// HostKernel opens the kernel that the process runs on.
func HostKernel() (Kernel, error) { return kernel.Open() }

// IsTerminal tells whether what is written goes to a terminal.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(file.Fd()))
}
