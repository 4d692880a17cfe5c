package gentest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// Random draws a valid document of one or two bonds over four cards, eth0 to eth3,
// with options in every combination that validation lets pass.
func Random(t *rapid.T, name string) *schema.Document {
	cards := rapid.Permutation([]string{"eth0", "eth1", "eth2", "eth3"}).Draw(t, name+" cards")
	var blocks []string
	for i := range rapid.IntRange(1, 2).Draw(t, name+" bonds") {
		blocks = append(blocks, randomBond(t, i, cards[2*i:2*i+rapid.IntRange(1, 2).Draw(t, "slaves")]))
	}
	doc, diags := attempt(strings.Join(blocks, "\n"))
	require.False(t, diags, "bonds that were valid alone")
	return doc
}

func randomBond(t *rapid.T, number int, slaves []string) string {
	head := fmt.Sprintf("bond \"bond%d\" {\nmode = %q\n", number, rapid.SampledFrom(schema.Modes()).Draw(t, "mode").String())
	for _, s := range slaves {
		head += fmt.Sprintf("slave %q {}\n", s)
	}
	foot := fmt.Sprintf("ipv4 {\naddresses = [\"192.0.%d.%d/24\"]\ngateway = \"192.0.%d.1\"\n}\n", number, rapid.IntRange(2, 4).Draw(t, "address"), number)
	if rapid.Bool().Draw(t, "vlan") {
		foot += fmt.Sprintf("vlan \"%d\" {\nipv4 { addresses = [\"198.51.%d.2/24\"] }\n}\n", 20+number, number)
	}
	options := rapid.Permutation(schema.OptionsOf(schema.BondScope)).Draw(t, "options")
	for _, o := range options[:rapid.IntRange(0, 8).Draw(t, "how many")] {
		line := fmt.Sprintf("%s = %s\n", o.Name, randomValue(t, o, slaves))
		if _, invalid := attempt(head + line + foot + "}\n"); o.Change != schema.EmptyDown && !invalid {
			head += line
		}
	}
	return head + foot + "}\n"
}

func randomValue(t *rapid.T, o *schema.Option, slaves []string) string {
	switch o.Kind {
	case schema.Flag:
		return rapid.SampledFrom([]string{"0", "1"}).Draw(t, o.Name)
	case schema.Enum:
		return fmt.Sprintf("%q", rapid.SampledFrom(o.Choices).Draw(t, o.Name).Name)
	case schema.LinkName:
		return fmt.Sprintf("%q", rapid.SampledFrom(slaves).Draw(t, o.Name))
	case schema.IPv4List:
		return rapid.SampledFrom([]string{`["192.0.2.1"]`, `["192.0.2.1", "192.0.2.2"]`}).Draw(t, o.Name)
	case schema.IPv6List:
		return rapid.SampledFrom([]string{`["2001:db8::1"]`, `["2001:db8::1", "2001:db8::2"]`}).Draw(t, o.Name)
	case schema.MACKind:
		return `"02:00:00:00:00:99"`
	case schema.Number:
	}
	return fmt.Sprint(rapid.SampledFrom([]int64{o.Min, o.Min + 1, 50, 100, 200}).Draw(t, o.Name))
}

// attempt reads a document, and tells whether it has mistakes.
func attempt(text string) (doc *schema.Document, invalid bool) {
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: "random.hcl", Bytes: []byte(text)}}, schema.Inputs{Name: "random.hcl"})
	return doc, diags.HasErrors()
}
