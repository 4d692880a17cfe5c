package verify

import (
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"

	"github.com/bondctl/bondctl/schema"
)

// eth0Line is the socket that is kept for 10.0.0.1 over eth0, nil for none.
func eth0Line(p *Pings) *line {
	all := p.idle[course{"eth0", 0, netip.MustParseAddr("10.0.0.1")}]
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1].line
}

func TestASocketIsUsedAgain(t *testing.T) {
	newFar(t, "eth0")
	o := Options{Link: "eth0", Pings: NewPings()}
	passes(t, described("icmp", "10.0.0.1"), o)
	first := eth0Line(o.Pings)
	require.NotNil(t, first)
	passes(t, described("icmp", "10.0.0.1"), o)
	assert.Same(t, first, eth0Line(o.Pings))

	o.Pings.Renew("eth1")
	assert.Same(t, first, eth0Line(o.Pings), "that is another link")
	o.Pings.Renew("eth0")
	assert.Nil(t, eth0Line(o.Pings))
	require.ErrorIs(t, first.SetDeadline(longPast), net.ErrClosed)
	passes(t, described("icmp", "10.0.0.1"), o)
}

// A socket that was under way when its link was renewed is not kept.
func TestARenewedLinkForgetsWhatIsUnderWay(t *testing.T) {
	newFar(t, "eth0")
	o := Options{Link: "eth0", Pings: NewPings()}
	passes(t, described("icmp", "10.0.0.1"), o)
	c := course{"eth0", 0, netip.MustParseAddr("10.0.0.1")}
	under := o.Pings.take(c)
	o.Pings.Renew("eth0")
	o.Pings.leave(c, under)
	assert.Nil(t, eth0Line(o.Pings))
	require.ErrorIs(t, under.SetDeadline(longPast), net.ErrClosed)
}

// A connected socket keeps its source, and the kernel refuses to send from one that is
// no address any more.
func TestAnAddressThatIsGone(t *testing.T) {
	newFar(t, "eth0")
	o := Options{Link: "eth0", Pings: NewPings()}
	passes(t, described("icmp", "10.0.0.1"), o)
	first := eth0Line(o.Pings)
	link, err := netlink.LinkByName("eth0")
	require.NoError(t, err)
	for _, change := range []struct {
		do   func(netlink.Link, *netlink.Addr) error
		text string
	}{{netlink.AddrDel, "10.0.0.2/24"}, {netlink.AddrAdd, "10.0.0.3/24"}} {
		addr, err := netlink.ParseAddr(change.text)
		require.NoError(t, err)
		require.NoError(t, change.do(link, addr))
	}
	passes(t, described("icmp", "10.0.0.1"), o)
	assert.NotSame(t, first, eth0Line(o.Pings))
}

// A reply that comes when its time is over is told when the target is asked again.
func TestALateReplyIsTold(t *testing.T) {
	f := newFar(t, "eth0")
	f.set("net/ipv4/icmp_echo_ignore_all")
	var conn net.PacketConn
	f.do(func() (err error) {
		conn, err = net.ListenPacket("ip4:icmp", "10.0.0.1")
		return err
	})
	defer func() { require.NoError(t, conn.Close()) }()
	told := map[string]time.Duration{}
	o := Options{
		Link: "eth0", Pings: NewPings(), Late: func(target string, took time.Duration) { told[target] = took },
		Gateways: func() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("10.0.0.1")}, nil },
	}
	v := brief(described("icmp", "gateway"))
	begun := time.Now()
	fails(t, v, o, "gateway 10.0.0.1: no answer within 500ms")
	asked := o.Pings.unanswered[course{"eth0", 0, netip.MustParseAddr("10.0.0.1")}][0]
	reply, to := replyTo(t, conn)
	_, err := conn.WriteTo(reply, to)
	require.NoError(t, err)
	require.Empty(t, told)
	awaitPacket(t, asked.IPConn)
	fails(t, v, o, "no answer within 500ms")
	require.Contains(t, told, "gateway 10.0.0.1")
	assert.Positive(t, told["gateway 10.0.0.1"])
	assert.Less(t, told["gateway 10.0.0.1"], time.Since(begun))

	clear(told)
	fails(t, v, o, "no answer within 500ms")
	assert.Empty(t, told, "it was told once, and nothing else has come")
	assert.Len(t, o.Pings.unanswered[course{"eth0", 0, netip.MustParseAddr("10.0.0.1")}], 2)
}

// What nobody needs any more is closed, and of what is never answered there is not much.
func TestSocketsAreNotKeptForEver(t *testing.T) {
	f := newFar(t, "eth0")
	o := Options{Link: "eth0", Pings: NewPings(), Late: func(string, time.Duration) {}}
	passes(t, described("icmp", "10.0.0.1"), o)
	f.set("net/ipv4/icmp_echo_ignore_all")
	v := described("icmp", "10.0.0.1")
	v.Timeout = schema.Given(10 * time.Millisecond)
	for range 2 * mostUnanswered {
		fails(t, v, o, "no answer within 10ms")
	}
	c := course{"eth0", 0, netip.MustParseAddr("10.0.0.1")}
	kept := slices.Clone(o.Pings.unanswered[c])
	assert.Len(t, kept, mostUnanswered)
	o.Pings.closeOlder(0, 0)
	assert.Empty(t, o.Pings.unanswered)
	assert.Empty(t, o.Pings.idle)
	for _, u := range kept {
		require.ErrorIs(t, u.SetDeadline(longPast), net.ErrClosed)
	}
}
