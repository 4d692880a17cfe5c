// Bondlab is the test machine: a Debian guest with a real bonding driver, real
// Wi-Fi radios and the network managers that read our files.
//
//	bondlab build [--suite trixie]          make the machine, once
//	bondlab list                            what can be run
//	bondlab run [--jobs 1] [SCENARIO...]    run scenarios of testdata/lab in it
//	bondlab shell STORY                     a prompt in the world of a story
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/guest"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/machine"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bondlab:", err)
		os.Exit(1)
	}
}

const usage = "usage: bondlab build|list|run|shell [--suite SUITE] [--jobs N] [SCENARIO...|STORY]"

// arguments are what follows the command's name.
type arguments struct {
	suite string
	jobs  int
	names []string
}

func parse(command string, args []string) (arguments, error) {
	var a arguments
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.StringVar(&a.suite, "suite", image.Suites[0], "Debian release of the machine: "+strings.Join(image.Suites, " or "))
	flags.IntVar(&a.jobs, "jobs", 1, "machines that run at the same time")
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
	command := args[0]
	a, err := parse(command, args[1:])
	if err != nil {
		return err
	}
	switch command {
	case "build":
		_, err := image.Build(a.suite, os.Stdout)
		return err
	case "list":
		return machine.List(os.Stdout)
	case "run":
		return machine.Run(machine.Order{Suite: a.suite, Jobs: a.jobs, Names: a.names, Progress: os.Stdout})
	case "shell":
		return machine.Shell(a.suite, a.names[0])
	case "agent":
		return guest.Agent()
	case "meter":
		return guest.Meter(strings.Join(a.names, ""), os.Stdin, os.Stdout)
	}
	return errors.New(usage)
}
