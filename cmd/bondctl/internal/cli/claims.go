package cli

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
)

// claims says which other configuration is for the links of the plan.
func (l *live) claims() []string {
	ours := func(file string) bool {
		return slices.ContainsFunc(l.facts.Files, func(f generators.File) bool { return f.Path == file && generators.IsOurs(f.Content) })
	}
	var said []string
	for _, c := range manager.Claims(l.facts, namesOfLinks(plan.Desired(l.doc)), ours) {
		if l.counts(c) {
			said = append(said, fmt.Sprintf("%s: %s:%d: %s (%s)", c.Link, c.Path, c.Line, c.Text, c.Owner))
		}
	}
	return said
}

// counts tells whether a claim would come true: whose it is would have something
// left to do, or to refuse, for the link to be let go. A file may name a link, or
// stand for it by a pattern, and yet come behind another one.
func (l *live) counts(c manager.Claim) bool {
	return !slices.Contains(l.asked, c.Backend) ||
		slices.ContainsFunc(l.takeovers, func(t takeover) bool { return t.backend.Name == c.Backend && slices.Contains(t.edit.Links, c.Link) }) ||
		slices.ContainsFunc(l.untakeable, func(d *hcl.Diagnostic) bool { return d.Subject.Filename == c.Path })
}
