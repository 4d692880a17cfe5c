package netplan

import (
	"errors"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/schema"
)

// oldSpellings are further words of netplan for options of the table.
var oldSpellings = map[string]string{
	"gratuitious-arp":    "gratuitous-arp",    //nolint:misspell // the spelling of the first versions
	"packets-per-member": "packets-per-slave", // new in 0.107
	"all-members-active": "all-slaves-active", // new in 0.107
}

// writeParameters writes the bond's options.
func writeParameters(d *definition) *yaml.Node {
	m := mapping()
	for _, s := range d.settings {
		put(m, plain(s.Option.Word(schema.Netplan).Name), parameter(s))
	}
	return filled(m)
}

// parameter writes an option's value. Numbers are bare: netplan adds the unit
// for systemd-networkd itself, and NetworkManager understands no unit. An
// enumeration goes by its word: systemd-networkd drops numbers.
func parameter(s schema.Setting) *yaml.Node {
	switch s.Option.Kind {
	case schema.Number:
		return plain(s.Value.String())
	case schema.Flag:
		return plain(strconv.FormatBool(!s.Value.IsZero()))
	case schema.IPv4List, schema.IPv6List:
		items := make([]*yaml.Node, 0, len(s.Value.Items()))
		for _, item := range s.Value.Items() {
			items = append(items, text(item))
		}
		return sequence(yaml.FlowStyle, items)
	case schema.Enum, schema.LinkName, schema.MACKind:
	}
	return text(s.Value.String())
}

func readParameters(r *reader, d *definition, t *tree) {
	for _, e := range r.entries(t) {
		word := e.key
		if current, old := oldSpellings[word]; old {
			word = current
		}
		option, ok := schema.OptionByWord(schema.Netplan, schema.BondScope, word)
		if !ok {
			r.refuseKey(e)
			continue
		}
		value, err := r.parameter(d, option, e.value)
		if err != nil {
			r.refuse(e.value, err.Error()+" for "+e.key)
			continue
		}
		d.settings = d.settings.With(schema.Setting{
			Option: option, Value: value, NameRange: e.place, Range: e.value.place,
		})
	}
}

// parameter reads an option's value as netplan and the renderer do.
// NetworkManager takes an enumeration by its number too.
func (r *reader) parameter(d *definition, option *schema.Option, t *tree) (schema.Value, error) {
	switch option.Kind {
	case schema.IPv4List, schema.IPv6List:
		var items []string
		for _, item := range r.items(t) {
			items = append(items, item.text)
		}
		return option.List(items)
	case schema.Flag:
		on, err := readBool(t.text)
		if err != nil || !on {
			return zeroOr(option, err)
		}
		return option.Int(1)
	case schema.Enum:
		if _, ok := option.Choice(t.text); !ok && d.renderer != rendererNetworkManager {
			return schema.Value{}, errors.New("wants " + option.Range())
		}
	case schema.Number, schema.LinkName, schema.MACKind:
	}
	if t.kind != yaml.ScalarNode {
		return schema.Value{}, errors.New("wants " + option.Range())
	}
	return option.Parse(t.text)
}

func zeroOr(option *schema.Option, err error) (schema.Value, error) {
	if err != nil {
		return schema.Value{}, err
	}
	return option.Int(0)
}
