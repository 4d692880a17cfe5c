package verify

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// TestMain has the tests run in a network namespace of their own.
func TestMain(m *testing.M) {
	if target := os.Getenv(askVariable); target != "" {
		askAlone(target)
		return
	}
	if netnstest.Inside() {
		if err := loopbackUp(); err != nil {
			panic(err)
		}
		os.Exit(m.Run())
	}
	os.Exit(rerun())
}

func rerun() int {
	dir, err := os.MkdirTemp("", "verify")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return netnstest.Rerun("SSL_CERT_FILE=" + authority(dir))
}

// authority makes a file with the certificate of httptest's servers: what the
// tests trust.
func authority(dir string) string {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	name := filepath.Join(dir, "authority.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(name, text, 0o600); err != nil {
		panic(err)
	}
	return name
}

func loopbackUp() error {
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(lo)
}

// far is another host: a network namespace at the other end of cables.
type far struct {
	t *testing.T
	// work is done on a thread that is in the namespace.
	work chan func()
	// path is the file of the namespace.
	path string
}

// newFar makes a host with a cable for each link of ours: eth0 has 10.0.0.2, and
// 10.0.0.1 answers there, eth1 10.0.1.2 and 10.0.1.1, and so on.
func newFar(t *testing.T, links ...string) *far {
	t.Helper()
	f := &far{t: t, work: make(chan func())}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its namespace
		f.path = fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid())
		started <- unix.Unshare(unix.CLONE_NEWNET)
		for do := range f.work {
			do()
		}
	}()
	require.NoError(t, <-started)
	t.Cleanup(func() { close(f.work) })
	f.do(loopbackUp)
	for i, link := range links {
		f.cable(i, link)
	}
	return f
}

// do does something in the namespace: a socket that is made there stays there.
func (f *far) do(what func() error) {
	f.t.Helper()
	done := make(chan error)
	f.work <- func() { done <- what() }
	require.NoError(f.t, <-done)
}

func (f *far) cable(i int, link string) {
	f.t.Helper()
	ns, err := os.Open(f.path)
	require.NoError(f.t, err)
	defer func() { require.NoError(f.t, ns.Close()) }()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = link
	require.NoError(f.t, netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: link, PeerNamespace: netlink.NsFd(ns.Fd())}))
	f.t.Cleanup(func() { require.NoError(f.t, netlink.LinkDel(&netlink.Veth{LinkAttrs: attrs})) })
	require.NoError(f.t, configure(link, fmt.Sprintf("10.0.%d.2/24", i), fmt.Sprintf("fd00:0:0:%d::2/64", i)))
	f.do(func() error {
		return configure(link, fmt.Sprintf("10.0.%d.1/24", i), fmt.Sprintf("fd00:0:0:%d::1/64", i))
	})
	require.NoError(f.t, awaitUp(link))
	f.do(func() error { return awaitUp(link) })
}

// awaitUp waits until the kernel passes packets on to a link: it drops them until
// it has noticed the carrier.
func awaitUp(name string) error {
	for {
		link, err := netlink.LinkByName(name)
		if err != nil || link.Attrs().OperState == netlink.OperUp {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

// configure gives a link its addresses, which are good at once, and sets it up.
func configure(name string, addresses ...string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	for _, text := range addresses {
		addr, err := netlink.ParseAddr(text)
		if err != nil {
			return err
		}
		addr.Flags = unix.IFA_F_NODAD
		if err := netlink.AddrAdd(link, addr); err != nil {
			return err
		}
	}
	return netlink.LinkSetUp(link)
}

// set turns a sysctl of the namespace on: that of the thread that opens it.
func (f *far) set(name string) {
	f.t.Helper()
	f.do(func() error { return os.WriteFile(filepath.Join("/proc/sys", name), []byte("1"), 0o600) })
}

// cut sets the far end of a cable down.
func (f *far) cut(name string) {
	f.t.Helper()
	f.do(func() error {
		link, err := netlink.LinkByName(name)
		if err != nil {
			return err
		}
		return netlink.LinkSetDown(link)
	})
}
