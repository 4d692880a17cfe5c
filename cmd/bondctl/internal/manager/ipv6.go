package manager

import (
	"maps"
	"slices"
	"strconv"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// configurer is a manager that has the kernel configure IPv6 on links, and tells how.
type configurer interface {
	// ipv6 tells that of a document's links; what it does not say of one stays. A link
	// that is not named is somebody else's to configure.
	ipv6(doc *schema.Document) map[string]kernel.IPv6
	// usual is how the kernel configures it on a new link.
	usual() kernel.IPv6
}

// IPv6 tells how a manager has the kernel configure IPv6 on the links of a document
// when it brings them up; nil where it does that by itself. What an earlier document
// said and this one does not, and what another manager has changed of the links taken
// from it, is as it is on a new link.
func IPv6(m Leader, doc, earlier *schema.Document, taken []string) map[string]kernel.IPv6 {
	c, ok := m.(configurer)
	if !ok {
		return nil
	}
	wanted, said := c.ipv6(doc), c.ipv6(earlier)
	for link, want := range wanted {
		changed := said[link]
		if slices.Contains(taken, link) {
			changed = daemonsChange
		}
		wanted[link] = withUsual(want, c.usual(), changed)
	}
	return wanted
}

// daemonsChange is what daemons change on their links, for they configure IPv6 by
// themselves.
var daemonsChange = kernel.IPv6{kernel.AcceptRA: 0, kernel.Autoconf: 0, kernel.DisableIPv6: 0}

// withUsual adds the usual value of those settings that were changed and that nobody says.
func withUsual(want, usual, changed kernel.IPv6) kernel.IPv6 {
	all := kernel.IPv6{}
	for setting := range changed {
		if value, ok := usual[setting]; ok {
			all[setting] = value
		}
	}
	maps.Copy(all, want)
	return all
}

// IPv6Before tells the same of the state that [Manager.Remember] gave.
func IPv6Before(m Leader, remembered []byte) map[string]kernel.IPv6 {
	if _, ok := m.(configurer); !ok {
		return nil
	}
	known, _ := recall(remembered) // Restore will say so
	links := map[string]kernel.IPv6{}
	for link, settings := range known.Autoconf {
		links[link] = settings.ipv6()
	}
	return links
}

// ipv6 gives those that requests to the kernel have.
func (a autoconf) ipv6() kernel.IPv6 {
	settings := kernel.IPv6{}
	for name, text := range a {
		if value, err := strconv.ParseUint(text, 10, 32); err == nil && name != addressMode {
			settings[name] = uint32(value)
		}
	}
	return settings
}

// usual implements [configurer].
func (s *scripted) usual() kernel.IPv6 { return s.stations.host.autoconf(usualLink).ipv6() }

// ipv6 implements [configurer]. Where dhcpcd leases, it configures IPv6 too.
func (s *scripted) ipv6(doc *schema.Document) map[string]kernel.IPv6 {
	links := map[string]kernel.IPv6{}
	first, ok := s.clients.first(schema.IPv4)
	for link, n := range networks(doc.Static()) {
		if leased := n.IPv4 != nil && n.IPv4.DHCP.Or(false); !leased || !ok || first.ended == nil {
			links[link] = s.configures(n)
		}
	}
	return links
}

// stanzasConfigure is how ifupdown 0.8 configures IPv6 by the stanzas that are made of a
// network: the methods static and auto say autoconf, dhcp does not (inet6.defn).
func stanzasConfigure(n schema.Network) kernel.IPv6 {
	ip := n.IPv6
	switch {
	case n.Unaddressed():
		return kernel.IPv6{kernel.DisableIPv6: 1}
	case ip == nil:
		return nil
	}
	const evenWhenForwarding = 2
	says := kernel.IPv6{kernel.AcceptRA: 0}
	if ip.AcceptsRA() {
		says[kernel.AcceptRA] = evenWhenForwarding
	}
	switch static := len(ip.Addresses.Values()) > 0; {
	case static:
		says[kernel.Autoconf] = oneIf[ip.AcceptsRA()]
	case !ip.DHCP.Or(false):
		says[kernel.Autoconf] = 1
	}
	if metric := ip.Metric.Or(0); metric > 0 && !ip.Gateway.Known() {
		says[kernel.AdvertisedMetric] = uint32(metric) //nolint:gosec // validated
	}
	return says
}

// ifcfgConfigures is how network-scripts do by an ifcfg file (ifup-ipv6 of initscripts 10).
func ifcfgConfigures(n schema.Network) kernel.IPv6 {
	if n.IPv6 == nil && !n.Unaddressed() {
		return nil
	}
	heeds := oneIf[n.IPv6 != nil && n.IPv6.AcceptsRA()]
	return kernel.IPv6{kernel.AcceptRA: heeds, kernel.Autoconf: heeds}
}

// oneIf is what the kernel takes for yes, and 0 for no.
var oneIf = map[bool]uint32{true: 1}
