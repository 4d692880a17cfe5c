// Package guest is the end of bondlab that runs inside the test machine: it
// builds a world around the guest for each scenario, runs the scenario's
// script in it, and leaves what it found in the directory shared with the host.
package guest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// shared is where the guest mounts the directory that it shares with the host.
const shared = "/lab"

// Agent does what the plan says.
func Agent() error {
	text, err := os.ReadFile(filepath.Join(shared, scenario.PlanFile))
	if err != nil {
		return fmt.Errorf("reading the plan: %w", err)
	}
	var plan scenario.Plan
	if err := json.Unmarshal(text, &plan); err != nil {
		return fmt.Errorf("reading the plan: %w", err)
	}
	if err := keepEtc(); err != nil {
		return err
	}
	if plan.Shell != "" {
		return shell(plan.Shell)
	}
	var outcomes []scenario.Outcome
	for _, run := range plan.Runs {
		outcomes = append(outcomes, perform(run))
		if err := leave(outcomes); err != nil {
			return err
		}
	}
	return nil
}

// leave writes the outcomes so far: a guest that dies later does not take them along.
func leave(outcomes []scenario.Outcome) error {
	text, err := json.MarshalIndent(outcomes, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the outcomes: %w", err)
	}
	if err := os.WriteFile(filepath.Join(shared, scenario.OutcomesFile), text, 0o600); err != nil {
		return fmt.Errorf("writing the outcomes: %w", err)
	}
	return nil
}

// perform runs one scenario in a fresh world.
func perform(run scenario.Run) scenario.Outcome {
	start := time.Now()
	results := filepath.Join(shared, scenario.Results, run.Name())
	s := &stage{run: run, results: results}
	outcome := scenario.Outcome{Run: run.Name()}
	s.say("begins")
	if err := s.play(); err != nil {
		outcome.Words = err.Error()
	} else {
		outcome.Passed, outcome.Words = true, s.words
	}
	s.collect(start)
	outcome.Seconds = time.Since(start).Seconds()
	s.say("ends after %.1f s, passed: %v %s", outcome.Seconds, outcome.Passed, outcome.Words)
	return outcome
}

// stage is where one run plays.
type stage struct {
	run     scenario.Run
	results string
	world   *world
	meter   *meter
	// unsaid tells what the backend cannot say of the document that was rendered.
	unsaid func(path string) bool
	// words are what the run has to report when it passes.
	words string
}

// say shows progress to the host.
func (s *stage) say(format string, args ...any) {
	fmt.Printf("[%s] %s\r\n", s.run.Name(), fmt.Sprintf(format, args...))
}

// report adds to what the run has to say when it passes.
func (s *stage) report(words string) {
	if s.words != "" {
		s.words += "; "
	}
	s.words += words
}

func (s *stage) play() error {
	if err := os.MkdirAll(s.results, 0o755); err != nil {
		return fmt.Errorf("making room for results: %w", err)
	}
	if err := reset(); err != nil {
		return fmt.Errorf("clearing the world: %w", err)
	}
	defer func() {
		if s.meter != nil {
			_, _ = s.meter.stop()
		}
	}()
	return runScript(s.results, testscript.Params{
		Files:               []string{filepath.Join(shared, scenario.Scripts, s.run.Scenario+".txtar")},
		Setup:               s.setup,
		Cmds:                s.commands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// setup puts the run's story beside the script.
func (s *stage) setup(env *testscript.Env) error {
	env.Setenv("BACKEND", s.run.Backend)
	env.Setenv("STORY", s.run.Story)
	if s.run.Story == "" {
		return nil
	}
	if err := os.CopyFS(env.WorkDir, os.DirFS(filepath.Join(shared, scenario.Corpus))); err != nil {
		return fmt.Errorf("copying the corpus: %w", err)
	}
	return os.Rename(filepath.Join(env.WorkDir, s.run.Story+".hcl"), filepath.Join(env.WorkDir, "story.hcl"))
}

// collect keeps what an administrator would look at afterwards.
func (s *stage) collect(start time.Time) {
	since := start.Add(-time.Second).Format("2006-01-02 15:04:05")
	for name, args := range map[string][]string{
		"journal":   {"journalctl", "--no-pager", "-o", "short-monotonic", "--since", since},
		"links":     {"ip", "-d", "link"},
		"addresses": {"ip", "address"},
		"routes":    {"ip", "route"},
	} {
		output, _ := exec.Command(args[0], args[1:]...).CombinedOutput()
		_ = os.WriteFile(filepath.Join(s.results, name), output, 0o600)
	}
}
