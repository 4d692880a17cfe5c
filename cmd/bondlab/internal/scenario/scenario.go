// Package scenario is what the test machine is asked to do: which scripts of
// testdata/lab run, with which story and on which backend. It is pure.
//
// A scenario is a script in testscript's language. Comments at its head say
// with what it runs; it runs once for each story and backend:
//
//	# stories: seed000_homeplug seed001_raspberry
//	# backends: ifupdown netplan
package scenario

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Scenario is one script and what it is run with.
type Scenario struct {
	Name string
	// Stories are documents of the corpus; none where the script has no use for one.
	Stories []string
	// Backends are the network systems it runs on; none where it needs none.
	Backends []string
}

// Parse reads the comments at the head of a script.
func Parse(name string, script []byte) (Scenario, error) {
	s := Scenario{Name: name}
	lines := bufio.NewScanner(bytes.NewReader(script))
	for lines.Scan() {
		comment, ok := strings.CutPrefix(lines.Text(), "#")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
		switch key {
		case "stories":
			s.Stories = strings.Fields(value)
		case "backends":
			s.Backends = strings.Fields(value)
		}
	}
	if strings.ContainsAny(name, "/ ") {
		return s, fmt.Errorf("%q is no name of a scenario", name)
	}
	return s, nil
}

// Run is a scenario with one story on one backend.
type Run struct {
	Scenario string
	Story    string `json:",omitempty"`
	Backend  string `json:",omitempty"`
}

// Name is how a person calls the run: failover/seed000_homeplug/netplan.
func (r Run) Name() string {
	parts := slices.DeleteFunc([]string{r.Scenario, r.Story, r.Backend}, func(s string) bool { return s == "" })
	return strings.Join(parts, "/")
}

// Runs lists what a scenario asks for, stories first.
func (s Scenario) Runs() []Run {
	var runs []Run
	for _, story := range orNone(s.Stories) {
		for _, backend := range orNone(s.Backends) {
			runs = append(runs, Run{Scenario: s.Name, Story: story, Backend: backend})
		}
	}
	return runs
}

func orNone(names []string) []string {
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

// Select finds the runs that a person names: by scenario, by scenario and
// story, or by all three; * stands for any one part. No name means every run.
func Select(all []Run, names []string) ([]Run, error) {
	if len(names) == 0 {
		return all, nil
	}
	wanted := make([]bool, len(all))
	for _, name := range names {
		found := false
		for i, run := range all {
			if matches(name, run.Name()) {
				wanted[i], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no scenario %s", name)
		}
	}
	var selected []Run
	for i, run := range all {
		if wanted[i] {
			selected = append(selected, run)
		}
	}
	return selected, nil
}

// matches tells whether a name, or the beginning of one, names a run.
func matches(pattern, name string) bool {
	wanted, parts := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(wanted) > len(parts) {
		return false
	}
	for i, part := range wanted {
		if part != "*" && part != parts[i] {
			return false
		}
	}
	return true
}

// Split deals runs out to as many machines.
func Split(runs []Run, machines int) [][]Run {
	hands := make([][]Run, min(max(machines, 1), len(runs)))
	for i, run := range runs {
		hands[i%len(hands)] = append(hands[i%len(hands)], run)
	}
	return hands
}

// Outcome is how a run ended.
type Outcome struct {
	Run     string
	Passed  bool
	Seconds float64
	// Words is what the run has to say in one line: what failed, or what the meter saw.
	Words string `json:",omitempty"`
}
