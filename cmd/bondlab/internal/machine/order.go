// Package machine is the host's end of the test machine: it chooses what is
// run, boots guests under QEMU and gathers what they found.
package machine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// Order is what a person wants to be run.
type Order struct {
	Suite string
	// Jobs is the number of machines that run at the same time.
	Jobs int
	// Names select scenarios; none means all.
	Names    []string
	Progress io.Writer
}

// perRun and forBoot bound how long a guest may live: far more than it needs.
const (
	perRun  = 6 * time.Minute
	forBoot = 5 * time.Minute
)

// Run boots machines, runs the scenarios in them and tells the outcome of
// each. The error says how many failed.
func Run(o Order) error {
	source, err := findSource()
	if err != nil {
		return err
	}
	runs, err := source.runs(o.Names)
	if err != nil {
		return err
	}
	img, err := image.Build(o.Suite, o.Progress)
	if err != nil {
		return err
	}
	results, err := resultsDir()
	if err != nil {
		return err
	}
	hands := scenario.Split(runs, o.Jobs)
	outcomes, errs := make([][]scenario.Outcome, len(hands)), make([]error, len(hands))
	var machines sync.WaitGroup
	for i, hand := range hands {
		share := filepath.Join(results, fmt.Sprintf("machine%d", i))
		machines.Go(func() { outcomes[i], errs[i] = source.boot(img, share, hand, o.Progress) })
	}
	machines.Wait()
	return errors.Join(summarise(o.Progress, results, len(runs), outcomes), errors.Join(errs...))
}

// boot has one machine run its hand of the runs.
func (s source) boot(img image.Image, share string, runs []scenario.Run, progress io.Writer) ([]scenario.Outcome, error) {
	if err := s.prepare(share, scenario.Plan{Runs: runs}); err != nil {
		return nil, err
	}
	if err := boot(img, share, progress, forBoot+time.Duration(len(runs))*perRun); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(share, scenario.OutcomesFile))
	if err != nil {
		return nil, fmt.Errorf("the guest left no outcomes: %w; its console is in %s", err, filepath.Join(share, console))
	}
	var outcomes []scenario.Outcome
	if err := json.Unmarshal(text, &outcomes); err != nil {
		return nil, fmt.Errorf("reading the outcomes: %w", err)
	}
	return outcomes, nil
}

// summarise prints a line per run; the error counts what failed or never ran.
func summarise(w io.Writer, results string, wanted int, machines [][]scenario.Outcome) error {
	passed := 0
	for _, outcomes := range machines {
		for _, o := range outcomes {
			verdict := "FAIL"
			if o.Passed {
				verdict = "ok"
				passed++
			}
			_, _ = fmt.Fprintf(w, "%-4s %6.1f s  %-52s %s\n", verdict, o.Seconds, o.Run, o.Words)
		}
	}
	_, _ = fmt.Fprintf(w, "%d of %d passed; journals and captures are in %s\n", passed, wanted, results)
	if passed != wanted {
		return fmt.Errorf("%d of %d runs failed", wanted-passed, wanted)
	}
	return nil
}

// resultsDir makes a directory of this day and time in the cache.
func resultsDir() (string, error) {
	cache, err := image.Cache()
	if err != nil {
		return "", err
	}
	parent := filepath.Join(cache, scenario.Results)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("making room for results: %w", err)
	}
	dir, err := os.MkdirTemp(parent, time.Now().Format("20060102-150405-"))
	if err != nil {
		return "", fmt.Errorf("making room for results: %w", err)
	}
	return dir, nil
}
