package resolvers

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServersAreWrittenAsInResolvedConf(t *testing.T) {
	for text, want := range map[string]server{
		"192.0.2.53":                     {Addr: netip.MustParseAddr("192.0.2.53")},
		"192.0.2.53:5353":                {Addr: netip.MustParseAddr("192.0.2.53"), Port: 5353},
		"fe80::53":                       {Addr: netip.MustParseAddr("fe80::53")},
		"2001:db8::53#dns.example":       {Addr: netip.MustParseAddr("2001:db8::53"), Name: "dns.example"},
		"[2001:db8::53]:853#dns.example": {Addr: netip.MustParseAddr("2001:db8::53"), Port: 853, Name: "dns.example"},
	} {
		written, err := want.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
		var read server
		require.NoError(t, read.UnmarshalText(written))
		assert.Equal(t, want, read)
	}
	require.ErrorContains(t, new(server).UnmarshalText([]byte("dns.example")), `"dns.example" is no address of a resolver`)
}
