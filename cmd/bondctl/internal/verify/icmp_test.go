package verify

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

func TestICMP(t *testing.T) {
	f := newFar(t, "eth0")
	passes(t, described("icmp", "10.0.0.1", "127.0.0.1", "::1", "localhost"), Options{})
	fails(t, brief(described("icmp", "10.0.0.99")), Options{}, "10.0.0.99: no answer within 500ms")
	fails(t, described("icmp", "203.0.113.1"), Options{}, "203.0.113.1: network is unreachable")
	fails(t, described("icmp", "nowhere.invalid"), Options{}, "nowhere.invalid")

	f.set("net/ipv4/icmp_echo_ignore_all")
	fails(t, brief(described("icmp", "10.0.0.1")), Options{}, "10.0.0.1: no answer within 500ms")
}

func TestICMPv6(t *testing.T) {
	newFar(t, "eth0")
	awaitNeighbour(t, "fd00::1")
}

// A router that says that it has no way is heard.
func TestARouterSaysThatATargetIsUnreachable(t *testing.T) {
	f := newFar(t, "eth0")
	f.set("net/ipv4/ip_forward")
	_, beyond, err := net.ParseCIDR("198.51.100.0/24")
	require.NoError(t, err)
	f.do(func() error { return netlink.RouteAdd(&netlink.Route{Dst: beyond, Type: unix.RTN_UNREACHABLE}) })
	require.NoError(t, netlink.RouteAdd(&netlink.Route{Dst: beyond, Gw: net.IPv4(10, 0, 0, 1)}))
	fails(t, described("icmp", "198.51.100.1"), Options{}, "198.51.100.1: no route to host")
}

// Many ask the same target at once, and everybody gets an answer of their own.
func TestManyPings(t *testing.T) {
	newFar(t, "eth0")
	made, err := New(described("icmp", "10.0.0.1"), Options{})
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			result := made.Check(t.Context())
			assert.True(t, result.Passed, result.String())
		})
	}
	all.Wait()
}

// A reply to somebody else's request, and one that was tampered with, count as none.
func TestForeignRepliesAreNone(t *testing.T) {
	f := newFar(t, "eth0")
	f.set("net/ipv4/icmp_echo_ignore_all")
	var conn net.PacketConn
	f.do(func() (err error) {
		conn, err = net.ListenPacket("ip4:icmp", "10.0.0.1")
		return err
	})
	made, err := New(described("icmp", "10.0.0.1"), Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	answered := make(chan error, 1)
	go func() {
		answered <- answerWrongly(conn)
		cancel(errors.New("that was all"))
	}()
	assert.Equal(t, "10.0.0.1: that was all", made.Check(ctx).String())
	require.NoError(t, <-answered)
	require.NoError(t, conn.Close())
}

// answerWrongly answers a request with what is no reply to it.
func answerWrongly(conn net.PacketConn) error {
	buffer := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return err
		}
		m, err := icmp.ParseMessage(unix.IPPROTO_ICMP, buffer[:n])
		request, ok := m.Body.(*icmp.Echo)
		if err != nil || !ok {
			continue
		}
		wrong := []*icmp.Echo{
			{ID: request.ID ^ 1, Seq: request.Seq, Data: request.Data},
			{ID: request.ID, Seq: request.Seq + 1, Data: request.Data},
			{ID: request.ID, Seq: request.Seq, Data: []byte("tampered with")},
		}
		for _, body := range wrong {
			text, _ := (&icmp.Message{Type: ipv4.ICMPTypeEchoReply, Body: body}).Marshal(nil)
			if _, err := conn.WriteTo(text, from); err != nil {
				return err
			}
		}
		return nil
	}
}

// What is bound goes over its link whatever the routes say, and what is not goes
// their way.
func TestBoundToALink(t *testing.T) {
	f := newFar(t, "eth0", "eth1")
	f.do(func() error { return configure("lo", "203.0.113.1/32") })
	everywhere := &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}
	require.NoError(t, netlink.RouteAdd(&netlink.Route{Dst: everywhere, Gw: net.IPv4(10, 0, 0, 1)}))
	v := described("icmp", "203.0.113.1")
	passes(t, v, Options{})
	passes(t, v, Options{Link: "eth0"})

	f.cut("eth0")
	require.NoError(t, netlink.RouteReplace(&netlink.Route{Dst: everywhere, Gw: net.IPv4(10, 0, 1, 1), Priority: 9}))
	fails(t, brief(described("icmp", "203.0.113.1")), Options{Link: "eth0"}, "203.0.113.1: ")
	passes(t, v, Options{Link: "eth1"})
	fails(t, v, Options{Link: "eth7"}, "203.0.113.1: binding to eth7: no such device")
	fails(t, tcp(80, "203.0.113.1"), Options{Link: "eth7"}, "no such device")

	hop := func() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("10.0.1.1")}, nil }
	passes(t, described("icmp", "gateway"), Options{Link: "eth1", Gateways: hop})
	fails(t, brief(described("icmp", "gateway")), Options{Link: "eth0", Gateways: hop}, "gateway 10.0.1.1: ")
}
