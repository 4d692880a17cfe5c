package networkd

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// linkPolicy is what a .link file says of the addresses of links: the first
// that matches a link holds (systemd.link(5)).
type linkPolicy struct {
	match  match
	policy schema.Attr[string]
}

// naming are the entries of .link files that name links or describe them; a
// document takes the names that links have.
var naming = []string{"NamePolicy", "AlternativeNamesPolicy", "Description"}

// readLink reads a .link file.
func (r *reader) readLink(u *unit) {
	p := &linkPolicy{}
	p.match, _ = u.matchOf()
	_, rest := parted(u.sections, "Match")
	for _, section := range rest {
		for _, e := range section.Entries {
			switch {
			case e.Key == "MACAddressPolicy":
				p.policy = schema.Attr[string]{Value: e.Value, Set: true, Range: generators.Line(section.path, e.Line)}
			case !slices.Contains(naming, e.Key) && !strings.HasPrefix(e.Key, "X-"):
				r.report.NotUnderstood(section.path, e.Line, "A document has nothing like "+e.Key+"= of .link files.")
			}
		}
	}
	r.policies = append(r.policies, p)
}
