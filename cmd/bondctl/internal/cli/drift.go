package cli

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// findDrift adds to a plan what would lead the kernel back to what bondctl's own files
// say and what is in the way of that, or which of them somebody has edited: what such
// a file says was never applied.
func (l *live) findDrift(p *plan.Plan, files plan.Files) {
	for _, step := range files.Steps {
		sum := l.sums[step.Path]
		if isOurs(step) && sum != "" && sum != checksum(step.Old) {
			p.Edited = append(p.Edited, step.Path)
		}
	}
	if len(p.Edited) == 0 {
		earlier := l.earlier(files)
		want := plan.Desired(earlier)
		want.IPv6By(manager.IPv6(l.manager, earlier, earlier, nil))
		p.Drift, p.Obstacles = plan.Drift(want, l.state)
	}
}

// earlier is the document that bondctl's own files on the host describe.
func (l *live) earlier(files plan.Files) *schema.Document {
	var ours []generators.File
	for _, step := range slices.DeleteFunc(slices.Clone(files.Steps), func(s plan.Step) bool { return !isOurs(s) }) {
		ours = append(ours, generators.File{Path: step.Path, Mode: step.Old.Mode, Content: step.Old.Content})
	}
	doc, _ := l.backend.Parse(ours) // what a document cannot say is no drift
	return doc
}

// isOurs tells whether bondctl made the file that a step finds.
func isOurs(step plan.Step) bool { return step.Old != nil && generators.IsOurs(step.Old.Content) }

// findSums finds out which files confirmed transactions wrote, which is root's alone
// to know. Looking makes no directory for the transactions of a host that has none,
// and what is wrong with that directory apply tells.
func (a *app) findSums(l *live) {
	if _, err := os.Stat(filepath.Join(a.env.Root, stateDir)); !a.env.Privileged || err != nil {
		return
	}
	_ = a.withStore(func(s *checkpoint.Store) error {
		l.sums = writtenSums(s)
		return nil
	})
}

// writtenSums gives the checksum of each file as the newest confirmed transaction
// wrote it, empty for none, and for one that another left in doubt. Of a history
// that cannot be read nothing is said.
func writtenSums(s *checkpoint.Store) map[string]string {
	list, err := s.List()
	if err != nil {
		return nil
	}
	written := map[string]string{}
	for _, j := range list { // the newest first
		if j.State == checkpoint.RolledBack {
			continue
		}
		t, err := s.Load(j.ID)
		if err != nil {
			return nil
		}
		sums, err := sumsOf(t)
		if err != nil {
			return nil
		}
		for path, sum := range sums {
			if j.State != checkpoint.Confirmed {
				sum.After = ""
			}
			if _, known := written[path]; !known {
				written[path] = sum.After
			}
		}
	}
	return written
}
