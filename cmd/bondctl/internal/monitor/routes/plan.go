package routes

import (
	"errors"
	"fmt"
	"slices"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Kernel is what changes routes and rules.
type Kernel interface {
	ReplaceRoute(kernel.Route) error
	RemoveRoute(kernel.Route) error
	kernel.Rules
}

// Change is one change of a route or of a rule: that of the two which is set.
type Change struct {
	Route *kernel.Route
	Rule  *kernel.Rule
	// Remove takes it away.
	Remove bool
}

// String tells the change in the manner of ip(8).
func (c Change) String() string {
	verb := "add"
	if c.Remove {
		verb = "remove"
	}
	if c.Rule != nil {
		return fmt.Sprintf("%s rule %s", verb, ruleText(c.Rule))
	}
	return fmt.Sprintf("%s route %s", verb, routeText(c.Route))
}

func ruleText(r *kernel.Rule) string {
	text := fmt.Sprintf("%d:", r.Priority)
	if r.From.IsValid() {
		text += " from " + r.From.Addr().String()
	}
	if r.Outgoing != "" {
		text += " oif " + r.Outgoing
	}
	if r.Mark != 0 {
		text += fmt.Sprintf(" fwmark %#x", r.Mark)
	}
	text += fmt.Sprintf(" lookup %d", r.Table)
	if r.ButDefault {
		text += " suppress_prefixlength 0"
	}
	return text
}

func routeText(r *kernel.Route) string {
	text := "default"
	if r.Via.IsValid() {
		text += " via " + r.Via.String()
	}
	return fmt.Sprintf("%s dev %s table %d metric %d", text, r.Link, r.Table, r.Metric)
}

// Plan gives the changes from what the kernel has to what is wanted, in the order in
// which they are safe: our tables first, then the rules that lead there, the main
// table from its best route on, the host's own routes behind it, and then what is left
// over.
func Plan(want Wanted, now *kernel.State) []Change {
	var changes []Change
	changes = append(changes, missingRoutes(want.Own, now)...)
	for i, r := range want.Rules {
		if !slices.ContainsFunc(now.Rules, func(o kernel.Rule) bool { return sameRule(o, r) }) {
			changes = append(changes, Change{Rule: &want.Rules[i]})
		}
	}
	changes = append(changes, missingRoutes(want.Main, now)...)
	for i := range want.Moves {
		changes = append(changes, Change{Route: &want.Moves[i].To}, Change{Route: &want.Moves[i].From, Remove: true})
	}
	for i, r := range now.Rules {
		if IsOurs(r) && !slices.ContainsFunc(want.Rules, func(o kernel.Rule) bool { return sameRule(o, r) }) {
			changes = append(changes, Change{Rule: &now.Rules[i], Remove: true})
		}
	}
	wanted := slices.Concat(want.Own, want.Main)
	for i, r := range now.Routes {
		if r.Protocol == protocol && !slices.ContainsFunc(wanted, func(o kernel.Route) bool { return sameSlot(o, r) }) {
			changes = append(changes, Change{Route: &now.Routes[i], Remove: true})
		}
	}
	return changes
}

func missingRoutes(wanted []kernel.Route, now *kernel.State) []Change {
	var changes []Change
	for i, r := range wanted {
		if !slices.ContainsFunc(now.Routes, func(o kernel.Route) bool { return sameRoute(o, r) }) {
			changes = append(changes, Change{Route: &wanted[i]})
		}
	}
	return changes
}

// Apply makes the changes. It goes on after an error, for the next reading of the
// tables finds what is left.
func Apply(k Kernel, changes []Change) error {
	var failed error
	for _, c := range changes {
		failed = errors.Join(failed, c.Apply(k))
	}
	return failed
}

// Apply makes the change. What is there already, or gone already, is well: links and
// addresses take their routes with them.
func (c Change) Apply(k Kernel) error {
	if err := c.apply(k); err != nil && !settled(err) {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

// IsOver tells whether the change is of a route over a link.
func (c Change) IsOver(link string) bool { return c.Route != nil && c.Route.Link == link }

func settled(err error) bool {
	return errors.Is(err, syscall.EEXIST) || errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.ENOENT)
}

func (c Change) apply(k Kernel) error {
	switch {
	case c.Rule != nil && c.Remove:
		return k.RemoveRule(*c.Rule)
	case c.Rule != nil:
		return k.AddRule(*c.Rule)
	case c.Remove:
		return k.RemoveRoute(*c.Route)
	}
	return k.ReplaceRoute(*c.Route)
}
