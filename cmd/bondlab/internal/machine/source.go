package machine

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// source is the root of the module that is tested.
type source string

func findSource() (source, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("looking for the module (run bondlab inside it): %w", err)
	}
	return source(strings.TrimSpace(string(out))), nil
}

func (s source) path(parts ...string) string {
	return filepath.Join(append([]string{string(s), "testdata"}, parts...)...)
}

// runs reads the scripts of testdata/lab and selects what is wanted.
func (s source) runs(names []string) ([]scenario.Run, error) {
	scripts, err := filepath.Glob(s.path("lab", "*.txtar"))
	if err != nil {
		return nil, fmt.Errorf("listing scenarios: %w", err)
	}
	var all []scenario.Run
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			return nil, fmt.Errorf("reading a scenario: %w", err)
		}
		parsed, err := scenario.Parse(strings.TrimSuffix(filepath.Base(script), ".txtar"), text)
		if err != nil {
			return nil, err
		}
		all = append(all, parsed.Runs()...)
	}
	return scenario.Select(all, names)
}

// List prints what can be run.
func List(w io.Writer) error {
	s, err := findSource()
	if err != nil {
		return err
	}
	runs, err := s.runs(nil)
	for _, run := range runs {
		_, _ = fmt.Fprintln(w, run.Name())
	}
	return err
}

// prepare fills the directory that host and guest share: both programs built
// from source, the scripts, the corpus and the plan.
func (s source) prepare(share string, plan scenario.Plan) error {
	for _, dir := range []string{scenario.Scripts, scenario.Corpus, scenario.Results} {
		if err := os.MkdirAll(filepath.Join(share, dir), 0o755); err != nil {
			return fmt.Errorf("making the shared directory: %w", err)
		}
	}
	for _, program := range []string{"bondlab", "bondctl"} {
		build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(share, program), "./cmd/"+program)
		build.Dir, build.Env = string(s), append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building %s for the guest: %w\n%s", program, err, output)
		}
	}
	copies := map[string]string{s.path("lab"): scenario.Scripts, s.path("corpus"): scenario.Corpus}
	for from, to := range copies {
		if err := os.CopyFS(filepath.Join(share, to), os.DirFS(from)); err != nil {
			return fmt.Errorf("copying to the guest: %w", err)
		}
	}
	text, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	if err := os.WriteFile(filepath.Join(share, scenario.PlanFile), text, 0o600); err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	return nil
}
