package verify

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// A host that has an address of each family, and answers at one of them only, is
// well in that one only.
func TestANameIsAnsweredForInItsFamily(t *testing.T) {
	f := newFar(t, "eth0")
	names := &resolver{records: map[string]string{
		"host.example. A":    "host.example. 60 IN A 10.0.0.1",
		"host.example. AAAA": "host.example. 60 IN AAAA fd00::1",
	}}
	names.serve(t, f, "10.0.0.1")
	port := f.serveSite("[fd00::1]:0")
	f.set("net/ipv4/icmp_echo_ignore_all")
	awaitNeighbour(t, "fd00::1")

	onlyIn(t, schema.IPv6, described("icmp", "host.example"))
	onlyIn(t, schema.IPv6, tcp(port, "host.example"))
	onlyIn(t, schema.IPv6, page200(fmt.Sprintf("http://host.example:%d/well", port)))
	onlyIn(t, schema.IPv4, query("host.example", "", "host.example"))
}

// onlyIn insists that a verifier passes in one family, and where both count.
func onlyIn(t *testing.T, family schema.Family, v *schema.Verifier) {
	t.Helper()
	o := Options{Link: "eth0", Resolvers: []netip.Addr{netip.MustParseAddr("10.0.0.1")}}
	passes(t, v, o)
	o.Family = family
	passes(t, v, o)
	o.Family = schema.IPv4 + schema.IPv6 - family
	fails(t, brief(v), o, "host.example")
}

// An address of the other family is not asked at all.
func TestAnAddressOfTheOtherFamily(t *testing.T) {
	open := listen(t, "::1")
	passes(t, described("icmp", "::1"), Options{Family: schema.IPv6})
	passes(t, described("icmp", "127.0.0.1"), Options{Family: schema.IPv4})
	fails(t, described("icmp", "::1"), Options{Family: schema.IPv4}, "::1: no ipv4 address")
	fails(t, described("icmp", "127.0.0.1"), Options{Family: schema.IPv6}, "127.0.0.1: no ipv6 address")
	passes(t, tcp(open, "::1"), Options{Family: schema.IPv6})
	fails(t, tcp(open, "::1"), Options{Family: schema.IPv4}, "::1: dial tcp4: address ::1: no suitable address found")
}

// serveSite has the host serve the site, and gives the port.
func (f *far) serveSite(address string) int {
	f.t.Helper()
	var listener net.Listener
	f.do(func() (err error) {
		listener, err = net.Listen("tcp", address)
		return err
	})
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: site()}}
	server.Start()
	f.t.Cleanup(server.Close)
	return listener.Addr().(*net.TCPAddr).Port
}

// awaitNeighbour waits until an address of IPv6 answers: neighbours find each
// other only when the link-local address is known to be nobody else's, a second
// or two after the link is up.
func awaitNeighbour(t *testing.T, addr string) {
	t.Helper()
	made, err := New(described("icmp", addr), Options{})
	require.NoError(t, err)
	result := made.Await(t.Context(), Trial{Every: 500 * time.Millisecond, Most: 60})
	assert.True(t, result.Passed, result.String())
}
