package monitor

import (
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// Shared leaves out of the actions of one family what concerns the link below, for
// the states of the fallback's other families: a route is set up once for all of
// them, and torn down when the last has left it.
func Shared(actions []Action, others ...State) []Action {
	return slices.DeleteFunc(slices.Clone(actions), func(a Action) bool {
		if a.Kind != Emit || (a.Event.Name != schema.EventSetup && a.Event.Name != schema.EventTeardown) {
			return false
		}
		return slices.ContainsFunc(others, func(s State) bool { return s.hasSetUp(a.Route) })
	})
}

// hasSetUp tells whether a route was told to set up, and not to tear down since.
func (s *State) hasSetUp(route string) bool {
	return slices.ContainsFunc(s.Routes, func(r RouteState) bool { return r.Name == route && r.SetUp })
}
