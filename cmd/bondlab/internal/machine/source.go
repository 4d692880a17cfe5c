package machine

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
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

// runs reads the scripts of testdata/lab.
func (s source) runs() ([]scenario.Run, error) {
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
	return all, nil
}

// List prints what can be run.
func List(w io.Writer) error {
	s, err := findSource()
	if err != nil {
		return err
	}
	runs, err := s.runs()
	for _, run := range runs {
		_, _ = fmt.Fprintln(w, run.Name())
	}
	return err
}

// programs are what the machine runs of ours: the packages that are built, and
// those whose tests touch a kernel.
var (
	programs = []string{"./cmd/bondlab", "./cmd/bondctl"}
	tests    = []string{"./cmd/bondctl/internal/kernel/kerneltest"}
)

// prepare makes the directory that host and machines share: programs built
// from source, the scripts, the corpus, the examples and the plan.
func (s source) prepare(plan scenario.Plan, suite, examples string) (string, error) {
	share, err := resultsDir()
	if err != nil {
		return "", err
	}
	for _, dir := range []string{scenario.Programs, scenario.Scripts, scenario.Corpus, scenario.Examples, scenario.Results, scenario.Claims} {
		if err := os.MkdirAll(filepath.Join(share, dir), 0o755); err != nil {
			return "", fmt.Errorf("making the shared directory: %w", err)
		}
	}
	if err := s.build(filepath.Join(share, scenario.Programs), plan.Runs); err != nil {
		return "", err
	}
	for _, dir := range [][2]string{{s.path("lab"), scenario.Scripts}, {s.path("corpus"), scenario.Corpus}, {examples, scenario.Examples}} {
		if err := os.CopyFS(filepath.Join(share, dir[1]), os.DirFS(dir[0])); err != nil {
			return "", fmt.Errorf("copying to the machine: %w", err)
		}
	}
	if err := jsonfile.Write(filepath.Join(share, scenario.PlanFile), plan); err != nil {
		return "", err
	}
	return share, sign(share, suite)
}

// build compiles the programs, and the tests beside them; and where a run wants
// it, the bondctl that dies when it is told to.
func (s source) build(into string, runs []scenario.Run) error {
	for _, program := range programs {
		if err := s.compile("build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(into, filepath.Base(program)), program); err != nil {
			return err
		}
	}
	if len(scenario.Of(runs, scenario.Torture)) > 0 {
		if err := s.compile("build", "-trimpath", "-tags", "torture", "-ldflags", "-s -w", "-o", filepath.Join(into, "bondctl-torture"), "./cmd/bondctl"); err != nil {
			return err
		}
	}
	for _, pkg := range tests {
		if err := s.compile("test", "-c", "-trimpath", "-o", filepath.Join(into, filepath.Base(pkg)+".test"), pkg); err != nil {
			return err
		}
	}
	return nil
}

func (s source) compile(args ...string) error {
	build := exec.Command("go", args...)
	build.Dir, build.Env = string(s), append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return nil
}
