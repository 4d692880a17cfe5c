package monitor

import (
	"net/netip"
	"slices"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// Moment is a reading of the boot clock (CLOCK_BOOTTIME), in nanoseconds. 0 is
// never: nothing of ours runs when a machine starts.
type Moment int64

// Add gives the moment some time later.
func (m Moment) Add(d time.Duration) Moment { return m + Moment(d) }

// Sub gives the time since another moment.
func (m Moment) Sub(earlier Moment) time.Duration { return time.Duration(m - earlier) }

// State is all that is known of one fallback in one family. It goes to disk as
// JSON and holds over restarts; a zero State knows nothing.
type State struct {
	// Boot is the kernel's boot_id: moments of another boot mean nothing.
	Boot string `json:"boot"`
	// Now is when the last input came in.
	Now Moment `json:"now"`
	// Active is the route that carries traffic, since when, and whether handlers
	// were told.
	Active    string `json:"active"`
	Since     Moment `json:"since"`
	Announced bool   `json:"announced"`
	// Order is how the kernel shall prefer the routes.
	Order []string `json:"order"`
	// Pin is the route that a person has chosen, empty for none.
	Pin string `json:"pin,omitzero"`
	// Doubt is since when the active route is in doubt, 0 where it is not.
	Doubt Moment `json:"doubt,omitzero"`
	// AllDown is set while no route passes.
	AllDown bool `json:"all_down,omitzero"`
	// Stalled is until when this machine had stood still.
	Stalled Moment `json:"stalled,omitzero"`
	// Activating is the route that is being brought up, empty for none, and Until
	// when it must pass.
	Activating string `json:"activating,omitzero"`
	Until      Moment `json:"until,omitzero"`
	// Dead are the targets that are dead on any route.
	Dead []string `json:"dead,omitzero"`
	// Routes are in the order of the settings.
	Routes []RouteState `json:"routes"`
	// Last is the last decision, nil before the first.
	Last *Decision `json:"last,omitzero"`
}

// Standing is one fallback in one family as it stands.
type Standing struct {
	Settings Settings
	State    State
}

// RouteState is what is known of one route.
type RouteState struct {
	Name string `json:"name"`
	// Link and Gateway are what the settings had when it was judged: another path
	// is judged anew.
	Link    string `json:"link"`
	Gateway string `json:"gateway"`
	Path    Path   `json:"path"`
	// PathSince is since when the path is as it is: answers asked for before it
	// are another path's.
	PathSince Moment `json:"path_since,omitzero"`
	// Status is as of the last input.
	Status Status `json:"status"`
	// UsableSince is since when the route can carry traffic, 0 where it cannot. It
	// holds while checks that are new in the document are not judged yet.
	UsableSince Moment `json:"usable_since,omitzero"`
	// Flaps is how often it has failed, less what time has forgiven, the last time
	// at FlappedAt.
	Flaps     int    `json:"flaps,omitzero"`
	FlappedAt Moment `json:"flapped_at,omitzero"`
	Flapping  bool   `json:"flapping,omitzero"`
	// Hurry is until when the route is asked at the faster pace.
	Hurry Moment `json:"hurry,omitzero"`
	// SetUp is set from when handlers were told setup to when they were told teardown.
	SetUp bool `json:"set_up,omitzero"`
	// WasSetUp is that from an earlier boot, until it is known which route carries.
	WasSetUp bool `json:"was_set_up,omitzero"`
	// Tries is how often bringing it up came to nothing, and NotBefore when it is
	// tried again.
	Tries     int    `json:"tries,omitzero"`
	NotBefore Moment `json:"not_before,omitzero"`
	// Dead are the targets that answer over no route while others answer over this one.
	Dead []string `json:"dead,omitzero"`
	// Checks are in the order of the settings.
	Checks []Tally `json:"checks"`
}

// Path is what the kernel says of a route's link in the family.
type Path struct {
	// Told is set once anything is known.
	Told bool `json:"told,omitzero"`
	// Index is the link's, another where it was made anew; 0 where there is none.
	Index   int  `json:"index,omitzero"`
	Carrier bool `json:"carrier,omitzero"`
	// Addressed is set where the link has an address that is ready for use.
	Addressed bool `json:"addressed,omitzero"`
	// Gateway is the next hop in use, invalid where none is known or needed.
	Gateway netip.Addr `json:"gateway,omitzero"`
}

// Lacks says what a path lacks for the gateway described, empty for nothing.
func (p Path) Lacks(gateway schema.Gateway) string {
	switch {
	case !p.Told:
		return "nothing known yet"
	case p.Index == 0:
		return "no link"
	case !p.Carrier:
		return "no carrier"
	case !p.Addressed:
		return "no address"
	case gateway.Kind == schema.GatewayAuto && !p.Gateway.IsValid():
		return "no gateway"
	}
	return ""
}

// clone copies what a step changes in place.
func (s *State) clone() State {
	c := *s
	c.Order, c.Dead, c.Routes = slices.Clone(s.Order), slices.Clone(s.Dead), slices.Clone(s.Routes)
	for i := range c.Routes {
		c.Routes[i].Dead, c.Routes[i].Checks = slices.Clone(c.Routes[i].Dead), slices.Clone(c.Routes[i].Checks)
		for j := range c.Routes[i].Checks {
			t := &c.Routes[i].Checks[j]
			t.Answers, t.Window = slices.Clone(t.Answers), slices.Clone(t.Window)
		}
	}
	return c
}

// adopt makes the state one of the settings: routes and checks that are still
// there keep what is known of them, in whatever order they now stand.
func (s *State) adopt(settings *Settings) {
	old := s.Routes
	s.Routes = make([]RouteState, len(settings.Routes))
	for i := range settings.Routes {
		set := &settings.Routes[i]
		fresh := RouteState{Name: set.Name, Link: set.Link, Gateway: set.Gateway.String(), Status: Unknown}
		for _, r := range old {
			if r.Name == fresh.Name && r.Link == fresh.Link && r.Gateway == fresh.Gateway {
				fresh = r
			}
		}
		fresh.Checks = adoptChecks(fresh.Checks, set.Checks)
		s.Routes[i] = fresh
	}
	there := func(name string) bool {
		return slices.ContainsFunc(s.Routes, func(r RouteState) bool { return r.Name == name })
	}
	s.Order = slices.DeleteFunc(s.Order, func(name string) bool { return !there(name) })
	if !there(s.Active) {
		s.Active, s.Announced = "", false
	}
	if !there(s.Activating) {
		s.Activating, s.Until = "", 0
	}
	if !there(s.Pin) {
		s.Pin = ""
	}
}

func adoptChecks(old []Tally, set []Check) []Tally {
	checks := make([]Tally, len(set))
	for i, c := range set {
		checks[i] = Tally{Check: c.Name, Verdict: Unjudged}
		if j := slices.IndexFunc(old, func(t Tally) bool { return t.Check == c.Name }); j >= 0 {
			checks[i] = old[j]
		}
	}
	return checks
}
