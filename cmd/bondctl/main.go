// Bondctl describes, validates and renders the bonds of a host.
package main

import (
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/term"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/cli"
)

func main() {
	debug.SetGCPercent(400) // a short life: memory is cheaper than collecting it
	os.Exit(cli.Run(cli.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())), ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		LookupEnv: os.LookupEnv, Now: time.Now, Root: "/",
	}))
}
