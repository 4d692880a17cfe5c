// Bondctl describes, validates and renders the bonds of a host.
package main

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/cli"
)

func main() {
	debug.SetGCPercent(400)         // a short life: memory is cheaper than collecting it,
	debug.SetMemoryLimit(256 << 20) // but a small machine has little of it
	os.Exit(cli.Run(cli.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		LookupEnv: os.LookupEnv, IsTerminal: cli.IsTerminal, Now: time.Now, Root: "/", Kernel: cli.HostKernel,
	}))
}
