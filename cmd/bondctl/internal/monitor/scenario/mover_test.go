package scenario

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sync"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// mover moves the default route of a host: the monitor, or a program that it is measured
// beside, asking as often and deciding as soon as the fast verifier does.
type mover struct {
	name string
	// start begins afresh over the first two uplinks of a world, whose paths are well,
	// waits until the mover knows that, and gives how it is ended.
	start func(w *world) (end func())
	// dies tells that it is ended before the fault.
	dies bool
}

// bondctl is the monitor, and killed what it leaves behind.
var (
	bondctl    = mover{name: "bondctl", start: func(w *world) func() { return w.afresh().kill }}
	killed     = mover{name: "bondctl killed", start: bondctl.start, dies: true}
	keepalived = mover{name: "keepalived", start: (*world).keepalived}
	dpinger    = mover{name: "dpinger", start: (*world).dpinger}
)

// keepalived has a virtual router without a partner on each uplink. While it is master,
// its default route stands (virtual_routes, keepalived.conf(5)); it fails with its
// interface, which it tracks by itself, and with a script (track_script), for keepalived
// looks at no path. Its BFD would need a partner at the gateway.
//
//   - The owner of the address, priority 255, is master without an election, so that
//     nothing waits for advertisements of others.
//   - fping(8) asks both targets at once, and one answer is enough. A run must be over
//     when the next one is due, so that it waits for 150 ms of the 200 ms.
//   - init_fail has a route stand only after the script has succeeded.
func (w *world) keepalived() (end func()) {
	w.t.Helper()
	root := os.Getenv("BONDCTL_KEEPALIVED_ROOT")
	if root == "" {
		w.t.Skip("no keepalived to compare with: BONDCTL_KEEPALIVED_ROOT is not set")
	}
	text := "global_defs {\n  script_user root\n}\n"
	for n, link := range uplinks[:2] {
		text += fmt.Sprintf(virtualRouter, link, gatewayOf(link), 51+n, 100*(n+1))
	}
	w.write("keepalived.conf", text)
	_, end = w.runs("unshare", "--mount", "sh", "-ec",
		`mount --bind "$1" "$0/tmp"
		mount --bind /proc "$0/proc"
		exec chroot "$0" keepalived --vrrp --dont-fork --log-console --no-syslog --use-file /tmp/keepalived.conf --pid /tmp/keepalived.pid --vrrp_pid /tmp/vrrp.pid`,
		root, w.dir)
	await(w.t, "keepalived has set both routes", func() bool { return w.h.stands(eth0, 100) && w.h.stands(wlan0, 200) })
	return end
}

// virtualRouter is that of a link: its name, gateway, number and metric.
const virtualRouter = `
vrrp_script path_%[1]s {
  script   "/usr/bin/fping -q -r 0 -t 150 -x 1 -I %[1]s 203.0.113.1 203.0.113.2"
  interval 0.2
  fall     3
  rise     2
  init_fail
}
vrrp_instance %[1]s {
  interface         %[1]s
  state             MASTER
  virtual_router_id %[3]d
  priority          255
  no_virtual_ipaddress
  virtual_routes {
    default via %[2]s dev %[1]s metric %[4]d
  }
  track_script {
    path_%[1]s
  }
}
`

// dpinger only measures: its alert command replaces the default route. It asks one target,
// from the address of the first uplink. What it remembers is so short (-t) that it alarms
// (-L) when three requests that are old enough have no answer (-l), and it holds an alarm
// (-H) for as long as two answers take.
func (w *world) dpinger() (end func()) {
	w.t.Helper()
	path, err := exec.LookPath("dpinger")
	if err != nil {
		w.t.Skip("no dpinger to compare with: it is not in PATH, and Debian has no package of it")
	}
	require.NoError(w.t, w.h.kernel.RouteReplace(w.h.route("0.0.0.0/0", gatewayOf(eth0), eth0, 0)))
	w.write("alert", fmt.Sprintf(alertCommand, gatewayOf(eth0), eth0, gatewayOf(wlan0), wlan0))
	require.NoError(w.t, os.Chmod(w.path("alert"), 0o700))
	log, end := w.runs(path, "-f", "-B", addressOf(eth0).String(), "-s", "200m", "-l", "200m", "-t", "800m", "-L", "99",
		"-A", "100m", "-H", "400m", "-r", "200m", "-C", w.path("alert"), targets[0].String())
	await(w.t, "dpinger reports answers and no loss", func() bool { return wellReport.MatchString(log.String()) })
	return end
}

// wellReport is a report of dpinger: an average latency in µs that is not zero, its
// deviation, and a loss that is.
var wellReport = regexp.MustCompile(`(?m)^[1-9]\d* \d+ 0$`)

// alertCommand is called with the target and whether there is an alarm, 1 or 0.
const alertCommand = `#!/bin/sh
case $2 in
0) ip route replace default via %s dev %s ;;
1) ip route replace default via %s dev %s ;;
esac
`

// aside gives the first two uplinks tables of their own, which who binds to a link or to
// its address goes by (ip-rule(8)): otherwise its requests would go where the default
// route leads, and a path that has died would seem to be well over the other one.
func (w *world) aside() (forget func()) {
	w.t.Helper()
	var rules []*netlink.Rule
	for n, link := range uplinks[:2] {
		table := 101 + n
		route := w.h.route("0.0.0.0/0", gatewayOf(link), link, 0)
		route.Table = table
		require.NoError(w.t, w.h.kernel.RouteReplace(route))
		bound, from := netlink.NewRule(), netlink.NewRule()
		bound.OifName, from.Src = link, netlink.NewIPNet(addressOf(link).AsSlice())
		rules = append(rules, bound, from)
		for _, rule := range rules[2*n:] {
			rule.Family, rule.Table, rule.Priority = ipv4Family, table, table
			require.NoError(w.t, w.h.kernel.RuleAdd(rule))
		}
	}
	return func() {
		for _, rule := range rules {
			require.NoError(w.t, w.h.kernel.RuleDel(rule))
		}
	}
}

// runs starts a program on the host under test, whose uplinks it can bind to, and gives
// what it writes and how it is ended.
func (w *world) runs(name string, args ...string) (log *logged, end func()) {
	w.t.Helper()
	forget := w.aside()
	cmd, log := exec.Command(name, args...), &logged{}
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(w.t, w.h.Start(cmd))
	end = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(unix.SIGTERM)
		_ = cmd.Wait() // ended by a signal, as it is to be
		forget()
	})
	w.t.Cleanup(func() {
		end()
		if w.t.Failed() {
			w.t.Log(log.String())
		}
	})
	return log, end
}

// stands tells whether a default route of a metric leads over a link.
func (h *host) stands(link string, metric int) bool {
	h.t.Helper()
	found, err := h.defaults(ipv4Family)
	require.NoError(h.t, err)
	index := h.link(link).Attrs().Index
	for _, r := range found {
		if r.LinkIndex == index && r.Priority == metric {
			return true
		}
	}
	return false
}
