// Package scenario is what the test machine is asked to do: which scripts of
// testdata/lab run, with which story, and which network system consumes the
// files that are rendered. It is pure.
//
// A scenario is a script in testscript's language. Comments at its head say
// with what it runs: once for each story and consumer of a pair of lines, of
// which there may be several, and which of these runs are part of make test:
//
//	# stories: seed000_homeplug seed001_raspberry
//	# consumers: ifupdown netplan
//	# test: seed000_homeplug/netplan
//
// What takes too long for every day is part of a set apart, which is run by its
// name, and otherwise only in make test or by the scenario's own name:
//
//	# only: torture
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
	Name  string
	pairs []pair
	// test are patterns of the runs that are part of make test.
	test []string
	// only names the set that the scenario is part of instead of the common one.
	only string
}

// pair is a set of documents of the corpus, none where the script has no use
// for one, and a set of consumers, none where it needs none.
type pair struct{ stories, consumers []string }

// Parse reads the comments at the head of a script.
func Parse(name string, script []byte) (Scenario, error) {
	s := Scenario{Name: name}
	if strings.ContainsAny(name, "/ ") {
		return s, fmt.Errorf("%q is no name of a scenario", name)
	}
	lines := bufio.NewScanner(bytes.NewReader(script))
	for lines.Scan() {
		comment, ok := strings.CutPrefix(lines.Text(), "#")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
		switch words := strings.Fields(value); key {
		case "stories":
			s.pairs = append(s.pairs, pair{stories: words})
		case "consumers":
			if err := s.consume(words); err != nil {
				return s, err
			}
		case "test":
			s.test = append(s.test, words...)
		case "only":
			s.only = strings.Join(words, " ")
		}
	}
	return s, s.check()
}

// consume gives the stories of the last line their consumers.
func (s *Scenario) consume(consumers []string) error {
	for _, name := range consumers {
		if _, ok := LookupConsumer(name); !ok {
			return fmt.Errorf("scenario %s: there is no consumer %q", s.Name, name)
		}
	}
	if len(s.pairs) == 0 || s.pairs[len(s.pairs)-1].consumers != nil {
		return fmt.Errorf("scenario %s: a line of consumers belongs to the line of stories before it", s.Name)
	}
	s.pairs[len(s.pairs)-1].consumers = consumers
	return nil
}

// check finds patterns of make test that mean nothing.
func (s *Scenario) check() error {
	for _, pattern := range s.test {
		if !slices.ContainsFunc(s.Runs(), func(r Run) bool { return matches(s.Name+"/"+pattern, r.Name()) || pattern == r.Name() }) {
			return fmt.Errorf("scenario %s: no run is called %s/%s", s.Name, s.Name, pattern)
		}
	}
	return nil
}

// Run is a scenario with one story for one consumer.
type Run struct {
	Scenario string
	Story    string `json:",omitempty"`
	Consumer string `json:",omitempty"`
	// Test is set where the run is part of make test.
	Test bool `json:",omitempty"`
	// Only names the set that the run is part of instead of the common one.
	Only string `json:",omitempty"`
}

// Name is how a person calls the run: failover/seed000_homeplug/netplan.
func (r Run) Name() string {
	parts := slices.DeleteFunc([]string{r.Scenario, r.Story, r.Consumer}, func(s string) bool { return s == "" })
	return strings.Join(parts, "/")
}

// Runs lists what a scenario asks for, stories first.
func (s *Scenario) Runs() []Run {
	var runs []Run
	for _, p := range s.pairsOrNone() {
		for _, story := range orNone(p.stories) {
			for _, consumer := range orNone(p.consumers) {
				runs = append(runs, s.run(story, consumer))
			}
		}
	}
	return runs
}

func (s *Scenario) run(story, consumer string) Run {
	run := Run{Scenario: s.Name, Story: story, Consumer: consumer, Only: s.only}
	run.Test = slices.ContainsFunc(s.test, func(pattern string) bool {
		return matches(s.Name+"/"+pattern, run.Name()) || pattern == run.Name()
	})
	return run
}

func (s *Scenario) pairsOrNone() []pair {
	if len(s.pairs) == 0 {
		return []pair{{}}
	}
	return s.pairs
}

func orNone(names []string) []string {
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

// Select finds the runs that a person names: by scenario, by scenario and
// story, or by all three; * stands for any one part, and the name of a
// consumer alone for all of its runs. No name means every run of the set, and
// only a scenario's own name means one of another set.
func Select(all []Run, set string, names []string) ([]Run, error) {
	if len(names) == 0 {
		return Of(all, set), nil
	}
	wanted := make([]bool, len(all))
	for _, name := range names {
		found := false
		for i, run := range all {
			if means(name, set, run) {
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

// means tells whether a name that a person gives for a run of a set is this one.
func means(name, set string, run Run) bool {
	if first, _, _ := strings.Cut(name, "/"); run.Only != set && first != run.Scenario {
		return false
	}
	return matches(name, run.Name()) || name == run.Consumer
}

// Torture is the set of runs that need the bondctl which dies when it is told to.
const Torture = "torture"

// Of gives the runs of a set apart, or for the empty name those of the common one.
func Of(all []Run, set string) []Run {
	return slices.DeleteFunc(slices.Clone(all), func(r Run) bool { return r.Only != set })
}

// OfTest gives the runs that are part of make test.
func OfTest(all []Run) []Run {
	return slices.DeleteFunc(slices.Clone(all), func(r Run) bool { return !r.Test })
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

// Claim is the name of the directory by which a machine takes the run on.
func (r Run) Claim() string { return strings.ReplaceAll(r.Name(), "/", "+") }
