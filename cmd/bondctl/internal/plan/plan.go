package plan

import "slices"

// Plan is all that an apply would do to a live host.
type Plan struct {
	Files Files
	// Unseen is set where files could not be read, and Files has none.
	Unseen bool
	// Links are the changes of the running kernel, in their order.
	Links []Change
	// Drift is what would lead the kernel back to what bondctl's own files
	// say: the differences that somebody else has made.
	Drift []Change
	// Obstacles keep the kernel from what those files say: somebody has taken a
	// link for something else, or away.
	Obstacles []Problem
	// Edited are the paths of bondctl's own files that somebody has changed since
	// it applied them: then no drift can be told from them.
	Edited []string
	// Foreign are the bonds of somebody else that would be changed.
	Foreign []string
	// Path are the links that carry the session of whoever asks, empty for a
	// session that no link carries.
	Path []string
	// Diverted are the links beside it that the way to where the session comes
	// from may lead over afterwards.
	Diverted []string
}

// IsEmpty tells whether there is nothing to do.
func (p Plan) IsEmpty() bool { return len(p.Files.Changing()) == 0 && len(p.Links) == 0 }

// Touched lists those links of the session's path that the plan changes, in
// the order of the path. One that loses a route is changed too.
func (p Plan) Touched() []string {
	return slices.DeleteFunc(slices.Clone(p.Path), func(link string) bool {
		return !touches(p.Links, link) && !slices.Contains(losers(p.Links), link)
	})
}

// Equal tells whether two plans lead the same way from the same ground.
func (p Plan) Equal(q Plan) bool {
	return p.Files.Equal(q.Files) && slices.EqualFunc(p.Links, q.Links, func(a, b Change) bool { return a.String() == b.String() })
}
