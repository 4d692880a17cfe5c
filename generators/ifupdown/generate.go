package ifupdown

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
	"github.com/bondctl/bondctl/schema"
)

// generator collects the stanzas of one document, and the files that they name.
type generator struct {
	report  *generators.Report
	header  string
	stanzas []*stanza
	files   []generators.File
}

func generate(doc *schema.Document, report *generators.Report) []generators.File {
	g := &generator{report: report, header: generators.Header(doc)}
	for _, b := range doc.Bonds {
		g.bond(b)
	}
	for _, l := range doc.Links {
		g.link(l)
	}
	if len(g.stanzas) == 0 {
		return nil
	}
	g.warnOfIfupdown2(doc.Bonds)
	var text bytes.Buffer
	text.WriteString("# " + g.header + "\n")
	for _, s := range g.stanzas {
		s.write(&text)
	}
	return append(g.files, generators.File{Path: ownFile, Mode: generators.Public, Content: text.Bytes()})
}

// add names the stanzas of a link and brings the first of them up at boot.
func (g *generator) add(name string, stanzas []*stanza) {
	for _, s := range stanzas {
		s.name = name
	}
	stanzas[0].start = "auto"
	g.stanzas = append(g.stanzas, stanzas...)
}

// accepts tells whether interfaces(5) and the hooks can have a link of that name.
func (g *generator) accepts(path, name string, place hcl.Range) bool {
	var why string
	switch {
	case !isWord(name):
		why = "the hooks of ifupdown hand names to a shell, to which this one is more than a word"
	case isDotted(name):
		why = "ifupdown takes a name with a dot and digits for a VLAN"
	case name == "all" || name == "none":
		why = "bond-slaves takes " + name + " for a word of its own"
	default:
		return true
	}
	g.report.CannotSay(path, place, why, "Rename the link")
	return false
}

func (g *generator) link(l *schema.Link) {
	path := string(l.Kind) + "/" + l.Name.Value
	if !g.accepts(path, l.Name.Value, l.Range) {
		return
	}
	if l.Kind == schema.PPP {
		g.ppp(path, l)
		return
	}
	stanzas := g.network(path, &l.Network)
	if l.Wifi != nil {
		g.wifi(stanzas[0], l.Name.Value, wpa.Station{Path: path, Wifi: l.Wifi})
	}
	g.add(l.Name.Value, stanzas)
	g.vlans(path, l.Name.Value, l.VLANs)
}

// wifi leaves the station to wpa_supplicant: interfaces(5) is readable by
// everyone, and has no word for some of what a document says.
func (g *generator) wifi(s *stanza, name string, station wpa.Station) {
	s.say("wpa-conf", StationFile(name))
	g.files = append(g.files, wpa.File(StationFile(name), g.header, station, g.report))
}
