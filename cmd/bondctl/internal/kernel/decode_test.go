package kernel

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// A newer driver has attributes and words that the table lacks: they are
// carried, and the rest is read.
func TestWhatANewerDriverTellsIsCarried(t *testing.T) {
	attrs := []Attribute{
		{Number: 1, Data: []byte{1}},
		{Number: 22, Data: []byte{200}},
		{Number: 99, Data: []byte{1, 2, 3}},
		{Number: 3, Data: []byte{1, 2}},
		{Number: 11, Data: native.AppendUint32(nil, 77)},
		{Number: 8, Data: appendAttr(nil, 0, []byte{1})},
		{Number: 31, Data: []byte{9, 0, 0, 0, 0}},
	}
	settings, unknown := decodeSettings(schema.BondScope, attrs, nameOf)
	require.Len(t, settings, 1)
	assert.Equal(t, "active-backup", settings.Text("mode"))
	assert.Equal(t, attrs[1:], unknown)
}

// Of a primary and of targets that are not there the driver says nothing; of
// an option that it does not know, too.
func TestSilenceOfTheDriver(t *testing.T) {
	bond := &Bond{Settings: settingsOf(t, "mode=active-backup")}
	for name, told := range map[string]bool{
		"primary": true, "arp_ip_target": true, "ns_ip6_target": true, "mode": true, "lacp_strict": false, "tx_queues": false,
	} {
		o, _ := schema.Lookup(name)
		_, ok := bond.Value(o)
		assert.Equal(t, told, ok, name)
	}
	prio, _ := schema.Lookup("prio")
	_, ok := (&Slave{}).Value(prio)
	assert.False(t, ok)
}

func TestAttributesThatReachTooFar(t *testing.T) {
	for name, msg := range map[string][]byte{
		"longer than the message":      append(native.AppendUint16(nil, 9), 0, 0, 1),
		"shorter than its own header":  append(native.AppendUint16(nil, 3), 0, 0),
		"one right, the next too long": append(appendAttr(nil, 1, []byte{1}), 255, 255, 1, 0),
	} {
		_, err := parseAttrs(msg)
		assert.ErrorIs(t, err, errMalformed, name)
	}
}

func TestAttributesOfOtherLengths(t *testing.T) {
	assert.Zero(t, Attribute{Data: []byte{1, 2, 3}}.number())
	assert.Equal(t, "eth0", Attribute{Data: []byte("eth0")}.text())
	assert.Equal(t, "eth0", Attribute{Data: []byte("eth0\x00junk")}.text())
	assert.True(t, Attribute{Data: []byte{192, 0, 2, 1}}.mac().IsZero(), "a tunnel's address is no Ethernet address")
}

func TestStatesOfTheCarrier(t *testing.T) {
	assert.Equal(t, "up", MIIUp.String())
	assert.Equal(t, "going back", MIIGoingBack.String())
	assert.Equal(t, "unknown", MIIStatus(9).String())
}

// No bytes make the decoder panic, and what it reads it can write.
func FuzzDecode(f *testing.F) {
	seed, err := encodeSettings(settingsOf(f, "mode=active-backup", "miimon=100", "primary=eth0", "arp_ip_target=192.0.2.1"), indexOf)
	require.NoError(f, err)
	f.Add(seed)
	f.Add([]byte{5, 0, 9, 0, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, msg []byte) {
		attrs, _ := parseAttrs(msg)
		for _, scope := range []schema.Scope{schema.BondScope, schema.SlaveScope} {
			settings, _ := decodeSettings(scope, attrs, nameOf)
			_, err := encodeSettings(settings, indexOf)
			require.NoError(t, err)
		}
	})
}
