package verify

import (
	"net"
	"net/netip"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// connects gives the address that a dialer has connected to.
func connects(t *testing.T, d Dialer, host string, port int) string {
	t.Helper()
	conn, err := d.DialContext(t.Context(), "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	return conn.RemoteAddr().String()
}

func TestADialerGoesOverItsLink(t *testing.T) {
	f := newFar(t, "eth0", "eth1")
	names := &resolver{records: map[string]string{"host.example. A": "host.example. 60 IN A 10.0.1.1"}}
	names.serve(t, f, "10.0.1.1")
	port := f.serveSite("10.0.1.1:0")
	d := Dialer{Link: "eth1", Resolvers: []netip.Addr{netip.MustParseAddr("10.0.1.1")}, Family: schema.IPv4}
	assert.Equal(t, "10.0.1.1:"+strconv.Itoa(port), connects(t, d, "host.example", port))

	_, err := Dialer{Link: "eth7"}.DialContext(t.Context(), "tcp", "10.0.1.1:80")
	require.ErrorContains(t, err, "binding to eth7: no such device")
	_, err = Dialer{Link: "eth1", Family: schema.IPv6}.DialContext(t.Context(), "tcp", "10.0.1.1:80")
	require.ErrorContains(t, err, "no suitable address")
}

// A server on this host is behind no link, and in a family of its own.
func TestADialerReachesThisHost(t *testing.T) {
	newFar(t, "eth0")
	d := Dialer{Link: "eth0", Family: schema.IPv4}
	for _, address := range []string{"127.0.0.1", "127.3.2.1", "::1"} {
		port := listen(t, address)
		connects(t, d, address, port)
	}
	connects(t, d, "localhost", listen(t, "127.0.0.1"))
	connects(t, Dialer{Link: "eth7"}, "127.0.0.1", listen(t, "127.0.0.1"))
}

// A resolver on this host, such as systemd-resolved's 127.0.0.53, is asked there.
func TestAResolverOnThisHost(t *testing.T) {
	f := newFar(t, "eth0")
	names := &resolver{records: map[string]string{"host.example. A": "host.example. 60 IN A 10.0.0.1"}}
	names.serveHere(t, "127.0.0.53")
	o := Options{Link: "eth0", Resolvers: []netip.Addr{netip.MustParseAddr("127.0.0.53")}, Family: schema.IPv4}
	passes(t, tcp(f.serveSite("10.0.0.1:0"), "host.example"), o)
	assert.Positive(t, names.asked.Load())
}
