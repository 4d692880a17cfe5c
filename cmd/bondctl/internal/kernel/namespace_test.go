package kernel

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
	"github.com/bondctl/bondctl/schema"
)

// TestMain has the tests run in a network namespace of their own, whose loopback is up.
func TestMain(m *testing.M) {
	if !netnstest.Inside() {
		os.Exit(netnstest.Rerun())
	}
	if err := loopbackUp(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func loopbackUp() error {
	host, err := Open()
	if err != nil {
		return err
	}
	defer host.Close()
	return host.Up("lo")
}

// addNextHop makes a nexthop object (struct nhmsg, include/uapi/linux/nexthop.h).
func addNextHop(host *Host, family schema.Family, id uint32, attrs []byte) error {
	msg := []byte{afOf(family.Default().Addr()), 0, unix.RTPROT_STATIC, 0, 0, 0, 0, 0}
	msg = appendAttr(msg, unix.NHA_ID, native.AppendUint32(nil, id))
	return host.change("add a nexthop object", unix.RTM_NEWNEXTHOP, create, append(msg, attrs...))
}

func removeNextHop(host *Host, id uint32) error {
	msg := appendAttr(make([]byte, 8), unix.NHA_ID, native.AppendUint32(nil, id))
	return host.change("remove a nexthop object", unix.RTM_DELNEXTHOP, 0, msg)
}
