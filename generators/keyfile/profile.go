package keyfile

import (
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// profile is a keyfile being written.
type profile struct {
	ini.Writer
	connection
	report *generators.Report
}

// text writes a text that the document has, escaped. One that GKeyFile has no
// spelling for is reported as the statement that it is; the text itself is
// not in the report, for it may be a secret.
func (p *profile) text(key string, attr schema.Attr[string], statement string) {
	if !attr.Known() {
		return
	}
	if !holds(attr.Value) {
		p.unspellable(statement, attr.Range)
		return
	}
	p.Set(key, escape(attr.Value))
}

func (p *profile) secret(key string, attr schema.Attr[schema.Secret], statement string) {
	p.text(key, schema.Attr[string]{Value: attr.Value.Reveal(), Set: attr.Set, Bad: attr.Bad, Range: attr.Range}, statement)
}

func (p *profile) unspellable(statement string, place hcl.Range) {
	p.report.CannotSay(statement, place, "A keyfile holds UTF-8 text without NUL, and NetworkManager leaves out anything else",
		"Use other characters")
}

func (p *profile) number(key string, attr schema.Attr[int]) {
	if attr.Known() {
		p.Set(key, strconv.Itoa(attr.Value))
	}
}

// ethernet writes the section that bonds, VLANs and Ethernet links share.
func (p *profile) ethernet(n *schema.Network) {
	if !n.MTU.Known() && !n.MACAddress.Known() {
		return
	}
	p.Section("ethernet")
	p.hardware(n)
}

func (p *profile) hardware(n *schema.Network) {
	p.number("mtu", n.MTU)
	if n.MACAddress.Known() {
		p.Set("cloned-mac-address", n.MACAddress.Value.String())
	}
}
