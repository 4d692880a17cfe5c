package kernel

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// drawSettings makes settings of one scope, options without an attribute included.
func drawSettings(t *rapid.T, scope schema.Scope) schema.Settings {
	var settings schema.Settings
	for _, o := range schema.OptionsOf(scope) {
		if rapid.Bool().Draw(t, "given") {
			settings = append(settings, schema.Setting{Option: o, Value: drawValue(t, o)})
		}
	}
	return settings
}

func drawName(t *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom([]string{"", "eth0", "bond0.20"}), rapid.String()).Draw(t, "name")
}

func drawMAC(t *rapid.T) schema.MAC {
	return schema.MAC(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "mac"))
}

func drawUnknown(t *rapid.T) []Attribute {
	var list []Attribute
	for range rapid.IntRange(0, 2).Draw(t, "unknown") {
		list = append(list, Attribute{
			Number: rapid.Uint16().Draw(t, "number"), Data: append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(t, "data")...),
		})
	}
	return list
}

func drawAddr(t *rapid.T) netip.Addr {
	size := rapid.SampledFrom([]int{0, 4, 16}).Draw(t, "size")
	addr, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "bytes"))
	return addr
}

func drawPrefix(t *rapid.T) netip.Prefix {
	addr := drawAddr(t)
	return netip.PrefixFrom(addr, rapid.IntRange(0, addr.BitLen()).Draw(t, "bits"))
}

func drawLink(t *rapid.T) *Link {
	l := &Link{
		Index: rapid.Uint32().Draw(t, "index"), Name: drawName(t), Kind: drawName(t), Hardware: rapid.Uint16().Draw(t, "hardware"),
		MAC: drawMAC(t), PermanentMAC: drawMAC(t), MTU: rapid.IntRange(0, 65536).Draw(t, "mtu"),
		Up: rapid.Bool().Draw(t, "up"), Carrier: rapid.Bool().Draw(t, "carrier"),
		Master: drawName(t), Parent: drawName(t), VLAN: rapid.IntRange(0, 4094).Draw(t, "vlan"),
	}
	if rapid.Bool().Draw(t, "bond") {
		l.Bond = &Bond{Settings: drawSettings(t, schema.BondScope), Unknown: drawUnknown(t)}
		if rapid.Bool().Draw(t, "lacp") {
			n := rapid.Uint16()
			l.Bond.LACP = &LACP{n.Draw(t, "aggregator"), n.Draw(t, "ports"), n.Draw(t, "key"), n.Draw(t, "key"), drawMAC(t)}
		}
	}
	if rapid.Bool().Draw(t, "slave") {
		l.Slave = &Slave{
			Settings: drawSettings(t, schema.SlaveScope), Active: rapid.Bool().Draw(t, "active"),
			MII: MIIStatus(rapid.Byte().Draw(t, "mii")), Failures: rapid.Uint32().Draw(t, "failures"),
			PermanentMAC: drawMAC(t), Aggregator: rapid.Uint16().Draw(t, "aggregator"), Unknown: drawUnknown(t),
		}
	}
	return l
}

func drawState(t *rapid.T) *State {
	s := &State{}
	b, n := rapid.Uint8(), rapid.Uint32()
	for range rapid.IntRange(0, 3).Draw(t, "links") {
		s.Links = append(s.Links, drawLink(t))
	}
	for range rapid.IntRange(0, 2).Draw(t, "addresses") {
		s.Addresses = append(s.Addresses, Address{
			drawName(t), drawPrefix(t), drawPrefix(t), drawAddr(t), drawName(t),
			b.Draw(t, "scope"), n.Draw(t, "flags"), n.Draw(t, "valid"), n.Draw(t, "preferred"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "routes") {
		s.Routes = append(s.Routes, Route{
			drawPrefix(t), drawAddr(t), drawName(t), drawAddr(t), n.Draw(t, "metric"), n.Draw(t, "table"), b.Draw(t, "protocol"),
			b.Draw(t, "scope"), b.Draw(t, "tos"), b.Draw(t, "type"), n.Draw(t, "flags"),
			rapid.Bool().Draw(t, "expires"), drawUnknown(t),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "rules") {
		s.Rules = append(s.Rules, Rule{
			schema.Family(b.Draw(t, "family")), n.Draw(t, "priority"), drawPrefix(t), drawPrefix(t), drawName(t), drawName(t),
			n.Draw(t, "table"), b.Draw(t, "action"), n.Draw(t, "mark"), n.Draw(t, "mask"), rapid.Bool().Draw(t, "but default"), drawUnknown(t),
		})
	}
	return s
}

// What is written down is what is read, whatever the kernel told.
func TestStatesSurviveTheDisk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawState(t)
		data, err := Encode(want)
		require.NoError(t, err)
		got, err := Decode(data)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// Every option of bonds and slaves has its place, at both ends of what it takes.
func TestEveryOptionSurvivesTheDisk(t *testing.T) {
	for _, scope := range []schema.Scope{schema.BondScope, schema.SlaveScope} {
		for _, o := range schema.OptionsOf(scope) {
			texts := []string{"eth0", ""}
			switch o.Kind { //nolint:exhaustive // links' names are the case above
			case schema.Number, schema.Flag:
				texts = []string{fmt.Sprint(o.Min), fmt.Sprint(o.Max)}
			case schema.Enum:
				texts = []string{o.Choices[0].Name, o.Choices[len(o.Choices)-1].Name}
			case schema.MACKind:
				texts = []string{"00:00:00:00:00:00", "02:00:00:00:00:0a"}
			case schema.IPv4List:
				texts = []string{"", "192.0.2.1,192.0.2.2"}
			case schema.IPv6List:
				texts = []string{"", "2001:db8::1,2001:db8::2"}
			}
			for _, text := range texts {
				settings := settingsOf(t, o.Name+"="+text)
				read, err := optionsToJSON(settings).settings(scope)
				require.NoError(t, err, o.Name)
				assert.Equal(t, settings, read, o.Name)
			}
		}
	}
}

func TestStateOnDiskForReaders(t *testing.T) {
	data, err := Encode(&State{
		Links: []*Link{{
			Index: 4, Name: "bond0", Kind: "bond", Hardware: 1, MAC: schema.MAC(mac(1)), MTU: 1500, Up: true,
			Bond: &Bond{Settings: settingsOf(t, "mode=active-backup", "miimon=0", "arp_ip_target="), Unknown: []Attribute{{99, []byte{1, 255}}}},
		}},
		Routes: []Route{{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.254"), Link: "bond0", Table: unix.RT_TABLE_MAIN}},
	})
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(data), `{"format_version":1,`), "the version is first")
	assert.JSONEq(t, `{"format_version":1,"links":[{"index":4,"name":"bond0","kind":"bond","hardware":1,"mac":"02:00:00:00:00:01","mtu":1500,`+
		`"up":true,"carrier":false,"bond":{"options":{"arp_ip_target":"","miimon":"0","mode":"active-backup"},`+
		`"unknown":[{"number":99,"data":"01ff"}]}}],"routes":[{"to":"0.0.0.0/0","via":"192.0.2.254","link":"bond0","table":254}]}`,
		string(data))
}

func TestStatesThatCannotBeRead(t *testing.T) {
	bond := func(options string) string {
		return `{"format_version":1,"links":[{"name":"bond0","bond":{"options":` + options + `}}]}`
	}
	for text, want := range map[string]string{
		`{"links":[]}`:                               "no format_version",
		`{"format_version":2,"new":1}`:               "format_version is 2, and this bondctl knows 1: use the bondctl that wrote it",
		`{"format_version":0}`:                       "format_version is 0, which there never was",
		`{"format_version":1,"new":1}`:               "unknown field",
		`{"format_version":1`:                        "unexpected end",
		`{"format_version":1}{}`:                     "after top-level value",
		bond(`{"quantum":"1","mode":"0"}`):           "link bond0: this bondctl knows no option quantum here",
		bond(`{"prio":"1"}`):                         "knows no option prio here",
		bond(`{"miimon":"-1"}`):                      "option miimon wants a number",
		`{"format_version":1,"links":[{"mac":"x"}]}`: "wants an Ethernet address",
		`{"format_version":1,"routes":[{"to":"0.0.0.0/0","unknown":[{"number":1,"data":"x"}]}]}`: "encoding/hex",
	} {
		_, err := Decode([]byte(text))
		require.ErrorContains(t, err, "read a state of the kernel", text)
		require.ErrorContains(t, err, want, text)
	}
}

// JSON has no way to say a name that is not UTF-8: it would come back as another.
func TestNamesThatAreNoText(t *testing.T) {
	const odd = "eth\xff"
	for what, s := range map[string]*State{
		"link":    {Links: []*Link{{Name: odd}}},
		"primary": {Links: []*Link{{Bond: &Bond{Settings: settingsOf(t, "primary="+odd)}}}},
		"address": {Addresses: []Address{{Link: odd}}},
		"route":   {Routes: []Route{{Link: odd}}},
		"rule":    {Rules: []Rule{{Outgoing: odd}}},
	} {
		_, err := Encode(s)
		require.ErrorContains(t, err, `the name "eth\xff" is not UTF-8: give the link another one`, what)
	}
}

// No bytes make the reader panic, and what it reads it can write.
func FuzzSnapshot(f *testing.F) {
	f.Add([]byte(`{"format_version":1,"links":[{"name":"bond0","bond":{"options":{"mode":"802.3ad"},"lacp":{}},"slave":{}}]}`))
	f.Add([]byte(`{"format_version":1,"addresses":[{"prefix":"fe80::1/64"}],"rules":[{"from":""}],"routes":[{"via":"fe80::1%eth0"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode(data)
		if err != nil {
			return
		}
		again, err := Encode(s)
		require.NoError(t, err)
		_, err = Decode(again)
		require.NoError(t, err, strings.ToValidUTF8(string(again), "?"))
	})
}
