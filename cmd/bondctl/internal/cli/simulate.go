package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

type simulateFlags struct {
	outputFormat
	// history is the file that was recorded.
	history string
}

func (a *app) simulateCommand() *cobra.Command {
	var flags simulateFlags
	cmd := &cobra.Command{
		Use:   "simulate --history FILE",
		Short: "Tell what this document would have done with what was recorded",
		Long: `Simulate takes the checks and link events that bondctl monitor --history has
recorded, JSON lines that begin with their format_version, and tells when traffic
would have moved with the thresholds of this document, and why, beside how often
it did move. Routes and verifiers are known by their names and targets: change
thresholds and times at will, and see.

Checks come when they were recorded: a shorter interval makes none more, so that
only what follows from the answers is told. Nothing is asked of the network.

Exit status: 0; 1 the history cannot be read; 3 the document is invalid.`,
		Example: `  bondctl monitor simulate --history history.jsonl
  bondctl -c patient.hcl monitor simulate --history history.jsonl --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.simulate(flags) },
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&flags.history, "history", "", "the `FILE` that was recorded")
	completes(cmd.MarkFlagRequired("history"))
	completes(cmd.MarkFlagFilename("history", "jsonl"))
	return cmd
}

func (a *app) simulate(flags simulateFlags) error {
	d, err := a.read()
	if err != nil {
		return err
	}
	if err := a.refuse(&rendering{description: d, asJSON: flags.asJSON}); err != nil {
		return err
	}
	records, err := readHistory(flags.history)
	if err != nil {
		return err
	}
	var all []monitor.Simulation
	for _, settings := range watched(d.doc) {
		all = append(all, settings.Simulate(records))
	}
	if flags.asJSON {
		return view.JSON(a.out, view.NewSimulationsJSON(all))
	}
	view.Simulations(a.out, all)
	return nil
}

func readHistory(name string) ([]monitor.Record, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the history: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	records, err := monitor.ReadHistory(file)
	if err != nil {
		return nil, fmt.Errorf("reading the history %s: %w", name, err)
	}
	return records, nil
}
