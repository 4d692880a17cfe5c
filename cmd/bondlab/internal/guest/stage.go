package guest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/meter"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// stage is where one part of a run plays.
type stage struct {
	next     scenario.Next
	consumer scenario.Consumer
	// work is the script's directory, which outlives the machine.
	work    string
	results string
	began   time.Time
	world   *world.World
	meter   *meter.Meter
	// unsaid tells what the rendered files cannot say of the document.
	unsaid func(path string) bool
	// called is when the manager was told to take up the files.
	called   time.Time
	readings []scenario.Reading
	// alive tells the host that a long command is not stuck.
	alive func() error
	// again is what ends the machine's life where this part of the script is
	// to begin anew after it.
	again scenario.Power
}

func newStage(a *agent, next scenario.Next) *stage {
	consumer, _ := scenario.LookupConsumer(next.Run.Consumer)
	return &stage{
		next: next, consumer: consumer, began: time.Now(), readings: next.Readings,
		work:    filepath.Join(a.own, scenario.WorkDir),
		results: filepath.Join(shared, scenario.Results, next.Run.Name()),
		alive:   func() error { return a.leave(scenario.NowFile, []byte(next.Run.Name())) },
	}
}

// say shows progress to the host.
func (s *stage) say(format string, args ...any) {
	fmt.Printf("%7.1f s  %s: %s\r\n", s.seconds(), s.next.Run.Name(), fmt.Sprintf(format, args...))
}

// seconds are those that the run has taken.
func (s *stage) seconds() float64 { return s.next.Seconds + time.Since(s.began).Seconds() }

// report adds to what the run has measured.
func (s *stage) report(reading scenario.Reading) {
	s.readings = append(s.readings, reading)
	s.say("%v", reading)
}

// perform plays the part. It gives what ends the machine's life where the
// script goes on after that.
func (s *stage) perform() (scenario.Outcome, scenario.Power) {
	outcome := scenario.Outcome{Run: s.next.Run}
	s.say("begins part %d", s.next.Part+1)
	then, err := s.play()
	if s.again != "" {
		return outcome, s.again
	}
	s.collect()
	outcome.Seconds = s.seconds()
	switch {
	case err != nil:
		outcome.Words = err.Error()
	case then != "":
		s.say("%s", then)
		return outcome, then
	default:
		outcome.Passed, outcome.Readings = true, s.readings
	}
	fmt.Printf("%s\r\n", outcome.Line())
	return outcome, ""
}

// rest is what is left of the run.
func (s *stage) rest() scenario.Next {
	next := scenario.Next{Run: s.next.Run, Part: s.next.Part + 1, Seconds: s.seconds(), Readings: s.readings}
	if s.again != "" {
		next.Part = s.next.Part
	}
	if s.world != nil {
		next.World = storyFile
	}
	return next
}

func (s *stage) play() (scenario.Power, error) {
	if err := os.MkdirAll(s.results, 0o755); err != nil {
		return "", fmt.Errorf("making room for results: %w", err)
	}
	part, err := s.part()
	if err != nil {
		return "", err
	}
	if s.next.Part == 0 {
		if err := s.clear(); err != nil {
			return "", err
		}
	}
	defer func() {
		if s.meter != nil {
			s.meter.Kill()
		}
	}()
	return part.Then, s.script(part.Script)
}

// part is the piece of the script whose turn it is.
func (s *stage) part() (scenario.Part, error) {
	text, err := os.ReadFile(filepath.Join(shared, scenario.Scripts, s.next.Run.Scenario+".txtar"))
	if err != nil {
		return scenario.Part{}, fmt.Errorf("reading the script: %w", err)
	}
	parts := scenario.Split(string(text))
	if s.next.Part >= len(parts) {
		return scenario.Part{}, fmt.Errorf("the script has no part %d", s.next.Part+1)
	}
	return parts[s.next.Part], nil
}

// clear makes a fresh world and an empty directory.
func (s *stage) clear() error {
	if err := os.RemoveAll(s.work); err != nil {
		return fmt.Errorf("clearing the script's directory: %w", err)
	}
	if err := world.Clear(); err != nil {
		return fmt.Errorf("clearing the world: %w", err)
	}
	return nil
}

// script runs one part; its directory is work.
func (s *stage) script(text string) error {
	dir, err := os.MkdirTemp("", "part")
	if err != nil {
		return fmt.Errorf("making room for the script: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, s.next.Run.Scenario+".txtar")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing the script: %w", err)
	}
	return runScript(filepath.Join(s.results, fmt.Sprintf("transcript%d", s.next.Part+1)), testscript.Params{
		Files:               []string{file},
		Setup:               s.setup,
		Cmds:                s.commands(),
		Condition:           s.holds,
		WorkdirRoot:         dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// holds tells whether a line is for the run's consumer: "[networkd] exec true".
func (s *stage) holds(condition string) (bool, error) {
	if _, ok := scenario.LookupConsumer(condition); !ok {
		return false, fmt.Errorf("a condition names a consumer, and %q is none", condition)
	}
	return condition == s.next.Run.Consumer, nil
}

// storyFile is what a run's story is called in a script.
const storyFile = "story.hcl"

// setup puts the run's story beside the script, or what earlier parts have
// left, and takes up the world that they have built.
func (s *stage) setup(env *testscript.Env) error {
	env.Setenv("CONSUMER", s.consumer.Name)
	env.Setenv("OWN", s.consumer.Name)
	env.Setenv("BACKEND", s.consumer.Backend)
	env.Setenv("STORY", s.next.Run.Story)
	env.Setenv("EXAMPLES", filepath.Join(shared, scenario.Examples))
	env.Defer(func() { _ = os.CopyFS(s.work, os.DirFS(env.WorkDir)) })
	if s.next.Part > 0 {
		return s.takeUp(env)
	}
	if s.next.Run.Story == "" {
		return nil
	}
	if err := os.CopyFS(env.WorkDir, os.DirFS(filepath.Join(shared, scenario.Corpus))); err != nil {
		return fmt.Errorf("copying the corpus: %w", err)
	}
	return os.Rename(filepath.Join(env.WorkDir, s.next.Run.Story+".hcl"), filepath.Join(env.WorkDir, storyFile))
}

func (s *stage) takeUp(env *testscript.Env) error {
	if err := copyOver(env.WorkDir, s.work); err != nil {
		return err
	}
	if err := os.RemoveAll(s.work); err != nil {
		return fmt.Errorf("taking up the script's directory: %w", err)
	}
	if s.next.World == "" {
		return nil
	}
	doc, err := readDocument(filepath.Join(env.WorkDir, s.next.World))
	if err != nil {
		return err
	}
	s.inhabit(env.Setenv, world.Describe(doc))
	if s.consumer.Name != "" {
		s.unsaid, err = unsaidBy(s.consumer, doc)
	}
	return err
}

// copyOver copies a tree over another.
func copyOver(to, from string) error {
	if output, err := exec.Command("cp", "-r", from+"/.", to).CombinedOutput(); err != nil {
		return fmt.Errorf("copying the script's directory: %w: %s", err, output)
	}
	return nil
}

// inhabit makes a world that stands the stage's.
func (s *stage) inhabit(setenv func(key, value string), w *world.World) {
	s.world = w
	if len(w.Cables) > 0 {
		setenv("CABLE", w.Cables[0])
	}
	if w.Gateway.IsValid() {
		setenv("GATEWAY", w.Gateway.String())
	}
}

// collect keeps what an administrator would look at afterwards.
func (s *stage) collect() {
	since := s.began.Add(-time.Second).Format("2006-01-02 15:04:05")
	for _, look := range []struct {
		file string
		args []string
	}{
		{"journal", []string{"journalctl", "--no-pager", "-o", "short-monotonic", "--since", since}},
		{"links", []string{"ip", "-d", "link"}},
		{"addresses", []string{"ip", "address"}},
		{"routes", []string{"ip", "route", "show", "table", "all"}},
		{"etc.tar", []string{"tar", "-C", "/etc", "-c", "network", "sysconfig", "netplan", "NetworkManager/system-connections", "systemd/network", "modprobe.d"}},
	} {
		output, _ := exec.Command(look.args[0], look.args[1:]...).Output()
		_ = os.WriteFile(filepath.Join(s.results, fmt.Sprintf("%s%d", look.file, s.next.Part+1)), output, 0o600)
	}
	if capture := world.Capture(); capture != "" {
		_ = exec.Command("cp", capture, filepath.Join(s.results, fmt.Sprintf("capture%d.pcap", s.next.Part+1))).Run()
	}
}
