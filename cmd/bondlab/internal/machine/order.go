// Package machine is the host's end of the test machine: it chooses what is
// run, boots guests under QEMU and gathers what they found.
package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// Order is what a person wants to be run.
type Order struct {
	Suite string
	// Jobs is the number of machines that run at the same time.
	Jobs int
	// Names select scenarios; none means all.
	Names []string
	// Test selects those of make test among them.
	Test bool
	// Only selects a set of scenarios that is left out otherwise.
	Only string
	// Resume goes on with the last order of the same runs and sources.
	Resume   bool
	Progress io.Writer
}

// Run boots machines, which take the runs from a common queue, and tells the
// outcome of each. The error says how many failed. When ctx ends, so do the machines.
func Run(ctx context.Context, o Order) error {
	source, err := findSource()
	if err != nil {
		return err
	}
	runs, err := o.runs(source)
	if err != nil {
		return err
	}
	img, err := image.Build(o.Suite, o.Progress)
	if err != nil {
		return err
	}
	accel, err := accelerator(img)
	if err != nil {
		return err
	}
	share, err := source.prepare(scenario.Plan{Runs: runs}, o.Suite, img.Examples)
	if err != nil {
		return err
	}
	if o.Resume {
		if share, err = goOn(share); err != nil {
			return err
		}
	}
	machines := make([]*machine, min(max(o.Jobs, 1), max(len(runs), 1)))
	errs := make([]error, len(machines))
	var working sync.WaitGroup
	for i := range machines {
		machines[i] = &machine{number: i, share: share, img: img, accel: accel, progress: &lines{to: o.Progress}}
		working.Go(func() { errs[i] = machines[i].work(ctx) })
	}
	working.Wait()
	return errors.Join(summarise(o.Progress, share, runs), errors.Join(errs...))
}

// runs are those that the order means.
func (o Order) runs(source source) ([]scenario.Run, error) {
	all, err := source.runs()
	switch {
	case err != nil:
		return nil, err
	case o.Test:
		return scenario.OfTest(all), nil
	}
	return scenario.Select(all, o.Only, o.Names)
}

// outcomes reads what the machines have left of the runs.
func outcomes(share string, runs []scenario.Run) ([]scenario.Outcome, error) {
	var all []scenario.Outcome
	for _, run := range runs {
		var outcome scenario.Outcome
		err := jsonfile.Read(filepath.Join(share, scenario.Results, run.Name(), scenario.OutcomeFile), &outcome)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("the outcome of %s: %w", run.Name(), err)
		}
		all = append(all, outcome)
	}
	return all, nil
}

// tableFile keeps what was printed at the end.
const tableFile = "summary.txt"

// summarise prints a line per run and what they have measured; the error
// counts what failed or never ran.
func summarise(w io.Writer, share string, runs []scenario.Run) error {
	all, err := outcomes(share, runs)
	if err != nil {
		return err
	}
	var page strings.Builder
	passed := 0
	for _, o := range all {
		_, _ = fmt.Fprintln(&page, o.Line())
		if _, err := os.Stat(filepath.Join(share, scenario.Results, o.Run.Name(), diedFile)); err == nil {
			_, _ = fmt.Fprintln(&page, "              its machine died once")
		}
		if o.Passed {
			passed++
		}
	}
	_, _ = fmt.Fprintln(&page)
	if err := scenario.Table(&page, all); err != nil {
		return fmt.Errorf("drawing the table: %w", err)
	}
	_, _ = fmt.Fprintf(&page, "\n%d passed, %d failed\n", passed, len(runs)-passed)
	_, _ = fmt.Fprintf(w, "\n%sjournals and captures are in %s\n", page.String(), share)
	if err := os.WriteFile(filepath.Join(share, tableFile), []byte(page.String()), 0o600); err != nil {
		return fmt.Errorf("keeping the summary: %w", err)
	}
	if passed != len(runs) {
		return fmt.Errorf("%d of %d runs failed", len(runs)-passed, len(runs))
	}
	return nil
}

// lines lets several machines write whole lines to one place.
type lines struct {
	mutex sync.Mutex
	to    io.Writer
	rest  []byte
}

// Write passes on every line that is complete.
func (l *lines) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.rest = append(l.rest, text...)
	end := strings.LastIndexByte(string(l.rest), '\n') + 1
	if _, err := l.to.Write(l.rest[:end]); err != nil {
		return 0, err
	}
	l.rest = append([]byte(nil), l.rest[end:]...)
	return len(text), nil
}
