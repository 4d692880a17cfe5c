package plan

import (
	"fmt"
	"path"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Change is one change of a running link.
type Change struct {
	Verb Verb
	// Link is what is changed.
	Link string
	// On is the bond of a slave, or the parent of a VLAN.
	On string
	// VLAN is the id of a new VLAN, MTU in bytes.
	VLAN, MTU int
	MAC       schema.MAC
	// IPv6 is how the kernel is to configure it.
	IPv6 kernel.IPv6
	// Settings are those to set, Was those of the same options before, as far
	// as the driver told them.
	Settings, Was schema.Settings
	Address       kernel.Address
	Route         kernel.Route
	// Instead are the routes of other links whose place the route takes.
	Instead []kernel.Route
	// Effect is what traffic notices, and Why the reason where there is one to give.
	Effect Effect
	Why    string
	// By names the manager that makes the change, empty for bondctl itself by
	// a request to the kernel.
	By string
	// Files are the profiles that the manager reads or forgets, or the unit that ends.
	Files []string
	// Links are those that a manager lets go, or takes on.
	Links []string
	// Words are the command line of a program that the manager runs for the link.
	Words []string
	// Moves is set where an address that a manager gives the link is another
	// link's until later: it must not be probed for.
	Moves bool
}

// Verb is what a change does. Each stands for one request to the kernel, up to
// AwaitCarrier; the rest is for a manager that leads.
type Verb uint8

// The changes that a plan knows.
const (
	MakeBond Verb = iota
	MakeVLAN
	Delete
	Up
	Down
	SetMTU
	SetMAC
	SetIPv6
	SetBond
	SetSlave
	Enslave
	Release
	AddAddress
	RemoveAddress
	AddRoute
	RemoveRoute
	AwaitCarrier // changes nothing, and waits until the link can carry traffic
	Read         // have the manager read profiles that are new or changed
	Activate     // have it bring the link up by its profile, anew where it is up
	Reapply      // have it take over what changed in the profile of a link that is up
	Forget       // have it forget a profile whose file is gone, and the link with it where one is named
	Lease        // have a DHCP client lease addresses for the link, a new one where one runs
	EndLease     // have that client end
	LetGo        // have a manager leave links as they are, which another has from now on
	Manage       // have it care for the links from now on
	Assume       // have it start anew, and take the links as they are by their profiles
	EndProgram   // have a program end that ran for the link, as another manager does from now on
)

// String is the name of the verb in JSON.
func (v Verb) String() string {
	return [...]string{
		"make-bond", "make-vlan", "delete", "up", "down", "set-mtu", "set-mac", "set-ipv6", "set-bond", "set-slave", "enslave", "release",
		"add-address", "remove-address", "add-route", "remove-route", "await-carrier",
		"read-profiles", "activate", "reapply", "forget-profile", "lease", "end-lease", "let-go", "manage", "assume", "end-program",
	}[v]
}

// String says what the change does, as a person would.
func (c Change) String() string {
	switch c.Verb { //nolint:exhaustive // byManager has the rest
	case MakeBond:
		return strings.TrimRight(fmt.Sprintf("make bond %s %s", c.Link, c.values()), " ")
	case MakeVLAN:
		return fmt.Sprintf("make VLAN %s with id %d on %s", c.Link, c.VLAN, c.On)
	case Delete:
		return "delete " + c.Link
	case Up, Down:
		return fmt.Sprintf("set %s %s", c.Link, c.Verb)
	case SetMTU:
		return fmt.Sprintf("set the MTU of %s to %d", c.Link, c.MTU)
	case SetMAC:
		return fmt.Sprintf("set the address of %s to %s", c.Link, c.MAC)
	case SetIPv6:
		return fmt.Sprintf("%s (%s)", c.configuring(), c.IPv6)
	case SetBond, SetSlave:
		return fmt.Sprintf("set %s of %s", c.values(), c.Link)
	case Enslave:
		return fmt.Sprintf("enslave %s to %s", c.Link, c.On)
	case Release:
		return fmt.Sprintf("release %s from %s", c.Link, c.On)
	case AddAddress:
		return fmt.Sprintf("add address %s to %s", c.Address.Prefix, c.Link)
	case RemoveAddress:
		return fmt.Sprintf("remove address %s from %s", c.Address.Prefix, c.Link)
	case AddRoute:
		return "set the route " + routeText(c.Route) + c.insteadOf()
	case RemoveRoute:
		return "remove the route " + routeText(c.Route)
	case AwaitCarrier:
		return fmt.Sprintf("wait until %s has carrier", c.Link)
	}
	return c.byManager()
}

// configuring says what is new about IPv6 on the link.
func (c Change) configuring() string {
	accepts, says := c.IPv6[kernel.AcceptRA]
	disabled, switches := c.IPv6[kernel.DisableIPv6]
	switch {
	case disabled != 0:
		return "switch IPv6 off on " + c.Link
	case accepts != 0:
		return fmt.Sprintf("have %s heed router advertisements", c.Link)
	case says:
		return fmt.Sprintf("have %s ignore router advertisements", c.Link)
	case switches:
		return fmt.Sprintf("have %s speak IPv6 again", c.Link)
	}
	return "configure IPv6 anew on " + c.Link
}

// byManager says what a manager does.
func (c Change) byManager() string {
	switch c.Verb { //nolint:exhaustive // String has the requests to the kernel
	case Read:
		return fmt.Sprintf("have %s read %s", c.By, c.fileNames())
	case Activate:
		return strings.TrimSuffix(fmt.Sprintf("have %s activate %s (%s)", c.By, c.Link, c.values()), " (the options of the mode)")
	case Reapply:
		return fmt.Sprintf("have %s take up the new profile of %s", c.By, c.Link)
	case Forget:
		switch {
		case c.Link == "":
			return fmt.Sprintf("have %s forget %s", c.By, c.fileNames())
		case len(c.Files) == 0:
			return fmt.Sprintf("have %s give up %s", c.By, c.Link)
		}
		return fmt.Sprintf("have %s forget %s, and give up %s", c.By, c.fileNames(), c.Link)
	case Lease:
		return fmt.Sprintf("have %s lease an address for %s", c.By, c.Link)
	case EndLease:
		return fmt.Sprintf("have %s give up %s", c.By, c.Link)
	case Manage:
		return fmt.Sprintf("have %s care for %s", c.By, strings.Join(c.Links, ", "))
	case Assume:
		return fmt.Sprintf("have %s start anew, and assume %s as they are", c.By, strings.Join(c.Links, ", "))
	case EndProgram:
		return fmt.Sprintf("have %s leave %s for good (%s)", c.By, c.Link, c.fileNames())
	case LetGo:
		return fmt.Sprintf("have %s leave %s as they are, for good", c.By, strings.Join(c.Links, ", "))
	}
	return c.Verb.String()
}

// values lists the settings: "miimon 100 -> 200, primary eth0". Those that are
// said again after a change of mode, which may have reset them, are left out.
func (c Change) values() string {
	var parts []string
	for _, s := range c.Settings {
		was, ok := c.Was.Get(s.Option.Name)
		switch {
		case !ok:
			parts = append(parts, s.Option.Name+" "+s.Value.Shown())
		case !was.Value.Equal(s.Value):
			parts = append(parts, fmt.Sprintf("%s %s -> %s", s.Option.Name, was.Value.Shown(), s.Value.Shown()))
		}
	}
	if len(parts) == 0 {
		return "the options of the mode"
	}
	return strings.Join(parts, ", ")
}

// fileNames names the files of profiles without their directory.
func (c Change) fileNames() string {
	var names []string
	for _, file := range c.Files {
		names = append(names, path.Base(file))
	}
	return strings.Join(names, ", ")
}

// insteadOf names the routes of other links that go: to the same destination, with
// the same metric.
func (c Change) insteadOf() string {
	if len(c.Instead) == 0 {
		return ""
	}
	var others []string
	for _, r := range c.Instead {
		others = append(others, "the one"+wayText(r))
	}
	return " instead of " + strings.Join(others, " and ")
}

func routeText(r kernel.Route) string {
	text := r.To.String()
	if r.To.Bits() == 0 {
		text = schema.FamilyOf(r.To.Addr()).String() + " default"
	}
	text += wayText(r)
	if r.Metric != 0 {
		text += fmt.Sprintf(" metric %d", r.Metric)
	}
	if r.InTable() != mainTable {
		text += fmt.Sprintf(" table %d", r.InTable())
	}
	return text
}

// wayText says how a route leads to its destination, with a blank first.
func wayText(r kernel.Route) string {
	text := ""
	if r.Via.IsValid() {
		text += " via " + r.Via.String()
	}
	if r.Link != "" {
		text += " on " + r.Link
	}
	return text
}

// The effects of changes, from the least interruption to the most.
const (
	InPlace   Effect = "in place"
	BondDown  Effect = "bond down"
	Recreated Effect = "recreated"
)

// Bounces is the effect on one slave, while the bond goes on over the others.
func Bounces(slave string) Effect { return Effect("bounces " + slave) }

// reroutes begins the effect of [Reroutes].
const reroutes = "reroutes "

// Reroutes is the effect on a link that is not described and loses a route to
// another: what it carried by that goes over the other one.
func Reroutes(link string) Effect { return Effect(reroutes + link) }

// Rerouted names the link of [Reroutes], and is empty for other effects.
func (e Effect) Rerouted() string {
	link, ok := strings.CutPrefix(string(e), reroutes)
	if !ok {
		return ""
	}
	return link
}

// weight orders effects.
func (e Effect) weight() int {
	switch {
	case e == None:
		return 0
	case e == InPlace:
		return 1
	case e.Rerouted() != "":
		return 2
	case e == BondDown:
		return 4
	case e == Recreated:
		return 5
	}
	return 3
}

// Worst is the strongest effect of some changes.
func Worst(changes []Change) Effect {
	worst := None
	for _, c := range changes {
		if c.Effect.weight() > worst.weight() {
			worst = c.Effect
		}
	}
	return worst
}
