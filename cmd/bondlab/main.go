// Bondlab is the test machine: a Debian guest with a real bonding driver, real
// Wi-Fi radios and the network managers that read our files.
//
//	bondlab build [--suite trixie]       make the machine, once
//	bondlab list                         what can be run
//	bondlab run [SCENARIO...]            run scenarios of testdata/lab in it
//	bondlab test                         run those that are part of make test
//	bondlab shell STORY                  a prompt in the world of a story
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/guest"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/machine"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/meter"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/receiver"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bondlab:", err)
		os.Exit(1)
	}
}

const usage = "usage: bondlab build|list|run|test|shell [--suite SUITE] [--jobs N] [--resume] [--only SET] [SCENARIO...|STORY]"

// arguments are what follows the command's name.
type arguments struct {
	suite  string
	jobs   int
	resume bool
	only   string
	names  []string
}

func parse(command string, args []string) (arguments, error) {
	var a arguments
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.StringVar(&a.suite, "suite", image.Suites[0], "Debian release of the machine: "+strings.Join(image.Suites, " or "))
	flags.IntVar(&a.jobs, "jobs", 2, "machines that run at the same time")
	flags.BoolVar(&a.resume, "resume", false, "go on with the last run of the same scenarios and sources: what has passed is not run again")
	flags.StringVar(&a.only, "only", "", "run a set of scenarios that is left out otherwise: bench or torture")
	if err := flags.Parse(args); err != nil {
		return a, err
	}
	a.names = flags.Args()
	if command == "shell" && len(a.names) != 1 {
		return a, errors.New("usage: bondlab shell STORY, such as seed001_raspberry")
	}
	return a, nil
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	switch command, rest := args[0], args[1:]; command {
	case "agent":
		return guest.Agent()
	case "world":
		return guest.World()
	case "cable", "ap":
		return guest.Turn(command, rest)
	case "meter":
		return meter.Run(rest, os.Stdin, os.Stdout)
	case "receive":
		return receiver.Run(rest)
	default:
		a, err := parse(command, rest)
		if err != nil {
			return err
		}
		return a.run(command)
	}
}

// run does what a person asks for on the host; the machines end with it.
func (a arguments) run(command string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	order := machine.Order{Suite: a.suite, Jobs: a.jobs, Names: a.names, Resume: a.resume, Only: a.only, Progress: os.Stdout}
	switch command {
	case "build":
		_, err := image.Build(a.suite, os.Stdout)
		return err
	case "list":
		return machine.List(os.Stdout)
	case "run":
		return machine.Run(ctx, order)
	case "test":
		order.Test = true
		return unlessImpossible(machine.Run(ctx, order))
	case "shell":
		return machine.Shell(a.suite, a.names[0])
	}
	return errors.New(usage)
}

// unlessImpossible lets make test pass where no test machine can be made, and
// says so, unless nothing may be skipped.
func unlessImpossible(err error) error {
	if errors.Is(err, image.ErrNotHere) && os.Getenv("BONDCTL_NO_SKIP") != "1" {
		fmt.Println("bondlab: skipped:", err)
		return nil
	}
	return err
}
