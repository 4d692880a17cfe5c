// Package whole tests the whole monitor: the command itself, on a real kernel, in a
// network namespace of its own.
package whole

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/cli"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// TestMain has the tests run in a network namespace of their own.
func TestMain(m *testing.M) {
	if netnstest.Inside() {
		os.Exit(m.Run())
	}
	os.Exit(netnstest.Rerun())
}

// patience is for a machine that is busy with something else.
const patience = time.Minute

// uplinks are two lines; a line is well while its file is there.
const uplinks = `
ethernet "one0" {
  ipv4 { addresses = ["10.0.1.2/24"] }
}
ethernet "two0" {
  ipv4 { addresses = ["10.0.2.2/24"] }
}
fallback "internet" {
  min_good = "1s"
  route "fibre" {
    interface = "one0"
    gateway   = "10.0.1.1"
    verify "exec" {
      command          = ["/usr/bin/test", "-e", "@DIR@/fibre"]
      interval         = "2s"
      standby_interval = "2s"
      suspect_interval = "2s"
      timeout          = "2s"
      fall             = 2
      rise             = 1
    }
    handler "log" {}
  }
  route "mobile" {
    interface = "two0"
    gateway   = "10.0.2.1"
    verify "exec" {
      command          = ["/usr/bin/test", "-e", "@DIR@/mobile"]
      interval         = "2s"
      standby_interval = "2s"
      suspect_interval = "2s"
      timeout          = "2s"
      rise             = 1
    }
  }
}
`

// host is this namespace, with a directory for files.
type host struct {
	t   *testing.T
	dir string
	log *safe
}

// safe is a log that is read while it is written.
type safe struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{t: t, dir: t.TempDir(), log: &safe{}}
	cable(t, "one0", "10.0.1.2/24")
	cable(t, "two0", "10.0.2.2/24")
	h.write("fibre", "")
	h.write("mobile", "")
	h.write("bondctl.hcl", strings.ReplaceAll(uplinks, "@DIR@", h.dir))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(h.log.String())
		}
	})
	return h
}

// cable makes a link with a carrier and an address.
func cable(t *testing.T, name, address string) {
	t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = name
	require.NoError(t, netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "far-" + name}))
	for _, end := range []string{"far-" + name, name} {
		link, err := netlink.LinkByName(end)
		require.NoError(t, err)
		require.NoError(t, netlink.LinkSetUp(link))
	}
	link, err := netlink.LinkByName(name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, netlink.LinkDel(link)) })
	addr, err := netlink.ParseAddr(address)
	require.NoError(t, err)
	require.NoError(t, netlink.AddrAdd(link, addr))
}

func (h *host) path(name string) string { return filepath.Join(h.dir, name) }

func (h *host) write(name, content string) {
	h.t.Helper()
	require.NoError(h.t, os.WriteFile(h.path(name), []byte(content), 0o600))
}

func (h *host) remove(name string) {
	h.t.Helper()
	require.NoError(h.t, os.Remove(h.path(name)))
}

// env is a process of ours.
func (h *host) env(out, errs io.Writer, signals <-chan os.Signal, args ...string) cli.Env {
	return cli.Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: out, Stderr: errs,
		LookupEnv: func(string) (string, bool) { return "", false }, Now: time.Now, Root: h.dir,
		Kernel: cli.HostKernel, Look: func() manager.Facts { return manager.Facts{} },
		Proc: os.DirFS("/proc"), PID: os.Getpid(), Privileged: true, Signals: func() <-chan os.Signal { return signals },
	}
}

// starts has the monitor run, and gives what it is sent signals by and how it ends.
func (h *host) starts(args ...string) (chan<- os.Signal, <-chan int) {
	signals, ended := make(chan os.Signal), make(chan int, 1)
	env := h.env(h.log, h.log, signals, append([]string{"-c", h.path("bondctl.hcl"), "monitor"}, args...)...)
	go func() { ended <- cli.Run(env) }()
	return signals, ended
}

// asks runs another command to its end.
func (h *host) asks(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = cli.Run(h.env(&o, &e, nil, args...))
	return code, o.String(), e.String()
}

// status is what the monitor tells, nil where none answers.
func (h *host) status() *control.Snapshot {
	code, out, _ := h.asks("monitor", "status", "--json")
	s := new(control.Snapshot)
	if code != 0 || json.Unmarshal([]byte(out), s) != nil {
		return nil
	}
	return s
}

// awaits waits until the monitor tells something.
func (h *host) awaits(what string, told func(*control.Snapshot) bool) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		s := h.status()
		return s != nil && told(s)
	}, patience, 20*time.Millisecond, what)
}

// carries waits until a route carries traffic, in the kernel too.
func (h *host) carries(route, link string) {
	h.t.Helper()
	h.awaits(route+" carries", func(s *control.Snapshot) bool { return s.Fallbacks[0].Active == route })
	require.Eventually(h.t, func() bool { return defaultLink(h.t) == link }, patience, 10*time.Millisecond, "the default route goes over "+link)
}

// defaultLink is the link of the default route that the kernel prefers.
func defaultLink(t *testing.T) string {
	t.Helper()
	list := func() ([]netlink.Route, error) {
		return netlink.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Table: unix.RT_TABLE_MAIN}, netlink.RT_FILTER_TABLE)
	}
	found, err := list()
	for errors.Is(err, netlink.ErrDumpInterrupted) { // the monitor has changed them meanwhile
		found, err = list()
	}
	require.NoError(t, err)
	best, name := math.MaxInt, ""
	for _, r := range found {
		if ones, bits := r.Dst.Mask.Size(); ones == 0 && bits == 32 && r.Priority < best {
			link, err := netlink.LinkByIndex(r.LinkIndex)
			require.NoError(t, err)
			best, name = r.Priority, link.Attrs().Name
		}
	}
	return name
}

// metrics asks what Prometheus is told.
func (h *host) metrics(path string) string {
	h.t.Helper()
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	response, err := client.Get("http://monitor/metrics")
	require.NoError(h.t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(h.t, err)
	return string(text)
}

func TestTheWholeMonitor(t *testing.T) {
	h := newHost(t)
	signals, ended := h.starts("--metrics", "unix:"+h.path("metrics.sock"), "--history", h.path("history.jsonl"), "--state-dir", h.path("state"))
	h.carries("fibre", "one0")

	t.Log("a second one is refused, and told whose the first is")
	code, _, errs := h.asks("-c", h.path("bondctl.hcl"), "monitor", "--state-dir", h.path("state"))
	assert.Equal(t, 1, code)
	assert.Regexp(t, `^bondctl: another monitor runs already: root is watching .*bondctl.hcl since .* \(process \d+\)\. `, errs)

	t.Log("a person switches, and lets it choose again")
	h.awaits("mobile is good", func(s *control.Snapshot) bool { return s.Fallbacks[0].Routes[1].Status == "good" })
	code, out, errs := h.asks("monitor", "switch", "mobile")
	require.Equal(t, 0, code, errs)
	assert.Equal(t, "internet (ipv4): traffic moved from fibre to mobile.\n", out)
	assert.Equal(t, "two0", defaultLink(t), "it is done when the command says so")
	_, out, _ = h.asks("monitor", "why")
	assert.Contains(t, strings.Join(strings.Fields(out), " "), "traffic was moved by hand from fibre to mobile: somebody said so.")
	code, out, errs = h.asks("monitor", "switch", "--auto")
	require.Equal(t, 0, code, errs)
	assert.Equal(t, "internet (ipv4): traffic moved from mobile to fibre.\n", out)

	t.Log("a path dies")
	h.remove("fibre")
	h.carries("mobile", "two0")
	_, out, _ = h.asks("monitor", "why", "internet", "--json")
	assert.Contains(t, out, `"cause": "failover"`)
	require.Eventually(t, func() bool {
		return strings.Contains(h.metrics(h.path("metrics.sock")), `bondctl_monitor_switches_total{cause="failover",fallback="internet",family="ipv4"} 1`)
	}, patience, 20*time.Millisecond)

	t.Log("a document that is not valid changes nothing")
	before := h.status().Loaded
	valid := strings.ReplaceAll(uplinks, "@DIR@", h.dir)
	h.write("bondctl.hcl", strings.Replace(valid, "interval ", "intervall", 1))
	code, _, errs = h.asks("monitor", "reload")
	assert.Equal(t, 3, code)
	assert.Contains(t, errs, "Did you mean \"interval\"?")
	signals <- syscall.SIGHUP
	require.Eventually(t, func() bool { return strings.Count(h.log.String(), "the document was not taken up") == 2 }, patience, 20*time.Millisecond)
	assert.Equal(t, before, h.status().Loaded)

	t.Log("one that others can write is not taken up")
	h.write("bondctl.hcl", valid)
	require.NoError(t, os.Chmod(h.path("bondctl.hcl"), 0o666))
	code, _, errs = h.asks("monitor", "reload")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "and the monitor runs as root what they put there")
	assert.Equal(t, before, h.status().Loaded)
	require.NoError(t, os.Chmod(h.path("bondctl.hcl"), 0o600))

	t.Log("one that is valid is taken up, and traffic stays")
	h.write("bondctl.hcl", strings.ReplaceAll(valid, `"1s"`, `"1h"`))
	signals <- syscall.SIGHUP
	h.awaits("it is read again", func(s *control.Snapshot) bool { return s.Loaded.After(before) })
	assert.Equal(t, "mobile", h.status().Fallbacks[0].Active)
	h.write("fibre", "")
	h.awaits("fibre is held", func(s *control.Snapshot) bool { return s.Fallbacks[0].Routes[0].Left > 50*time.Minute })

	t.Log("it ends, and leaves what there is")
	signals <- syscall.SIGTERM
	assert.Equal(t, 0, <-ended)
	assert.Equal(t, "two0", defaultLink(t))
	code, _, errs = h.asks("monitor", "status")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "no monitor is running")

	code, out, errs = h.asks("-c", h.path("bondctl.hcl"), "monitor", "simulate", "--history", h.path("history.jsonl"))
	require.Equal(t, 0, code, errs)
	assert.Contains(t, out, "fibre -> mobile")

	t.Log("the next one goes on where it was")
	signals, ended = h.starts("--state-dir", h.path("state"))
	h.carries("mobile", "two0")
	signals <- os.Interrupt
	assert.Equal(t, 0, <-ended)
}

// What makes a monitor not begin is told, and nothing is left of it.
func TestAMonitorThatDoesNotBegin(t *testing.T) {
	h := newHost(t)
	cases := map[string]struct {
		args []string
		code int
		said string
	}{
		"no fallback":      {[]string{"-c", h.path("bare.hcl"), "monitor"}, 3, "it has no fallback to watch"},
		"not valid":        {[]string{"-c", h.path("broken.hcl"), "monitor"}, 3, "broken.hcl is not valid"},
		"standard input":   {[]string{"-c", "-", "monitor"}, 1, "name a file with -c"},
		"metrics for all":  {[]string{"-c", h.path("bondctl.hcl"), "monitor", "--metrics", ":9873"}, 1, "would serve metrics to everybody"},
		"no such history":  {[]string{"-c", h.path("bondctl.hcl"), "monitor", "--history", h.path("no/where")}, 1, "beginning a history"},
		"others can write": {[]string{"-c", h.path("open.hcl"), "monitor"}, 1, "and the monitor runs as root what they put there"},
	}
	h.write("bare.hcl", "ppp \"ppp0\" {}\n")
	h.write("broken.hcl", "fallback \"internet\" {}\n")
	h.write("open.hcl", strings.ReplaceAll(uplinks, "@DIR@", h.dir))
	require.NoError(t, os.Chmod(h.path("open.hcl"), 0o666))
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			code, _, errs := h.asks(append(c.args, "--state-dir", h.path("state"))...)
			assert.Equal(t, c.code, code)
			assert.Contains(t, errs, c.said)
			assert.Empty(t, defaultLink(t), "nothing was written to the kernel")
			assert.NoFileExists(t, h.path("run/bondctl/monitor.sock"))
		})
	}
}

// Programs that cannot be run are told when the monitor starts and when it reads the
// document again, not when they are needed.
func TestProgramsThatAreMissingAreToldAtOnce(t *testing.T) {
	h := newHost(t)
	missing := strings.ReplaceAll(strings.Replace(uplinks, `handler "log" {}`, `handler "exec" { command = ["@DIR@/pager"] }`, 1), "@DIR@", h.dir)
	h.write("bondctl.hcl", missing)
	signals, ended := h.starts()
	h.carries("fibre", "one0")
	assert.Contains(t, h.log.String(), h.path("pager")+": no such file or directory. Until it can, this handler does nothing.")
	told := func() int { return strings.Count(h.log.String(), `msg="a program cannot be run"`) }
	assert.Equal(t, 1, told(), "the others can")
	code, _, errs := h.asks("monitor", "reload")
	require.Zero(t, code, errs)
	assert.Equal(t, 2, told())
	signals <- syscall.SIGTERM
	require.Zero(t, <-ended)
}
