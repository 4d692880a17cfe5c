package monitor

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// Settings are one fallback of a document in one family.
type Settings struct {
	Fallback string
	Family   schema.Family
	// ByHand is set where traffic returns to a better route only when a person
	// says so, or has said so by choosing it.
	ByHand bool
	// MinGood is how long a better route must be good before traffic returns to it.
	MinGood time.Duration
	// Routes are in the order of the document, the best first.
	Routes []Route
}

// Route is one way out.
type Route struct {
	Name    string
	Link    string
	Gateway schema.Gateway
	// Mark is that of the packets (SO_MARK, socket(7)) that go by this gateway alone, where
	// other routes over the link have others; 0 where the link is enough.
	Mark uint32
	// BroughtUp is set where a handler does the work that the link needs before it
	// carries, when it is told setup.
	BroughtUp bool
	// ActivateWithin is how long that may take.
	ActivateWithin time.Duration
	Checks         []Check
}

// Check is one verify block, with those of its targets that are of the family.
type Check struct {
	// Name tells the check from the others of its route, whatever its thresholds are.
	Name string
	// Verifier is the block itself, for whoever asks.
	Verifier *schema.Verifier
	schema.Pace
	// Phase is where in each interval of the boot clock it is asked, in 2^64ths of the
	// interval.
	Phase uint64
	// MaxLoss in percent, 0 for no limit, and MaxLatency, 0 for none, are judged
	// within Window.
	MaxLoss            int
	MaxLatency, Window time.Duration
}

// Read gives the settings of each fallback of a valid document, in each family in
// which one of its routes is a way out. The name of a verifier is for its reader.
func Read(doc *schema.Document, name func(*schema.Verifier) string) []Settings {
	var all []Settings
	for _, fallback := range doc.Fallbacks {
		for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
			s := Settings{
				Fallback: fallback.Name.Value, Family: family,
				ByHand: fallback.FailBack.Or(schema.FailBackAuto) == schema.FailBackManual, MinGood: fallback.GoodFor(),
			}
			for _, route := range fallback.Routes {
				if leads(doc, route, family) {
					s.Routes = append(s.Routes, readRoute(route, family, name))
				}
			}
			if len(s.Routes) > 0 {
				all = append(all, s)
			}
		}
	}
	markPaths(all)
	spread(all)
	return all
}

func leads(doc *schema.Document, route *schema.FallbackRoute, family schema.Family) bool {
	return slices.Contains(doc.FamiliesOf(route), family)
}

func readRoute(route *schema.FallbackRoute, family schema.Family, name func(*schema.Verifier) string) Route {
	r := Route{
		Name: route.Name.Value, Link: route.Interface.Value, Gateway: route.Gateway.Value,
		BroughtUp: route.BringsUp(), ActivateWithin: route.ActivateWithin(),
	}
	taken := map[string]int{}
	for _, v := range route.Verifiers {
		own, ok := ofFamily(v, family)
		if !ok {
			continue
		}
		c := Check{
			Name: name(own), Verifier: own, Pace: v.Pace(),
			MaxLoss: v.MaxLoss.Or(0), MaxLatency: v.MaxLatency.Or(0), Window: v.Window.Or(0),
		}
		if taken[c.Name]++; taken[c.Name] > 1 {
			c.Name = fmt.Sprintf("%s (%d)", c.Name, taken[c.Name])
		}
		own.Timeout = schema.Given(c.Timeout)
		r.Checks = append(r.Checks, c)
	}
	return r
}

// ofFamily gives a verifier with the targets that can be reached in a family;
// false where it has none. A name may be reached in both.
func ofFamily(v *schema.Verifier, family schema.Family) (*schema.Verifier, bool) {
	own := *v
	if v.Kind.Value == "exec" {
		return &own, true
	}
	own.Targets.Items = nil
	for _, item := range v.Targets.Items {
		if addr, ok := literal(v.Kind.Value, item.Value); !ok || schema.FamilyOf(addr) == family {
			own.Targets.Items = append(own.Targets.Items, item)
		}
	}
	return &own, len(own.Targets.Items) > 0
}

// literal gives the address that a target is, and false for one that has a name.
func literal(kind, target string) (netip.Addr, bool) {
	if kind == "http" {
		u, err := url.Parse(target)
		if err != nil {
			return netip.Addr{}, false
		}
		target = u.Hostname()
	}
	addr, err := netip.ParseAddr(target)
	return addr.Unmap(), err == nil
}

// needed is how many of the targets counted must answer: one, where the document
// does not say.
func (c *Check) needed(counted int) int {
	switch required := c.Verifier.Require.Or(schema.RequireAny); required {
	case schema.RequireAny:
		return 1
	case schema.RequireAll:
		return counted
	default:
		number, err := strconv.Atoi(required)
		if err != nil {
			return counted
		}
		return min(number, counted)
	}
}
