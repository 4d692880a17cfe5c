// Package guest is the end of bondlab that runs inside the test machine: it
// takes runs from the queue that the machines share, builds a world for each,
// runs the scenario's script in it, and leaves what it found for the host.
package guest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// shared is where a machine mounts the directory that it shares with the host.
const shared = "/lab"

// agent is one machine's worker.
type agent struct {
	// own is the machine's own directory in the shared one.
	own string
}

// newAgent finds the machine's number on the kernel's command line.
func newAgent() (*agent, error) {
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return nil, fmt.Errorf("looking for the machine's number: %w", err)
	}
	_, after, _ := strings.Cut(string(line), scenario.MachineParameter)
	digits, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return nil, fmt.Errorf("the machine has no number: %w", err)
	}
	return &agent{filepath.Join(shared, scenario.MachineDir(number))}, nil
}

// Agent does what the plan says until nothing is left, and switches the machine off.
func Agent() error {
	a, err := newAgent()
	if err != nil {
		return err
	}
	var plan scenario.Plan
	if err := jsonfile.Read(filepath.Join(shared, scenario.PlanFile), &plan); err != nil {
		return err
	}
	if plan.Shell != "" {
		if err := shell(plan.Shell); err != nil {
			return err
		}
		return a.power(scenario.Done)
	}
	goesOn, err := a.goOn()
	if err != nil || goesOn {
		return err
	}
	if err := world.Keep(); err != nil {
		return err
	}
	for _, run := range plan.Runs {
		if !takeOn(run) {
			continue
		}
		if ended, err := a.begin(run); err != nil || !ended {
			return err
		}
	}
	return a.power(scenario.Done)
}

// takeOn takes a run on, unless another machine has.
func takeOn(run scenario.Run) bool {
	return os.Mkdir(filepath.Join(shared, scenario.Claims, run.Claim()), 0o755) == nil
}

// goOn goes on with a run that the last boot has interrupted, and tells whether there was one.
func (a *agent) goOn() (bool, error) {
	next, err := a.next()
	if err != nil || next == nil {
		return false, err
	}
	if err := os.Remove(filepath.Join(a.own, scenario.NextFile)); err != nil {
		return true, fmt.Errorf("going on with %s: %w", next.Run.Name(), err)
	}
	ended, err := a.perform(*next)
	if err == nil && ended {
		err = a.power(scenario.Fresh) // what a reboot leaves behind is not swept up
	}
	return true, err
}

func (a *agent) next() (*scenario.Next, error) {
	var next scenario.Next
	err := jsonfile.Read(filepath.Join(a.own, scenario.NextFile), &next)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return &next, err
}

func (a *agent) begin(run scenario.Run) (ended bool, err error) {
	return a.perform(scenario.Next{Run: run})
}

// perform plays a part of a run, and tells whether the run has ended; else the
// machine's life has.
func (a *agent) perform(next scenario.Next) (ended bool, err error) {
	s := newStage(a, next)
	if err := s.alive(); err != nil {
		return false, err
	}
	outcome, then := s.perform()
	if then != "" {
		return false, a.interrupt(s, then)
	}
	if err := jsonfile.Write(filepath.Join(s.results, scenario.OutcomeFile), outcome); err != nil {
		return false, err
	}
	if err := os.Remove(filepath.Join(a.own, scenario.NowFile)); err != nil || outcome.Passed {
		return true, err
	}
	return true, a.power(scenario.Fresh) // what a failure leaves behind is not known
}

// interrupt notes where the run goes on, and asks for the end of this life.
func (a *agent) interrupt(s *stage, then scenario.Power) error {
	if err := jsonfile.Write(filepath.Join(a.own, scenario.NextFile), s.rest()); err != nil {
		return err
	}
	return a.power(then)
}

// power tells the host what the machine needs now, and does not return.
func (a *agent) power(word scenario.Power) error {
	if err := a.leave(scenario.PowerFile, []byte(word)); err != nil {
		return err
	}
	switch word {
	case scenario.Reboot:
		if err := sh.Do("systemctl reboot"); err != nil {
			return err
		}
	case scenario.Fresh, scenario.Done:
		if err := sh.Do("systemctl poweroff --force --force"); err != nil {
			return err
		}
	case scenario.PowerCut: // the host ends the machine
	}
	time.Sleep(forever)
	return nil
}

// forever is longer than any machine lives once its host knows that it shall not.
const forever = time.Hour

// leave writes a file for the host, which never sees half of it.
func (a *agent) leave(name string, text []byte) error {
	path := filepath.Join(a.own, name)
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return fmt.Errorf("telling the host: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("telling the host: %w", err)
	}
	return nil
}

// World builds the world of a run that goes on after a boot, before any
// manager starts; without such a run it does nothing.
func World() error {
	a, err := newAgent()
	if err != nil {
		return err
	}
	next, err := a.next()
	if err != nil || next == nil || next.World == "" {
		return err
	}
	doc, err := readDocument(filepath.Join(a.own, scenario.WorkDir, next.World))
	if err != nil {
		return err
	}
	return world.Describe(doc).Build()
}
