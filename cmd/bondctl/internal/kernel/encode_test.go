package kernel

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// Two links, as the encoder and the decoder see them.
func indexOf(name string) (uint32, error) {
	switch name {
	case "eth0":
		return 2, nil
	case "wlan0":
		return 3, nil
	}
	return 0, ErrNoLink
}

func nameOf(index uint32) (string, bool) {
	names := map[uint32]string{2: "eth0", 3: "wlan0"}
	return names[index], names[index] != ""
}

// settingsOf reads "miimon=100 primary=eth0".
func settingsOf(t require.TestingT, texts ...string) schema.Settings {
	var settings schema.Settings
	for _, text := range texts {
		name, value, _ := strings.Cut(text, "=")
		o, ok := schema.Lookup(name)
		require.True(t, ok, name)
		v, err := o.Parse(value)
		require.NoError(t, err, text)
		settings = settings.With(schema.Setting{Option: o, Value: v})
	}
	return settings
}

func TestValuesAsTheDriverHasThem(t *testing.T) {
	for _, c := range []struct {
		setting string
		want    []byte
	}{
		{"mode=802.3ad", []byte{4}},
		{"miimon=100", native.AppendUint32(nil, 100)},
		{"ad_actor_sys_prio=65535", native.AppendUint16(nil, 65535)},
		{"arp_validate=filter_backup", native.AppendUint32(nil, 6)},
		{"use_carrier=0", []byte{0}},
		{"num_unsol_na=255", []byte{255}},
		{"prio=-1", native.AppendUint32(nil, 0xffffffff)},
		{"primary=wlan0", native.AppendUint32(nil, 3)},
		{"primary=", native.AppendUint32(nil, 0)},
		{"ad_actor_system=02:00:00:00:00:0a", []byte{2, 0, 0, 0, 0, 10}},
		{"arp_ip_target=", nil},
		{"arp_ip_target=192.0.2.1,192.0.2.2", appendAttr(appendAttr(nil, 0, []byte{192, 0, 2, 1}), 1, []byte{192, 0, 2, 2})},
		{"ns_ip6_target=2001:db8::1", appendAttr(nil, 0, []byte{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})},
	} {
		s := settingsOf(t, c.setting)[0]
		got, err := encodeValue(s.Option, s.Value, indexOf)
		require.NoError(t, err, c.setting)
		assert.Equal(t, c.want, got, c.setting)
	}
}

// Only what is given is sent: the driver refuses even a default in the wrong mode.
func TestUnsetStaysUnset(t *testing.T) {
	msg, err := encodeSettings(nil, indexOf)
	require.NoError(t, err)
	assert.Empty(t, msg)
	assert.Empty(t, encodeCreation(nil))

	msg, err = encodeSettings(settingsOf(t, "miimon=0", "tx_queues=4"), indexOf)
	require.NoError(t, err)
	assert.Equal(t, appendAttr(nil, 3, []byte{0, 0, 0, 0}), msg, "zero is a value, and queues are the link's")
	assert.Equal(t, appendAttr(nil, 31, native.AppendUint32(nil, 4)), encodeCreation(settingsOf(t, "miimon=0", "tx_queues=4")))
}

// The driver would take the index of a missing link for "no primary".
func TestPrimaryThatIsNoLinkIsAnError(t *testing.T) {
	_, err := encodeSettings(settingsOf(t, "primary=eth9"), indexOf)
	require.ErrorIs(t, err, ErrNoLink)
	assert.ErrorContains(t, err, "primary: no such link")
}

func TestOptionWithoutAttributeIsAnError(t *testing.T) {
	s := settingsOf(t, "max_bonds=1")[0]
	_, err := encodeValue(s.Option, s.Value, indexOf)
	require.ErrorContains(t, err, "max_bonds has no netlink attribute")
	_, err = decodeValue(s.Option, Attribute{}, nameOf)
	assert.ErrorContains(t, err, "max_bonds has no netlink attribute")
}

// drawValue makes any value that an option takes.
func drawValue(t *rapid.T, o *schema.Option) schema.Value {
	text := ""
	switch o.Kind {
	case schema.Number, schema.Flag:
		text = fmt.Sprint(rapid.Int64Range(o.Min, o.Max).Draw(t, o.Name))
	case schema.Enum:
		text = rapid.SampledFrom(o.Choices).Draw(t, o.Name).Name
	case schema.LinkName:
		text = rapid.SampledFrom([]string{"", "eth0", "wlan0"}).Draw(t, o.Name)
	case schema.MACKind:
		text = schema.MAC(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, o.Name)).String()
	case schema.IPv4List:
		text = strings.Join(drawList(t, o, "192.0.2.%d", 254), ",")
	case schema.IPv6List:
		text = strings.Join(drawList(t, o, "2001:db8::%x", 0xffff), ",")
	}
	value, err := o.Parse(text)
	require.NoError(t, err)
	return value
}

func drawList(t *rapid.T, o *schema.Option, format string, most int) []string {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf(format, rapid.IntRange(1, most).Draw(t, "host"))
	}), 0, o.MaxItems).Draw(t, o.Name)
}

// What is sent is what is read, for every option and every value.
func TestSettingsSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope := rapid.SampledFrom([]schema.Scope{schema.BondScope, schema.SlaveScope}).Draw(t, "scope")
		var sent schema.Settings
		for _, o := range schema.OptionsOf(scope) {
			if o.Attr != 0 && o.Alias == "" && rapid.Bool().Draw(t, "given") {
				sent = sent.With(schema.Setting{Option: o, Value: drawValue(t, o)})
			}
		}
		msg, err := encodeSettings(sent, indexOf)
		require.NoError(t, err)
		attrs, err := parseAttrs(msg)
		require.NoError(t, err)
		read, unknown := decodeSettings(scope, attrs, nameOf)
		assert.Empty(t, unknown)
		require.Len(t, read, len(sent))
		for i := range sent {
			assert.True(t, sent[i].Value.Equal(read[i].Value), "%s: sent %s, read %s", sent[i].Option.Name, sent[i].Value, read[i].Value)
		}
	})
}

// The alias writes the same attribute and is read as the kernel's first name.
func TestBothNamesOfOneNumber(t *testing.T) {
	msg, err := encodeSettings(settingsOf(t, "num_unsol_na=7"), indexOf)
	require.NoError(t, err)
	attrs, err := parseAttrs(msg)
	require.NoError(t, err)
	read, _ := decodeSettings(schema.BondScope, attrs, nameOf)
	assert.Equal(t, "7", read.Text("num_grat_arp"))
	alias, _ := schema.Lookup("num_unsol_na")
	value, ok := (&Bond{Settings: read}).Value(alias)
	assert.True(t, ok)
	assert.Equal(t, "7", value.String())
}
