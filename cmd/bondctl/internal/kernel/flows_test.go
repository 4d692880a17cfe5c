package kernel

import (
	"net/netip"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// Two flows began here, of which one is translated to another address, and one is of a
// host behind this one and masqueraded; the others go out from another address, come
// in, or only pass by.
func TestForgetFlows(t *testing.T) {
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		t.Run(family.String(), func(t *testing.T) {
			e := endsOf[family]
			here, spare, near, far := e.here.Addr(), e.spare.Addr(), e.near.Addr(), e.far.Addr()
			track(t, 1001, tuple{here, far}, tuple{far, here})
			track(t, 1002, tuple{near, far}, tuple{far, here})
			track(t, 1003, tuple{here, far}, tuple{far, spare})
			stay := []uint16{1004, 1005, 1006, 1007}
			track(t, 1004, tuple{spare, far}, tuple{far, spare})
			track(t, 1005, tuple{far, here}, tuple{here, far})
			track(t, 1006, tuple{near, far}, tuple{far, near})
			track(t, 1007, tuple{near, here}, tuple{far, near})
			host := open(t)

			count, err := host.ForgetFlows(family, []netip.Addr{here})
			require.NoError(t, err)
			assert.Equal(t, 3, count)
			assert.ElementsMatch(t, stay, tracked(t, family))

			count, err = host.ForgetFlows(family, nil)
			require.NoError(t, err)
			assert.Zero(t, count)
			assert.ElementsMatch(t, stay, tracked(t, family))
		})
	}
}

// track makes an entry of UDP packets from a port to port 7 and back.
func track(t *testing.T, port uint16, original, reply tuple) {
	t.Helper()
	require.NoError(t, netlink.ConntrackCreate(netlink.ConntrackTable, netlink.InetFamily(afOf(original.source)), &netlink.ConntrackFlow{
		FamilyType: afOf(original.source), TimeOut: 600,
		Forward: tupleOf(original, port, echoPort), Reverse: tupleOf(reply, echoPort, port),
	}))
}

func tupleOf(t tuple, source, destination uint16) netlink.IPTuple {
	return netlink.IPTuple{
		SrcIP: t.source.AsSlice(), DstIP: t.destination.AsSlice(), Protocol: unix.IPPROTO_UDP, SrcPort: source, DstPort: destination,
	}
}

// tracked lists the ports from which the entries of a family came.
func tracked(t *testing.T, family schema.Family) []uint16 {
	t.Helper()
	flows, err := netlink.ConntrackTableList(netlink.ConntrackTable, netlink.InetFamily(afOf(family.Default().Addr())))
	require.NoError(t, err)
	var ports []uint16
	for _, f := range flows {
		ports = append(ports, f.Forward.SrcPort)
	}
	return ports
}

// A kernel without connection tracking is one whose settings of it are not there.
func TestForgetFlowsWithoutConnectionTracking(t *testing.T) {
	e := endsOf[schema.IPv4]
	track(t, 1001, tuple{e.here.Addr(), e.far.Addr()}, tuple{e.far.Addr(), e.here.Addr()})
	type answer struct {
		count int
		err   error
	}
	answers := make(chan answer, 1)
	host := open(t)
	go func() {
		runtime.LockOSThread() // never unlocked: its mounts end with it
		err := hideConntrack()
		if err != nil {
			answers <- answer{0, err}
			return
		}
		count, err := host.ForgetFlows(schema.IPv4, []netip.Addr{e.here.Addr()})
		answers <- answer{count, err}
	}()
	assert.Equal(t, answer{}, <-answers)
	assert.Contains(t, tracked(t, schema.IPv4), uint16(1001), "nothing was asked of it")
}

// hideConntrack gives the calling thread mounts of its own, without those settings.
func hideConntrack() error {
	if err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	return unix.Mount("none", "/proc/sys/net/netfilter", "tmpfs", 0, "")
}
