package kernel

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// The types of a snapshot. Those that can be converted from the type of the
// same name have exactly its fields, which the compiler watches over.

type addressJSON struct {
	Link      string       `json:"link"`
	Prefix    netip.Prefix `json:"prefix"`
	Peer      netip.Prefix `json:"peer,omitzero"`
	Broadcast netip.Addr   `json:"broadcast,omitzero"`
	Label     string       `json:"label,omitempty"`
	Scope     uint8        `json:"scope,omitempty"`
	Flags     uint32       `json:"flags,omitempty"`
	Valid     uint32       `json:"valid,omitempty"`
	Preferred uint32       `json:"preferred,omitempty"`
}

type routeJSON struct {
	To       netip.Prefix `json:"to"`
	Via      netip.Addr   `json:"via,omitzero"`
	Link     string       `json:"link,omitempty"`
	Source   netip.Addr   `json:"source,omitzero"`
	Metric   uint32       `json:"metric,omitempty"`
	Table    uint32       `json:"table,omitempty"`
	Protocol uint8        `json:"protocol,omitempty"`
	Scope    uint8        `json:"scope,omitempty"`
	TOS      uint8        `json:"tos,omitempty"`
	Type     uint8        `json:"type,omitempty"`
	Flags    uint32       `json:"flags,omitempty"`
	Expires  bool         `json:"expires,omitempty"`
	Unknown  []Attribute  `json:"unknown,omitempty"`
}

type ruleJSON struct {
	Family   schema.Family `json:"family"`
	Priority uint32        `json:"priority"`
	From     netip.Prefix  `json:"from,omitzero"`
	To       netip.Prefix  `json:"to,omitzero"`
	Incoming string        `json:"incoming,omitempty"`
	Outgoing string        `json:"outgoing,omitempty"`
	Table    uint32        `json:"table,omitempty"`
	Action   uint8         `json:"action,omitempty"`
	Mark     uint32        `json:"mark,omitempty"`
	Mask     uint32        `json:"mask,omitempty"`
	// ButDefault is suppress_prefixlength 0.
	ButDefault bool        `json:"but_default,omitempty"`
	Unknown    []Attribute `json:"unknown,omitempty"`
}

type linkJSON struct {
	Index        uint32     `json:"index"`
	Name         string     `json:"name"`
	Kind         string     `json:"kind,omitempty"`
	Hardware     uint16     `json:"hardware,omitempty"`
	Wireless     bool       `json:"wireless,omitempty"`
	MAC          macJSON    `json:"mac,omitzero"`
	PermanentMAC macJSON    `json:"permanent_mac,omitzero"`
	MTU          int        `json:"mtu"`
	Up           bool       `json:"up"`
	Carrier      bool       `json:"carrier"`
	Master       string     `json:"master,omitempty"`
	Parent       string     `json:"parent,omitempty"`
	VLAN         int        `json:"vlan,omitempty"`
	Special      bool       `json:"special,omitempty"`
	Lower        string     `json:"lower,omitempty"`
	Bond         *bondJSON  `json:"bond,omitempty"`
	Slave        *slaveJSON `json:"slave,omitempty"`
}

type bondJSON struct {
	Options optionsJSON `json:"options,omitempty"`
	LACP    *lacpJSON   `json:"lacp,omitempty"`
	Unknown []Attribute `json:"unknown,omitempty"`
}

type lacpJSON struct {
	Aggregator uint16  `json:"aggregator"`
	Ports      uint16  `json:"ports"`
	ActorKey   uint16  `json:"actor_key"`
	PartnerKey uint16  `json:"partner_key"`
	PartnerMAC macJSON `json:"partner_mac,omitzero"`
}

type slaveJSON struct {
	Options      optionsJSON `json:"options,omitempty"`
	Active       bool        `json:"active"`
	MII          MIIStatus   `json:"mii_status"`
	Failures     uint32      `json:"failures,omitempty"`
	PermanentMAC macJSON     `json:"permanent_mac,omitzero"`
	Aggregator   uint16      `json:"aggregator,omitempty"`
	Unknown      []Attribute `json:"unknown,omitempty"`
}

// optionsJSON are settings by the names of the option table, in the kernel's text.
type optionsJSON map[string]string

func linkToJSON(l *Link) linkJSON {
	w := linkJSON{
		Index: l.Index, Name: l.Name, Kind: l.Kind, Hardware: l.Hardware, Wireless: l.Wireless,
		MAC: macJSON(l.MAC), PermanentMAC: macJSON(l.PermanentMAC), MTU: l.MTU,
		Up: l.Up, Carrier: l.Carrier, Master: l.Master, Parent: l.Parent, VLAN: l.VLAN, Special: l.Special, Lower: l.Lower,
	}
	if b := l.Bond; b != nil {
		w.Bond = &bondJSON{Options: optionsToJSON(b.Settings), Unknown: b.Unknown}
		if p := b.LACP; p != nil {
			w.Bond.LACP = &lacpJSON{p.Aggregator, p.Ports, p.ActorKey, p.PartnerKey, macJSON(p.PartnerMAC)}
		}
	}
	if s := l.Slave; s != nil {
		w.Slave = &slaveJSON{
			Options: optionsToJSON(s.Settings), Active: s.Active, MII: s.MII, Failures: s.Failures,
			PermanentMAC: macJSON(s.PermanentMAC), Aggregator: s.Aggregator, Unknown: s.Unknown,
		}
	}
	return w
}

func (w linkJSON) link() (*Link, error) {
	l := &Link{
		Index: w.Index, Name: w.Name, Kind: w.Kind, Hardware: w.Hardware, Wireless: w.Wireless,
		MAC: schema.MAC(w.MAC), PermanentMAC: schema.MAC(w.PermanentMAC), MTU: w.MTU,
		Up: w.Up, Carrier: w.Carrier, Master: w.Master, Parent: w.Parent, VLAN: w.VLAN, Special: w.Special, Lower: w.Lower,
	}
	var err error
	if b := w.Bond; b != nil {
		l.Bond = &Bond{Unknown: b.Unknown}
		if p := b.LACP; p != nil {
			l.Bond.LACP = &LACP{p.Aggregator, p.Ports, p.ActorKey, p.PartnerKey, schema.MAC(p.PartnerMAC)}
		}
		if l.Bond.Settings, err = b.Options.settings(schema.BondScope); err != nil {
			return nil, err
		}
	}
	if s := w.Slave; s != nil {
		l.Slave = &Slave{
			Active: s.Active, MII: s.MII, Failures: s.Failures,
			PermanentMAC: schema.MAC(s.PermanentMAC), Aggregator: s.Aggregator, Unknown: s.Unknown,
		}
		l.Slave.Settings, err = s.Options.settings(schema.SlaveScope)
	}
	return l, err
}

// texts lists the values of the link's options.
func (w linkJSON) texts() []string {
	var texts []string
	if w.Bond != nil {
		texts = slices.AppendSeq(texts, maps.Values(w.Bond.Options))
	}
	if w.Slave != nil {
		texts = slices.AppendSeq(texts, maps.Values(w.Slave.Options))
	}
	slices.Sort(texts)
	return texts
}

func optionsToJSON(settings schema.Settings) optionsJSON {
	if len(settings) == 0 {
		return nil
	}
	options := make(optionsJSON, len(settings))
	for _, s := range settings {
		options[s.Option.Name] = s.Value.String()
	}
	return options
}

// settings reads the options of one scope, in table order. An option that is
// not in the table comes from a bondctl with more rows.
func (w optionsJSON) settings(scope schema.Scope) (schema.Settings, error) {
	var settings schema.Settings
	for _, o := range schema.OptionsOf(scope) {
		text, ok := w[o.Name]
		if !ok {
			continue
		}
		value, err := o.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("option %s %w", o.Name, err)
		}
		settings = append(settings, schema.Setting{Option: o, Value: value})
	}
	if len(settings) == len(w) {
		return settings, nil
	}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if _, ok := settings.Get(name); !ok {
			return nil, fmt.Errorf("this bondctl knows no option %s here: use the bondctl that wrote it, or a newer one", name)
		}
	}
	return settings, nil
}

// macJSON is an Ethernet address as text.
type macJSON schema.MAC

// MarshalText implements encoding.TextMarshaler.
func (m macJSON) MarshalText() ([]byte, error) { return []byte(schema.MAC(m).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *macJSON) UnmarshalText(text []byte) error {
	mac, err := schema.ParseMAC(string(text))
	*m = macJSON(mac)
	return err
}

// attributeJSON is an [Attribute] with its bytes in hexadecimal digits.
type attributeJSON struct {
	Number uint16 `json:"number"`
	Data   string `json:"data"`
}

// MarshalJSON implements json.Marshaler.
func (a Attribute) MarshalJSON() ([]byte, error) {
	return json.Marshal(attributeJSON{a.Number, hex.EncodeToString(a.Data)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *Attribute) UnmarshalJSON(text []byte) error {
	var w attributeJSON
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	data, err := hex.DecodeString(w.Data)
	*a = Attribute{Number: w.Number, Data: data}
	return err
}
