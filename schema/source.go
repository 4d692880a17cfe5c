package schema

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Writing says how a document is written.
type Writing struct {
	// Heading is the lines of a comment at the top.
	Heading []string
	Notes   []Note
	// SecretFile names the file that the document reads a secret from, which is
	// never written itself. The file has the mode 0600 and holds [Secret.ForFile].
	// The path is that of the secret's statement. An empty name leaves the
	// attribute out, with a diagnostic.
	SecretFile func(path string, secret Secret) string
}

// Note is a comment above an attribute or a block.
type Note struct {
	// Path is that of a [Statement]. A note on what the document has no line for,
	// because it follows from others, stands above the block around it.
	Path string
	// Text may have several lines.
	Text string
}

// Unwritten is the Extra of a diagnostic about what a document's text does not
// have.
type Unwritten struct {
	// Path is that of the statement; what is below it is not written either.
	Path string
}

// Source writes the document as text that decodes to one with the same
// statements, formatted as by bondctl fmt. What cannot be written is left out
// and reported as an error whose Extra is an [Unwritten]; what was refused
// before, and is bad, is left out without a second report.
func (d *Document) Source(w Writing) ([]byte, hcl.Diagnostics) {
	s := &scribe{secretFile: w.SecretFile, sensitive: d.Sensitive}
	all := &element{}
	writeFields(s, all, documentFields, d)
	for _, b := range d.Bonds {
		s.bond(all, b)
	}
	for _, l := range d.Links {
		s.link(all, l)
	}
	for _, f := range d.Fallbacks {
		s.fallback(all, f)
	}
	if d.Guard != nil {
		s.guard(all, d.Guard)
	}
	all.annotate(w.Notes)
	return all.print(w.Heading), d.hush(s.diags)
}

// scribe turns the parts of a document into elements of its text.
type scribe struct {
	secretFile func(string, Secret) string
	sensitive  []Secret
	diags      hcl.Diagnostics
}

// changeIt is what helps where a value has no form in HCL.
const changeIt = "Change it where it stands, or write another into the document by hand."

// leaveOut reports what the text does not have. Its place is often a file of
// the host.
func (s *scribe) leaveOut(path string, place hcl.Range, why, remedy string) {
	s.diags = append(s.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Left out of the document",
		Detail:   fmt.Sprintf("%q %s. %s", path, why, remedy),
		Subject:  place.Ptr(),
		Extra:    Unwritten{Path: path},
	})
}

// block adds an inner block; one whose label cannot be written is reported,
// and gone with all in it.
func (s *scribe) block(in *element, path string, place hcl.Range, header ...string) *element {
	made := &element{path: path, place: place, text: header[0], block: true, gone: in.gone}
	if made.gone {
		return made
	}
	for _, label := range header[1:] {
		value, err := textCodec.back(label)
		if err != nil {
			s.leaveOut(path, place, err.Error(), changeIt)
			made.gone = true
			return made
		}
		made.text += " " + literal(value)
	}
	in.inner = append(in.inner, made)
	return made
}

// writeFields adds the attributes that are set.
func writeFields[B any](s *scribe, in *element, rows []field[B], b *B) {
	if in.gone {
		return
	}
	for _, row := range rows {
		said, ok := row.express(b)
		switch path := in.below(row.as); {
		case ok:
			s.attribute(in, row.name, path, said, row.secret)
		case row.required:
			s.leaveOut(path, in.place, "is required, and nothing has said it", "Write it into the document by hand.")
		}
	}
}

func (s *scribe) settings(in *element, settings Settings) {
	for _, setting := range settings {
		if !setting.Bad && !in.gone {
			s.attribute(in, setting.Option.Name, in.below(setting.Option.Name), setting.spoken(), false)
		}
	}
}

func (s *scribe) attribute(in *element, name, path string, said spoken, secret bool) {
	text, err := "", said.err
	if err == nil {
		text, err = s.expression(path, said.value, secret)
	}
	if err != nil {
		s.leaveOut(path, said.place, err.Error(), changeIt)
		return
	}
	in.inner = append(in.inner, &element{path: path, text: name + " = " + text})
}

func (s *scribe) bond(in *element, b *Bond) {
	e := s.block(in, "bond/"+b.Name.Value, b.Range, "bond", b.Name.Value)
	s.settings(e, b.Settings)
	writeFields(s, e, bondFields, b)
	e.section()
	for _, slave := range b.Slaves {
		s.slave(e, slave)
	}
	s.carried(e, &b.Network, b.VLANs)
}

func (s *scribe) slave(in *element, slave *Slave) {
	e := s.block(in, in.below("slave/"+slave.Name.Value), slave.Range, "slave", slave.Name.Value)
	s.settings(e, slave.Settings)
	if slave.Wifi != nil {
		s.wifi(s.block(e, e.below("wifi"), slave.Wifi.Range, "wifi"), slave.Wifi)
	}
}

func (s *scribe) link(in *element, l *Link) {
	kind := string(l.Kind)
	e := s.block(in, kind+"/"+l.Name.Value, l.Range, kind, l.Name.Value)
	if l.Kind == PPP {
		s.ppp(e, l)
		return
	}
	if l.Wifi != nil {
		s.wifi(e, l.Wifi)
	}
	writeFields(s, e, ethernetFields, l)
	s.carried(e, &l.Network, l.VLANs)
}

// ppp writes a link that pppd makes; what files have for it beyond the
// language has no effect, for pppd negotiates it.
func (s *scribe) ppp(e *element, l *Link) {
	const why, remedy = "is negotiated by pppd, and a ppp block has nothing for it", "Set it in the peer's file."
	writeFields(s, e, pppFields, l)
	for _, row := range negotiatedFields {
		if said, ok := row.express(&l.Network); ok {
			s.leaveOut(e.below(row.as), said.place, why, remedy)
		}
	}
	for _, ip := range l.blocks() {
		s.leaveOut(e.below(ip.Family.String()), ip.Range, why, remedy)
	}
	for _, v := range l.VLANs {
		s.leaveOut(e.below("vlan/"+strconv.Itoa(v.ID.Value)), v.Range, "is a VLAN on a link without Ethernet", "Remove it.")
	}
	s.carried(e, &Network{DNS: l.DNS, Routes: l.Routes}, nil)
}

func (s *scribe) wifi(e *element, w *Wifi) {
	writeFields(s, e, wifiFields, w)
	if w.EAP != nil {
		writeFields(s, s.block(e, e.below("eap"), w.EAP.Range, "eap"), eapFields, w.EAP)
	}
}

// carried writes what stands on a link: addresses, routes and VLANs.
func (s *scribe) carried(e *element, n *Network, vlans []*VLAN) {
	e.section()
	s.network(e, n)
	e.section()
	for _, v := range vlans {
		s.vlan(e, v)
	}
}

// vlan writes one, but not under another name than its own.
func (s *scribe) vlan(in *element, v *VLAN) {
	id := strconv.Itoa(v.ID.Value)
	path := in.below("vlan/" + id)
	if _, err := textCodec.back(v.Link.Or("")); err != nil {
		s.leaveOut(path, v.Range, err.Error(), changeIt)
		return
	}
	e := s.block(in, path, v.Range, "vlan", id)
	writeFields(s, e, vlanFields, v)
	s.network(e, &v.Network)
}

func (s *scribe) network(e *element, n *Network) {
	for _, ip := range n.blocks() {
		s.ip(e, ip, n.Routes)
	}
	if n.DNS != nil {
		writeFields(s, s.block(e, e.below("dns"), n.DNS.Range, "dns"), dnsFields, n.DNS)
	}
	for _, route := range n.Routes {
		if n.block(route.Family()) == nil {
			s.route(e, e, route)
		}
	}
}

// ip writes a family's block with the routes of that family.
func (s *scribe) ip(in *element, ip *IP, routes []*Route) {
	rows := ipFields
	if ip.Family == IPv6 {
		rows = ipv6Fields
	}
	e := s.block(in, in.below(ip.Family.String()), ip.Range, ip.Family.String())
	writeFields(s, e, rows, ip)
	for _, route := range routes {
		if route.Family() == ip.Family {
			s.route(e, in, route)
		}
	}
}

// route writes a route into a block; its path is below that of its link.
func (s *scribe) route(in, link *element, r *Route) {
	if r.To.Bad {
		return
	}
	to := r.To.Value.String()
	if r.IsDefault() && (r.Family() == IPv4 || r.Gateway.Known() || in != link) {
		to = "default"
	}
	writeFields(s, s.block(in, link.below("route/"+r.String()), r.Range, "route", to), routeFields, r)
}

func (s *scribe) fallback(in *element, f *Fallback) {
	e := s.block(in, "fallback/"+f.Name.Value, f.Range, "fallback", f.Name.Value)
	writeFields(s, e, fallbackFields, f)
	e.section()
	for _, route := range f.Routes {
		s.fallbackRoute(e, route)
	}
}

func (s *scribe) fallbackRoute(in *element, r *FallbackRoute) {
	e := s.block(in, in.below("route/"+r.Name.Value), r.Range, "route", r.Name.Value)
	writeFields(s, e, fallbackRouteFields, r)
	s.verifiers(e, r.Verifiers)
	for i, h := range r.Handlers {
		below := s.block(e, e.below("handler/"+strconv.Itoa(i+1)), h.Range, "handler", h.Kind.Value)
		writeFields(s, below, fieldsOf(handlerKinds, h.Kind.Value, commonHandlerFields), h)
	}
}

func (s *scribe) guard(in *element, g *Guard) {
	e := s.block(in, "guard", g.Range, "guard")
	writeFields(s, e, guardFields, g)
	s.verifiers(e, g.Verifiers)
}

func (s *scribe) verifiers(in *element, verifiers []*Verifier) {
	for i, v := range verifiers {
		e := s.block(in, in.below("verify/"+strconv.Itoa(i+1)), v.Range, "verify", v.Kind.Value)
		writeFields(s, e, fieldsOf(verifierKinds, v.Kind.Value, commonVerifierFields), v)
	}
}

// isSensitive tells whether a text has that of a sensitive variable.
func (s *scribe) isSensitive(text string) bool {
	for _, secret := range s.sensitive {
		hidden := secret.Reveal()
		if hidden != "" && (text == hidden || (len(hidden) >= tellingLength && strings.Contains(text, hidden))) {
			return true
		}
	}
	return false
}
