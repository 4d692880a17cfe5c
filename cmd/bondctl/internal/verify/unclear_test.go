package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// says gives the answer of a verifier's one target.
func says(t *testing.T, v *schema.Verifier, o Options) Answer {
	t.Helper()
	result := check(t, v, o)
	require.Len(t, result.Answers, 1)
	return result.Answers[0]
}

func isUnclearFor(t *testing.T, v *schema.Verifier, o Options, said string) {
	t.Helper()
	a := says(t, v, o)
	assert.True(t, a.Unclear(), a.String())
	assert.Contains(t, a.Said(), said)
}

func isClearFor(t *testing.T, v *schema.Verifier, o Options, said string) {
	t.Helper()
	a := says(t, v, o)
	assert.False(t, a.Unclear(), a.String())
	assert.Contains(t, a.Said(), said)
}

// What cannot be asked over a link that is not there says nothing of the path, by
// an address or by a name.
func TestOverAnAbsentLink(t *testing.T) {
	o := Options{Link: "eth7", Resolvers: []netip.Addr{netip.MustParseAddr("192.0.2.53")}}
	cases := []*schema.Verifier{
		described("icmp", "192.0.2.1"), described("icmp", "2001:db8::1"), described("icmp", "host.example"),
		tcp(80, "192.0.2.1"), tcp(80, "host.example"),
		page200("http://192.0.2.1/"), page200("https://host.example/"),
		query("example.org", "", "192.0.2.53"), query("example.org", "", "host.example"),
	}
	for _, v := range cases {
		isUnclearFor(t, v, o, "binding to eth7: no such device")
	}
}

func TestWhatIsUnclear(t *testing.T) {
	isUnclearFor(t, described("icmp", "gateway"), Options{}, "no default route leads to one")
	isUnclearFor(t, running("/nonexistent"), Options{}, "no such file or directory")
	isClearFor(t, running("/bin/false"), Options{}, "exit status 1")
	isClearFor(t, shell("kill -9 $$"), Options{}, "signal: killed")
	isClearFor(t, tcp(9, "127.0.0.1"), Options{}, "connection refused")
	isClearFor(t, tcp(9, "203.0.113.1"), Options{}, "network is unreachable")
	isClearFor(t, described("icmp", "::1"), Options{Family: schema.IPv4}, "no ipv4 address")
	assert.False(t, says(t, described("icmp", "127.0.0.1"), Options{}).Unclear())
}

// The path is what a name is asked over: no answer, and the answer that there is no
// such name, are the path's.
func TestANameThatDoesNotResolve(t *testing.T) {
	f := newFar(t, "eth0")
	names := &resolver{records: map[string]string{}}
	names.serve(t, f, "10.0.0.1")
	isClearFor(t, tcp(80, "nowhere.example"), Options{Link: "eth0", Resolvers: []netip.Addr{netip.MustParseAddr("10.0.0.1")}}, "lookup nowhere.example on 10.0.0.1:53: no such host")
	isClearFor(t, brief(tcp(80, "nowhere.example")), Options{Link: "eth0", Resolvers: []netip.Addr{netip.MustParseAddr("10.0.0.99")}}, "no answer within 500ms")
}

// A router of IPv6 that forbids the way says EACCES, which is no word of this host.
func TestARouterForbidsTheWay(t *testing.T) {
	f := newFar(t, "eth0")
	f.set("net/ipv6/conf/all/forwarding")
	awaitNeighbour(t, "fd00::1")
	_, beyond, err := net.ParseCIDR("2001:db8::/32")
	require.NoError(t, err)
	f.do(func() error { return netlink.RouteAdd(&netlink.Route{Dst: beyond, Type: unix.RTN_PROHIBIT}) })
	require.NoError(t, netlink.RouteAdd(&netlink.Route{Dst: beyond, Gw: net.ParseIP("fd00::1")}))
	isClearFor(t, described("icmp", "2001:db8::1"), Options{Link: "eth0"}, "permission denied")
}

// Whoever ends a check learns nothing of the path; its own timeout is a word.
func TestACheckThatIsInterruptedIsUnclear(t *testing.T) {
	newFar(t, "eth0")
	sleep := running("/bin/sleep", "1000")
	sleep.Timeout = schema.Given(50 * time.Millisecond)
	for _, v := range []*schema.Verifier{brief(described("icmp", "10.0.0.99")), brief(tcp(9, "10.0.0.99")), sleep} {
		isClearFor(t, v, Options{}, "no answer within")
		made, err := New(v, Options{})
		require.NoError(t, err)
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("the monitor stops"))
		for _, a := range made.Check(ctx).Answers {
			assert.True(t, a.Unclear(), a.String())
			assert.Equal(t, "the monitor stops", a.Said())
		}
	}
}

func TestTheKernelsWords(t *testing.T) {
	call := func(name string, word unix.Errno) error {
		return withoutSocket(&net.OpError{Op: "dial", Err: os.NewSyscallError(name, word)})
	}
	cases := []struct {
		err     error
		unclear bool
	}{
		{call("socket", unix.EACCES), true},
		{call("socket", unix.EAFNOSUPPORT), true},
		{call("socket", unix.EMFILE), true},
		{call("connect", unix.EACCES), false},
		{call("connect", unix.EADDRNOTAVAIL), true},
		{call("connect", unix.ENODEV), true},
		{call("connect", unix.EHOSTUNREACH), false},
		{call("write", unix.EPERM), true},
		{call("sendto", unix.ENOBUFS), true},
		{call("read", unix.ECONNREFUSED), false},
	}
	for _, c := range cases {
		assert.Equal(t, c.unclear, Answer{Err: c.err}.Unclear(), c.err.Error())
	}
}

const (
	// askVariable has this program ask a target instead of running its tests.
	askVariable = "BONDCTL_TEST_ASK"
	// filesVariable has it do so without a file descriptor left.
	filesVariable = "BONDCTL_TEST_NO_FILES"
	// aloneWithin is how long the target may take: what the test does meanwhile takes
	// milliseconds, but on a busy machine.
	aloneWithin = 5 * time.Second
)

// askAlone asks in a process of its own, and tells what came.
func askAlone(target string) {
	if os.Getenv(filesVariable) != "" {
		time.Sleep(time.Nanosecond) // Go's runtime needs a few files for its first timer
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{}); err != nil {
			panic(err)
		}
	}
	v := described("icmp", target)
	v.Timeout = schema.Given(aloneWithin)
	made, err := New(v, Options{})
	if err != nil {
		panic(err)
	}
	for _, a := range made.Check(context.Background()).Answers {
		fmt.Printf("%s\nunclear: %t\n", a, a.Unclear())
	}
}

// alone is a process that asks a target.
func alone(target string, environment ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), askVariable+"="+target), environment...)
	return cmd
}

func TestWithoutFileDescriptors(t *testing.T) {
	said, err := alone("127.0.0.1", filesVariable+"=1").CombinedOutput()
	require.NoError(t, err, string(said))
	assert.Equal(t, "127.0.0.1: too many open files\nunclear: true\n", string(said))
}

func TestWithoutRights(t *testing.T) {
	type output struct {
		said []byte
		err  error
	}
	done := make(chan output)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends without its right
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_NET_RAW, 0, 0, 0); err != nil {
			done <- output{err: err}
			return
		}
		said, err := alone("127.0.0.1").CombinedOutput()
		done <- output{said, err}
	}()
	o := <-done
	require.NoError(t, o.err, string(o.said))
	assert.Equal(t, "127.0.0.1: sending echo requests needs root\nunclear: true\n", string(o.said))
}
