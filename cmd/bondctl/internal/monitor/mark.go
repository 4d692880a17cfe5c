package monitor

import (
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// firstMark is that of the first path that needs one. It has no bit of those that
// Kubernetes (0xc000), mwan3 (0x3f00) and Tailscale (0xff0000) give packets.
const firstMark = 0x1b00_0000

// path is a way out that one router leads: fallbacks may have it in common.
type path struct {
	link    string
	gateway schema.Gateway
}

// markPaths gives each path a mark whose link other paths lead over too.
func markPaths(all []Settings) {
	var paths []path
	each(all, func(r *Route) {
		if p := r.leads(); !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	})
	each(all, func(r *Route) {
		if slices.ContainsFunc(paths, func(p path) bool { return p.link == r.Link && p != r.leads() }) {
			r.Mark = firstMark + uint32(slices.Index(paths, r.leads())) //nolint:gosec // as many as a document has routes
		}
	})
}

func (r *Route) leads() path { return path{r.Link, r.Gateway} }

func each(all []Settings, do func(*Route)) {
	for i := range all {
		for j := range all[i].Routes {
			do(&all[i].Routes[j])
		}
	}
}
