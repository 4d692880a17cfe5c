package monitor

import (
	"strings"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// Forecast is how long things take at most for one fallback in one family, and
// what probing costs. It follows from the document alone.
type Forecast struct {
	Fallback string
	Family   schema.Family
	// ByHand is set where traffic does not return by itself.
	ByHand bool
	Routes []RouteForecast
}

// RouteForecast is that of one route.
type RouteForecast struct {
	Route string
	// Verified is set where the route has checks. Without any, only the loss of its
	// link is noticed, and Noticed and Moved are 0.
	Verified bool
	// Noticed is the longest time from the death of a path behind a live link until
	// its route is bad.
	Noticed time.Duration
	// Moved is the longest time from the death of the active route's path until Next
	// carries, if Next passes. Next is empty where there is no other route.
	Moved time.Duration
	Next  string
	// Activation is how long it may take beyond that to bring up Next, 0 where that
	// is not needed.
	Activation time.Duration
	// Returned is the longest time from the repair of the path until traffic is back,
	// where the route failed once. It is 0 for the last, to which traffic never returns.
	Returned time.Duration
	// Carrying and StandingBy are the bytes of IP packets both ways that its checks
	// cost in 30 days. Programs that are run as checks are not counted; Programs is
	// set where there are some.
	Carrying, StandingBy int64
	Programs             bool
}

// month is the time for which traffic is told.
const month = 30 * 24 * time.Hour

// Forecast tells how long things take at most, and what probing costs.
func (s *Settings) Forecast() Forecast {
	f := Forecast{Fallback: s.Fallback, Family: s.Family, ByHand: s.ByHand}
	for i := range s.Routes {
		f.Routes = append(f.Routes, s.forecast(i))
	}
	return f
}

func (s *Settings) forecast(i int) RouteForecast {
	r := &s.Routes[i]
	f := RouteForecast{Route: r.Name, Verified: len(r.Checks) > 0, Noticed: r.noticed()}
	if i < len(s.Routes)-1 {
		f.Returned = r.returned(s.MinGood)
	}
	if next := s.after(i); next != nil {
		f.Next = next.Name
		if next.BroughtUp {
			f.Activation = next.ActivateWithin
		}
		if f.Verified {
			f.Moved = max(f.Noticed, r.doubted()+next.proven())
		}
	}
	for j := range r.Checks {
		c := &r.Checks[j]
		f.Programs = f.Programs || c.Verifier.Kind.Value == "exec"
		f.Carrying += c.cost(s.Family) * int64(month/max(c.Interval, time.Millisecond))
		f.StandingBy += c.cost(s.Family) * int64(month/max(c.Standby, time.Millisecond))
	}
	return f
}

// after is the route that traffic takes when one has failed and those before it
// are bad already; after the last it is the first. It is nil where there is no other.
func (s *Settings) after(i int) *Route {
	if len(s.Routes) == 1 {
		return nil
	}
	return &s.Routes[(i+1)%len(s.Routes)]
}

// spacing is the time between two checks in doubt, each of which is missed.
func (c *Check) spacing() time.Duration { return max(c.Suspect, c.Timeout) }

// noticed is until the first check has failed: the path dies as the last answer
// arrives, and each check after that is missed.
func (r *Route) noticed() time.Duration {
	return least(r.Checks, func(c *Check) time.Duration {
		return c.Interval + time.Duration(c.Fall-1)*c.spacing() + c.Timeout
	})
}

// doubted is until the first miss, when the other routes are asked.
func (r *Route) doubted() time.Duration {
	return least(r.Checks, func(c *Check) time.Duration { return c.Interval + c.Timeout })
}

// proven is until a route that passes has shown it: a check that was under way ends,
// and one that begins then.
func (r *Route) proven() time.Duration {
	return most(r.Checks, func(c *Check) time.Duration { return 2 * c.Timeout })
}

// judged is until a route that is asked at once has passed for long enough or failed:
// checks that were under way end, and of those that begin then enough are missed.
func (r *Route) judged() time.Duration {
	return settling + most(r.Checks, func(c *Check) time.Duration {
		return 2*c.Timeout + time.Duration(c.Fall-1)*c.spacing()
	})
}

// returned is until all checks of a standby have passed often enough, and for long
// enough.
func (r *Route) returned(minGood time.Duration) time.Duration {
	return max(minGood, doubled(settling, 1)) + most(r.Checks, func(c *Check) time.Duration {
		return c.Standby + time.Duration(c.Rise-1)*c.Suspect + c.Timeout
	})
}

func least(checks []Check, of func(*Check) time.Duration) time.Duration {
	var found time.Duration
	for i := range checks {
		if d := of(&checks[i]); i == 0 || d < found {
			found = d
		}
	}
	return found
}

func most(checks []Check, of func(*Check) time.Duration) time.Duration {
	var found time.Duration
	for i := range checks {
		found = max(found, of(&checks[i]))
	}
	return found
}

// What one question and its answer cost, in bytes of IP packets over IPv4, and how
// many packets that are, each of which has 20 bytes more over IPv6. An echo has 26
// bytes of data. Opening and closing a connection takes four packets one way and
// three the other. A page is fetched over a connection of its own; certificates
// are most of what TLS costs, and the page itself comes on top.
var costs = map[string]struct{ bytes, packets int64 }{
	"icmp":  {2 * (20 + 8 + 26), 2},
	"tcp":   {2*60 + 5*52, 7},
	"dns":   {160, 2},
	"http":  {1200, 10},
	"https": {6000, 16},
}

// cost is what one check of all its targets costs, in bytes.
func (c *Check) cost(family schema.Family) int64 {
	var sum int64
	for _, target := range c.Verifier.Targets.Values() {
		cost := costs[c.protocol(target)]
		sum += cost.bytes
		if family == schema.IPv6 {
			sum += 20 * cost.packets
		}
	}
	return sum
}

// protocol is that by which a target is asked.
func (c *Check) protocol(target string) string {
	if strings.HasPrefix(target, "https://") {
		return "https"
	}
	return c.Verifier.Kind.Value
}
