package schema

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Statement is one thing that a document says about a host's links, in a
// normal form: two documents that mean the same have the same statements.
type Statement struct {
	// Path names what is stated, such as "bond/bond0/slave/wlan0/wifi/ssid".
	Path string
	// Value is the normal form, empty where the path says it all.
	Value  string
	Secret bool
	Range  hcl.Range
}

// String shows the statement, a secret masked.
func (s Statement) String() string {
	switch {
	case s.Secret:
		return s.Path + " = " + Masked
	case s.Value == "":
		return s.Path
	}
	return s.Path + " = " + s.Value
}

// Statements lists everything that the document says about links, sorted by
// path. What only bondctl itself reads (fallbacks, guard, backend) is not
// among them; see [Document.Static].
func (d *Document) Statements() []Statement {
	var s stater
	for _, b := range d.Bonds {
		s.bond(b)
	}
	for _, l := range d.Links {
		s.link(l)
	}
	slices.SortStableFunc(s.said, func(a, b Statement) int { return cmp.Compare(a.Path, b.Path) })
	return s.said
}

// stater collects statements below a path.
type stater struct{ said []Statement }

func (s *stater) say(place hcl.Range, value string, path ...string) {
	s.said = append(s.said, Statement{Path: strings.Join(path, "/"), Value: value, Range: place})
}

func (s *stater) bond(b *Bond) {
	path := "bond/" + b.Name.Value
	s.say(b.Range, "", path)
	s.settings(path, b.Settings)
	for _, slave := range b.Slaves {
		s.slave(path+"/slave/"+slave.Name.Value, slave)
	}
	s.network(path, &b.Network)
	s.vlans(path, b.Name.Value, b.VLANs)
}

func (s *stater) slave(path string, slave *Slave) {
	s.say(slave.Range, "", path)
	s.settings(path, slave.Settings)
	if slave.Wifi != nil {
		s.wifi(path+"/wifi", slave.Wifi)
	}
}

func (s *stater) link(l *Link) {
	path := string(l.Kind) + "/" + l.Name.Value
	s.say(l.Range, "", path)
	if l.Wifi != nil {
		s.wifi(path, l.Wifi)
	}
	sayFields(s, path, dialFields, l)
	s.network(path, &l.Network)
	s.vlans(path, l.Name.Value, l.VLANs)
}

func (s *stater) settings(path string, settings Settings) {
	for _, setting := range settings {
		if !setting.Bad {
			s.say(setting.NameRange, setting.Value.String(), path, setting.Option.Name)
		}
	}
}

func (s *stater) wifi(path string, w *Wifi) {
	sayFields(s, path, wifiFields, w)
	if w.EAP != nil {
		sayFields(s, path+"/eap", eapFields, w.EAP)
	}
}

func (s *stater) network(path string, n *Network) {
	sayFields(s, path, networkFields, n)
	if n.IPv4 != nil {
		s.say(n.IPv4.Range, "", path, "ipv4")
		sayFields(s, path+"/ipv4", ipFields, n.IPv4)
	}
	if n.IPv6 != nil {
		s.say(n.IPv6.Range, "", path, "ipv6")
		sayFields(s, path+"/ipv6", ipv6Fields, n.IPv6)
	}
	if n.DNS != nil {
		sayFields(s, path+"/dns", dnsFields, n.DNS)
	}
	for _, route := range n.Routes {
		s.say(route.Range, "", path, "route", route.String())
	}
}

func (s *stater) vlans(path, parent string, vlans []*VLAN) {
	for _, v := range vlans {
		below := fmt.Sprintf("%s/vlan/%d", path, v.ID.Value)
		s.say(v.Range, v.Name(parent), below)
		s.network(below, &v.Network)
	}
}

// sayFields states the rows that are set.
func sayFields[B any](s *stater, path string, rows []field[B], b *B) {
	for _, row := range rows {
		if text, place, ok := row.state(b); ok {
			s.said = append(s.said, Statement{Path: path + "/" + row.name, Value: text, Secret: row.secret, Range: place})
		}
	}
}

// String gives the route as ip-route(8) would: "10.0.0.0/8 via 192.0.2.1 metric 5".
func (r *Route) String() string {
	text := r.To.Value.Masked().String()
	if r.Gateway.Known() {
		text += " via " + r.Gateway.Value.String()
	}
	if r.Metric.Known() {
		text += fmt.Sprintf(" metric %d", r.Metric.Value)
	}
	return text
}

// Contains tells whether one of the prefixes has the address on its link.
func Contains(prefixes []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}
