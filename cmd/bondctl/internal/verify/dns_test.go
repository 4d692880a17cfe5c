package verify

import (
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// One resolver that is silent, is not there or does not know leaves time for the next,
// and for what the name is needed for.
func TestTheNextResolverIsAsked(t *testing.T) {
	f := newFar(t, "eth0")
	names := &resolver{records: map[string]string{"host.example. A": "host.example. 60 IN A 10.0.0.1"}}
	names.serve(t, f, "10.0.0.1")
	port := f.serveSite("10.0.0.1:0")
	for _, first := range []string{"10.0.0.99", "192.0.2.53", "2001:db8::53"} {
		o := Options{Link: "eth0", Resolvers: []netip.Addr{netip.MustParseAddr(first), netip.MustParseAddr("10.0.0.1")}}
		passes(t, tcp(port, "host.example"), o)
		passes(t, described("icmp", "host.example"), o)
	}
	all := Options{Link: "eth0", Resolvers: []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.1")}}
	isClearFor(t, tcp(port, "nowhere.example"), all, "lookup nowhere.example on 10.0.0.1:53: no such host")
	closed := Options{Link: "lo", Resolvers: []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")}}
	isClearFor(t, tcp(port, "host.example"), closed, "lookup host.example on 127.0.0.2:53: connection refused")
	gone := Options{Link: "eth7", Resolvers: []netip.Addr{netip.MustParseAddr("192.0.2.53"), netip.MustParseAddr("192.0.2.54")}}
	isUnclearFor(t, tcp(port, "host.example"), gone, "binding to eth7: no such device")
}

// resolver is a DNS server for the tests; asked counts the questions.
type resolver struct {
	// records are by name and type: "example.org. A".
	records map[string]string
	asked   atomic.Int32
}

// serve has the resolver listen on port 53 of an address, in the namespace of a host.
func (r *resolver) serve(t *testing.T, f *far, address string) {
	t.Helper()
	r.serveIn(t, f.do, address)
}

// serveHere has the resolver listen in the namespace of the tests.
func (r *resolver) serveHere(t *testing.T, address string) {
	t.Helper()
	r.serveIn(t, func(listen func() error) { require.NoError(t, listen()) }, address)
}

func (r *resolver) serveIn(t *testing.T, do func(func() error), address string) {
	t.Helper()
	where := net.JoinHostPort(address, "53")
	var packets net.PacketConn
	var listener net.Listener
	do(func() (err error) {
		if packets, err = net.ListenPacket("udp", where); err == nil {
			listener, err = net.Listen("tcp", where)
		}
		return err
	})
	for _, server := range []*dns.Server{{PacketConn: packets, Handler: r}, {Listener: listener, Handler: r}} {
		ready := make(chan struct{})
		server.NotifyStartedFunc = func() { close(ready) }
		go func() { _ = server.ActivateAndServe() }()
		<-ready
		t.Cleanup(func() { _ = server.Shutdown() })
	}
}

// ServeDNS answers with a record, or that there is none of the type, or of the name.
func (r *resolver) ServeDNS(w dns.ResponseWriter, question *dns.Msg) {
	r.asked.Add(1)
	answer := new(dns.Msg).SetReply(question)
	q := question.Question[0]
	record, known := r.records[q.Name+" "+dns.TypeToString[q.Qtype]]
	switch {
	case q.Name == "broken.example.":
		answer.Rcode = dns.RcodeServerFailure
	case strings.HasPrefix(q.Name, "long.") && w.RemoteAddr().Network() == "udp":
		answer.Truncated = true
	case known:
		rr, err := dns.NewRR(record)
		if err == nil {
			answer.Answer = append(answer.Answer, rr)
		}
	default:
		answer.Rcode = dns.RcodeNameError
		for name := range r.records {
			if strings.HasPrefix(name, q.Name+" ") {
				answer.Rcode = dns.RcodeSuccess
			}
		}
	}
	_ = w.WriteMsg(answer)
}

func query(name, recordType string, targets ...string) *schema.Verifier {
	v := described("dns", targets...)
	v.Query = schema.Given(name)
	if recordType != "" {
		v.RecordType = schema.Given(recordType)
	}
	return v
}

func TestDNS(t *testing.T) {
	f := newFar(t, "eth0")
	r := &resolver{records: map[string]string{
		"example.org. A":  "example.org. 60 IN A 192.0.2.1",
		"example.org. MX": "example.org. 60 IN MX 10 mail.example.org.",
		"long.example. A": "long.example. 60 IN A 192.0.2.1",
		". NS":            ". 60 IN NS a.root-servers.net.",
	}}
	r.serve(t, f, "10.0.0.1")
	passes(t, query("example.org", "", "10.0.0.1"), Options{})
	passes(t, query("example.org.", "MX", "10.0.0.1"), Options{})
	passes(t, query(".", "NS", "10.0.0.1"), Options{})
	passes(t, query("long.example", "", "10.0.0.1"), Options{})
	fails(t, query("example.org", "AAAA", "10.0.0.1"), Options{}, "10.0.0.1: answered with no AAAA record")
	fails(t, query("example.com", "", "10.0.0.1"), Options{}, "10.0.0.1: answered NXDOMAIN")
	fails(t, query("broken.example", "", "10.0.0.1"), Options{}, "10.0.0.1: answered SERVFAIL")
	fails(t, query("example.org", "", "127.0.0.1"), Options{}, "127.0.0.1: read udp 127.0.0.1:")
	fails(t, brief(query("example.org", "", "10.0.0.99")), Options{}, "10.0.0.99: no answer within 500ms")
}

// Names are asked for over the link under test, of its own resolvers: those of
// another link know another host by the name, or are dead.
func TestNamesResolveThroughTheLink(t *testing.T) {
	f := newFar(t, "eth0", "eth1")
	first := &resolver{records: map[string]string{"host.example. A": "host.example. 60 IN A 10.0.0.1"}}
	second := &resolver{records: map[string]string{"host.example. A": "host.example. 60 IN A 10.0.1.1"}}
	first.serve(t, f, "10.0.0.1")
	second.serve(t, f, "10.0.1.1")
	var listener net.Listener
	f.do(func() (err error) {
		listener, err = net.Listen("tcp", "10.0.1.1:0")
		return err
	})
	t.Cleanup(func() { _ = listener.Close() })
	port := listener.Addr().(*net.TCPAddr).Port

	way := Options{Link: "eth1", Resolvers: []netip.Addr{netip.MustParseAddr("10.0.1.1")}}
	passes(t, tcp(port, "host.example"), way)
	passes(t, described("icmp", "host.example"), way)
	assert.Positive(t, second.asked.Load())
	assert.Zero(t, first.asked.Load(), "the other link's resolver")

	f.cut("eth1")
	fails(t, brief(tcp(port, "host.example")), way, "host.example: ")
	require.Zero(t, first.asked.Load())
}
