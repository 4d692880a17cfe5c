// Package keyfile renders a document as NetworkManager's keyfiles
// (nm-settings-keyfile(5)), one profile for each link, and reads profiles
// back. The spellings are those that NetworkManager 1.42 and 1.52 both read.
package keyfile

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/regdom"
	"github.com/bondctl/bondctl/schema"
)

const (
	dir    = "/etc/NetworkManager/system-connections"
	suffix = ".nmconnection"
)

// Backend is NetworkManager with its keyfiles.
func Backend() *generators.Backend {
	return &generators.Backend{
		Name:     "keyfile",
		Summary:  "NetworkManager, profiles in " + dir,
		Dirs:     []string{dir, "/etc/modprobe.d"},
		Generate: generate,
		Read:     read,
		Sources:  sources,
		Mentions: mentions,
		LetGo:    letGo,
		Secret:   findSecret,
	}
}

// secretEntry finds the secrets that profiles can have, of others too
// (NM_SETTING_PARAM_SECRET in libnm's settings).
var secretEntry = generators.SecretKeys("=",
	"psk", "password", "private-key-password",
	"password-raw", "ca-cert-password", "client-cert-password", "phase2-private-key-password", "phase2-ca-cert-password",
	"phase2-client-cert-password", "pin", "leap-password", "wep-key0", "wep-key1", "wep-key2", "wep-key3", "mka-cak", "preshared-key")

// keyEntry finds keys, which may be a path instead.
var keyEntry = generators.SecretKeys("=", "private-key", "phase2-private-key")

func findSecret(line []byte) (start int, ok bool) {
	if start, ok = secretEntry(line); ok {
		return start, true
	}
	start, ok = keyEntry(line)
	return start, ok && !bytes.HasPrefix(line[start:], []byte("/")) && !bytes.HasPrefix(line[start:], []byte("file:"))
}

// generator renders one document.
type generator struct {
	header string
	report *generators.Report
	files  []generators.File
}

func generate(d *schema.Document, report *generators.Report) []generators.File {
	g := generator{header: generators.Header(d), report: report}
	for _, b := range d.Bonds {
		g.bond(b)
	}
	for _, l := range d.Links {
		g.link(l)
	}
	if file, ok := regdom.File(d, report); ok {
		g.files = append(g.files, file)
	}
	return g.files
}

func (g *generator) link(l *schema.Link) {
	path := string(l.Kind) + "/" + l.Name.Value
	if l.Kind == schema.PPP {
		g.ppp(l, path)
		return
	}
	p, ok := g.begin(connection{kind: string(l.Kind), name: l.Name.Value, path: path, place: l.Range})
	if !ok {
		return
	}
	if l.Kind == schema.WifiLink {
		p.wifi(station{wifi: l.Wifi, path: path, network: &l.Network})
	} else {
		p.ethernet(&l.Network)
	}
	p.network(path, &l.Network)
	g.end(p)
	g.vlans(path, l.Name.Value, l.VLANs)
}

// ppp renders nothing: NetworkManager dials modems by ModemManager only.
func (g *generator) ppp(l *schema.Link, path string) {
	if l.Peer.Known() {
		g.report.CannotSay(path+"/peer", l.Peer.Range, "NetworkManager does not start pppd with a file of /etc/ppp/peers",
			"Remove peer and let something else dial, or use the backend ifupdown")
	}
	g.report.DialledRoutes(path, l.Routes)
	g.report.NeedNotSay(path, l.Range, "NetworkManager leaves the link to what brings it up, pppd sets its MTU and resolvers, and bondctl adds its routes")
}

func (g *generator) vlans(path, parent string, vlans []*schema.VLAN) {
	for _, v := range vlans {
		g.vlan(path, parent, v)
	}
}

// refusedNames are legal for no interface, or kept by the kernel for itself;
// NetworkManager refuses the profile.
var refusedNames = []string{"", ".", "..", "all", "default", "bonding_masters"}

// accepts tells whether NetworkManager takes the name for an interface, and
// reads a file of that name: it passes over hidden ones.
func accepts(name string) bool {
	return !slices.Contains(refusedNames, name) && len(name) <= 15 && utf8.ValidString(name) && !strings.HasPrefix(name, ".") &&
		!strings.ContainsFunc(name, func(r rune) bool {
			return strings.ContainsRune("/:%", r) || unicode.IsSpace(r) || unicode.IsControl(r)
		})
}

// connection is what every profile begins with.
type connection struct {
	kind, name string
	// master is the bond of a slave.
	master string
	path   string
	place  hcl.Range
}

// begin starts the profile of a link, and reports a link that NetworkManager
// does not take.
func (g *generator) begin(c connection) (*profile, bool) {
	if !accepts(c.name) {
		g.report.CannotSay(c.path, c.place, "NetworkManager does not take the name of the link", "Rename the link")
		return nil, false
	}
	p := &profile{connection: c, report: g.report}
	p.Comment(g.header)
	p.Section("connection")
	p.Set("id", escape(c.name))
	p.Set("uuid", uuid(c.name))
	p.Set("type", c.kind)
	p.Set("interface-name", escape(c.name))
	if c.master != "" {
		// NetworkManager 1.42 drops the newer controller and port-type in silence.
		p.Set("master", escape(c.master))
		p.Set("slave-type", "bond")
	}
	return p, true
}

// end adds the profile's file. NetworkManager refuses one that others than
// root can read, whether or not a secret is in it.
func (g *generator) end(p *profile) {
	content, err := p.Bytes()
	if err != nil {
		g.report.CannotSay(p.path, p.place, "The keyfile cannot be written: "+err.Error(), "Change that value")
		return
	}
	g.files = append(g.files, generators.File{Path: dir + "/" + p.name + suffix, Mode: generators.Private, Content: content})
}
