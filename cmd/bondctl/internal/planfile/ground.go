package planfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// Mark tells one file or link as it was from what it may have become.
type Mark struct {
	Name string `json:"name"`
	// Sum is empty for what is not there.
	Sum string `json:"sha256,omitempty"`
}

// Stand notes the ground of a plan, which is every file that it looks at and
// every link that it can reach, and where it leads from there.
func (p *Plan) Stand(made plan.Plan, have *kernel.State, reach []string) {
	p.Ground, p.Leads = groundOf(made, have, reach), leads(made)
}

// Moved tells by an error that names them which files and links are no longer
// what they were.
func (p *Plan) Moved(now plan.Plan, have *kernel.State, reach []string) error {
	here := groundOf(now, have, reach)
	var moved []string
	for _, m := range append(slices.Clone(p.Ground), here...) {
		same := slices.Contains(here, m) && slices.Contains(p.Ground, m)
		if !same && !slices.Contains(moved, m.Name) {
			moved = append(moved, m.Name)
		}
	}
	switch {
	case len(moved) > 0:
		return fmt.Errorf("the host changed since the plan was made: %s", strings.Join(moved, ", "))
	case p.Leads != leads(now):
		return errors.New("the host changed since the plan was made, and it takes other changes now")
	}
	return nil
}

func groundOf(p plan.Plan, have *kernel.State, reach []string) []Mark {
	var marks []Mark
	for _, step := range p.Files.Steps {
		marks = append(marks, Mark{Name: step.Path, Sum: sumOf(step.Old)})
	}
	for _, link := range plan.Portraits(have, reach) {
		m := Mark{Name: link.Link}
		if link.Text != "" {
			m.Sum = Sum([]byte(link.Text))
		}
		marks = append(marks, m)
	}
	return marks
}

func sumOf(f *plan.File) string {
	if f == nil {
		return ""
	}
	return Sum(fmt.Appendf(nil, "%o %s", f.Mode, f.Content))
}

// leads sums up what the files become and how the links are changed.
func leads(p plan.Plan) string {
	var b strings.Builder
	for _, step := range p.Files.Steps {
		fmt.Fprintf(&b, "%s %s %s\n", step.Action, step.Path, sumOf(step.New))
	}
	for _, c := range p.Links {
		fmt.Fprintln(&b, c)
	}
	return Sum([]byte(b.String()))
}
