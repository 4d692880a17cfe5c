package kernel

import (
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// drawSettings draws any values of any options of a scope.
func drawSettings(t *rapid.T, scope schema.Scope) schema.Settings {
	var settings schema.Settings
	for _, o := range schema.OptionsOf(scope) {
		if rapid.Bool().Draw(t, o.Name) {
			settings = settings.With(schema.Setting{Option: o, Value: drawValue(t, o)})
		}
	}
	return settings
}

func drawState(t *rapid.T) *State {
	unknown := rapid.SampledFrom([][]Attribute{nil, {{Number: 99, Data: []byte{1, 0, 255}}}}).Draw(t, "unknown")
	return &State{
		Links: []*Link{
			{Index: 1, Name: "lo", Hardware: 772, MTU: 65536, Up: true},
			{
				Index: 2, Name: "bond0", Kind: "bond", Hardware: 1, MAC: schema.MAC{2, 0, 0, 0, 0, 1}, MTU: 9000,
				Bond: &Bond{Settings: drawSettings(t, schema.BondScope), LACP: &LACP{Ports: 2}, Unknown: unknown},
			},
			{Index: 3, Name: "eth0", Master: "bond0", Slave: &Slave{Settings: drawSettings(t, schema.SlaveScope), MII: MIIDown, Unknown: unknown}},
			{Index: 4, Name: "bond0.7", Kind: "vlan", Parent: "bond0", VLAN: 7},
		},
		Addresses: []Address{{Link: "bond0", Prefix: netip.MustParsePrefix("192.0.2.10/24"), Broadcast: netip.MustParseAddr("192.0.2.255"), Flags: 0x80, Valid: 7}},
		Routes:    []Route{{To: schema.IPv6.Default(), Via: netip.MustParseAddr("fe80::1"), Link: "bond0", Metric: 1024, Table: 254, Unknown: unknown}},
		Rules:     []Rule{{Family: schema.IPv4, Priority: 32766, From: netip.MustParsePrefix("192.0.2.0/24"), Table: 254, Action: 1}},
	}
}

func TestAStateIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := drawState(t)
		text, err := json.Marshal(state)
		require.NoError(t, err)
		var read State
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, state, &read)
	})
}

func TestAStateOfAnotherVersionIsRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"format_version":2}`, "use the bondctl that wrote it"},
		{`{"format_version":1,"links":[{"Name":"bond0","Bond":{"Settings":[{"Option":"warp","Value":"9"}]}}]}`, `an option "warp"`},
		{`{"format_version":1,"links":[{"Name":"bond0","Bond":{"Settings":[{"Option":"miimon","Value":"x"}]}}]}`, `miimon = "x"`},
		{`{"format_version":1,"links":[7]}`, "read the state of the kernel"},
	} {
		var state State
		assert.ErrorContains(t, json.Unmarshal([]byte(c.text), &state), c.want)
	}
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"format_version":1,"links":[{"Name":"bond0","Bond":{"Settings":[{"Option":"miimon","Value":"100"}]}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var state State
		if json.Unmarshal(text, &state) != nil {
			return
		}
		again, err := json.Marshal(&state)
		require.NoError(t, err)
		var read State
		require.NoError(t, json.Unmarshal(again, &read))
	})
}
