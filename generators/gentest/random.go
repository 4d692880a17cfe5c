package gentest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// Random draws a valid document of one or two bonds over four cards, eth0 to eth3,
// with options in every combination that validation lets pass, and of cards that
// carry addresses themselves.
func Random(t *rapid.T, name string) *schema.Document {
	return document(t, drawing{t, rapid.IntRange(0, 3).Draw(t, "shift")}.blocks(name), inOrder)
}

// RandomTurned draws a document as [Random] does, and the same with its blocks in
// another order.
func RandomTurned(t *rapid.T, name string) (doc, turned *schema.Document) {
	blocks := drawing{t, rapid.IntRange(0, 3).Draw(t, "shift")}.blocks(name)
	return document(t, blocks, inOrder), document(t, blocks, func(blocks []block) []block {
		return rapid.Permutation(blocks).Draw(t, name+" in another order")
	})
}

// document reads blocks, those within each in an order of their own.
func document(t *rapid.T, blocks []block, order func([]block) []block) *schema.Document {
	doc, invalid := attempt(written(blocks, order))
	require.False(t, invalid, "blocks that were valid alone:\n%s", written(blocks, order))
	return doc
}

// drawing draws the blocks of one document.
type drawing struct {
	*rapid.T
	// shift is by how much the metrics are shifted, so that those of two documents meet.
	shift int
}

func (t drawing) blocks(name string) []block {
	cards := rapid.Permutation([]string{"eth0", "eth1", "eth2", "eth3"}).Draw(t.T, name+" cards")
	bonds := rapid.IntRange(1, 2).Draw(t.T, name+" bonds")
	var blocks []block
	for i := range bonds {
		slaves := rapid.IntRange(1, 2).Draw(t.T, "slaves")
		blocks = append(blocks, t.bond(i, cards[:slaves]))
		cards = cards[slaves:]
	}
	for _, card := range cards {
		if rapid.Bool().Draw(t.T, card+" by itself") {
			blocks = append(blocks, t.carrier(fmt.Sprintf("ethernet %q", card), int(card[3]-'0')+2))
		}
	}
	return blocks
}

func (t drawing) bond(number int, slaves []string) block {
	b := t.carrier(fmt.Sprintf("bond \"bond%d\"", number), number)
	b.lines = append(b.lines, fmt.Sprintf("mode = %q", rapid.SampledFrom(schema.Modes()).Draw(t.T, "mode").String()))
	first := len(b.inner)
	for _, s := range slaves {
		b.inner = append(b.inner, block{head: fmt.Sprintf("slave %q", s)})
	}
	options := rapid.Permutation(schema.OptionsOf(schema.BondScope)).Draw(t.T, "options")
	for _, o := range options[:rapid.IntRange(0, 8).Draw(t.T, "how many")] {
		if o.Change != schema.EmptyDown {
			b.try(&b, randomSetting(t.T, o, slaves))
		}
	}
	for i := range slaves {
		for _, o := range schema.OptionsOf(schema.SlaveScope) {
			if rapid.Bool().Draw(t.T, "with "+o.Name) {
				b.try(&b.inner[first+i], randomSetting(t.T, o, slaves))
			}
		}
	}
	return b
}

// carrier draws a link that carries addresses of its own number, and VLANs.
func (t drawing) carrier(head string, number int) block {
	b := t.network(head, number, []string{"", "mtu = 1400", "mtu = 2000", "mtu = 9000"})
	if rapid.Bool().Draw(t.T, "vlan") {
		b.inner = append(b.inner, t.network(fmt.Sprintf("vlan \"%d\"", 20+number), 10+number, []string{"", "mtu = 1300"}))
	}
	return b
}

func (t drawing) network(head string, number int, sizes []string) block {
	b := block{head: head}
	b.lines = append(b.lines, rapid.SampledFrom(sizes).Draw(t.T, "mtu"))
	if rapid.Bool().Draw(t.T, "mac_address") {
		b.try(&b, fmt.Sprintf("mac_address = \"02:00:00:00:01:%02x\"", number))
	}
	for _, f := range families {
		if rapid.Bool().Draw(t.T, f.name) {
			b.inner = append(b.inner, t.ip(f, number))
		}
	}
	return b
}

// family is how addresses look that belong to the link of a number.
type family struct {
	name string
	// address has the places of the number and of a host, length follows it, and
	// beyond has the place of the number of a network behind a gateway.
	address, length, beyond string
}

var families = []family{
	{"ipv4", "192.0.%d.%d", "/24", "198.51.%d.0/24"},
	{"ipv6", "2001:db8:%d::%d", "/64", "2001:db8:ff%02d::/48"},
}

// ip draws the addresses of one family, and routes over its gateway: to
// everywhere, to a network of this link's, and to one that other links lead to as well.
func (t drawing) ip(f family, number int) block {
	var addresses []string
	for _, host := range rapid.SliceOfNDistinct(rapid.IntRange(2, 5), 1, 2, rapid.ID[int]).Draw(t.T, "addresses") {
		addresses = append(addresses, fmt.Sprintf("%q", fmt.Sprintf(f.address, number, host)+f.length))
	}
	b := block{head: f.name, lines: []string{"addresses = [" + strings.Join(addresses, ", ") + "]"}}
	metric := fmt.Sprintf("metric = %d", 50+(number+t.shift)%16) // the kernel keeps one route of a metric
	over := func(what string) []string {
		return []string{fmt.Sprintf("gateway = %q", fmt.Sprintf(f.address, number, 1)), rapid.SampledFrom([]string{"", metric}).Draw(t.T, "metric of "+what)}
	}
	if rapid.Bool().Draw(t.T, "gateway") {
		b.lines = append(b.lines, over("the gateway")...)
	}
	for _, beyond := range []int{number, everybodys} {
		if to := fmt.Sprintf(f.beyond, beyond); rapid.Bool().Draw(t.T, to) {
			b.inner = append(b.inner, block{head: fmt.Sprintf("route %q", to), lines: over(to)})
		}
	}
	return b
}

// everybodys is the number of the network that several links lead to.
const everybodys = 99

func randomSetting(t *rapid.T, o *schema.Option, slaves []string) string {
	return o.Name + " = " + randomValue(t, o, slaves)
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
