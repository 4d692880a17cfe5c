package cli

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// openFake is a kernel of its own for a test's machine.
type openFake struct{ *kerneltest.Fake }

func (openFake) Close() {}

// attic is a bond of two cards, the first of which is the host's only way out.
const attic = `bond "bond0" {
  mode    = "active-backup"
  miimon  = 100
  primary = "eth0"
  slave "eth0" {}
  slave "eth1" {}
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
}
`

// newHost is a machine with the cards eth0, which is in use, and eth1.
func newHost(t *testing.T, args ...string) (*machine, *kerneltest.Fake) {
	t.Helper()
	m := newMachine(t, args...)
	k := kerneltest.NewFake()
	k.AddHardware("eth0")
	k.AddHardware("eth1")
	require.NoError(t, k.Up("eth0"))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix("192.0.2.10/24")}))
	require.NoError(t, k.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.1"), Link: "eth0"}))
	m.Kernel = func() (Kernel, error) { return openFake{k}, nil }
	write(t, "bondctl.hcl", attic)
	return m, k
}

func TestPlanOfTheRunningHost(t *testing.T) {
	m, k := newHost(t, "plan", "--backend", "ifupdown", "--detailed-exitcode")
	before := k.String()
	assert.Equal(t, codeDifferences, Run(m.Env), m.err.String())
	assert.Equal(t, before, k.String(), "a plan changes nothing")
	assert.Contains(t, m.out.String(), "+ create  /etc/network/interfaces.d/bondctl (0644)\n")
	assert.Contains(t, m.out.String(), `Links, in this order:

      none          make bond bond0 mode active-backup, miimon 100, primary eth0
      none          enslave eth1 to bond0
  ~   in place      set bond0 up
      none          wait until bond0 has carrier
                    because its other slaves take over before the last one joins
  ~   in place      add address 192.0.2.10/24 to bond0
  ~   in place      set the route ipv4 default via 192.0.2.1 on bond0 instead of the one via 192.0.2.1 on eth0
  !   bounces eth0  remove address 192.0.2.10/24 from eth0
  !   bounces eth0  set eth0 down
                    because the driver takes only links that are down
  !   bounces eth0  enslave eth0 to bond0

Plan: files: 1 to create; 9 changes of links.
Traffic goes on over the other slaves while one is down: eth0.
`)
}

// applied makes host and files what the document says.
func applied(t *testing.T, m *machine, k *kerneltest.Fake) {
	t.Helper()
	doc := gentest.Decode(t, "bondctl.hcl", []byte(attic))
	backend, _ := all.Lookup("ifupdown")
	files, _ := backend.Render(doc)
	for _, file := range files {
		write(t, filepath.Join(m.Root, file.Path), string(file.Content))
		require.NoError(t, os.Chmod(filepath.Join(m.Root, file.Path), file.Mode))
	}
	state, err := k.Observe()
	require.NoError(t, err)
	changes, problems := plan.Network(plan.Desired(doc), state)
	require.Empty(t, problems)
	for _, c := range changes {
		require.NoError(t, apply.Change(k, c))
	}
}

func TestPlanOfWhatIsAppliedIsEmpty(t *testing.T) {
	m, k := newHost(t)
	applied(t, m, k)
	m.Args = []string{"plan", "--backend", "ifupdown", "--detailed-exitcode"}
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Equal(t, "Nothing to do: the files of ifupdown and the running kernel are as described.\n", m.out.String())
}

func TestPlanShowsWhatOthersChanged(t *testing.T) {
	m, k := newHost(t)
	applied(t, m, k)
	miimon, _ := schema.Lookup("miimon")
	value, err := miimon.Int(250)
	require.NoError(t, err)
	require.NoError(t, k.SetBond("bond0", schema.Settings{{Option: miimon, Value: value}}))
	m.Args = []string{"plan", "--backend", "ifupdown"}
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.out.String(), "Changed outside bondctl; to go back would be to\n\n  ~   in place  set miimon 250 -> 100 of bond0\n")
}

func TestPlanFindsTheBackend(t *testing.T) {
	m, _ := newHost(t, "plan")
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "bondctl: the host does not tell which network system to write for")

	write(t, filepath.Join(m.Root, "usr/sbin/ifup"), "")
	write(t, filepath.Join(m.Root, "etc/network/interfaces"), "source interfaces.d/*\nauto eth0\niface eth0 inet static\n    address 192.0.2.10/24\n")
	write(t, filepath.Join(m.Root, "run/network/ifstate"), "eth0=eth0\n")
	assert.Equal(t, codeDone, m.again("plan"), m.err.String())
	assert.Contains(t, m.out.String(), "Backend ifupdown, because\n")
	assert.Contains(t, m.out.String(), "Also configured elsewhere:\n    eth0: /etc/network/interfaces:3: iface eth0 inet static (ifupdown)")
}

// Without root a file of mode 0600 cannot be compared, and the plan says so.
func TestPlanWithoutRootTellsWhatItCouldNotSee(t *testing.T) {
	m, k := newHost(t)
	applied(t, m, k)
	m.Args = []string{"plan", "--backend", "ifupdown"}
	require.NoError(t, os.Chmod("bondctl.hcl", 0o644))
	require.NoError(t, os.Chmod(filepath.Dir(m.Root), 0o755))
	require.NoError(t, os.Chmod(filepath.Join(m.Root, "etc/network/interfaces.d/bondctl"), 0))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 { // nobody reads files on this thread (setfsuid(2)); to root every file is open
		_, err := unix.SetfsuidRetUid(65534)
		require.NoError(t, err)
		defer func() { _, _ = unix.SetfsuidRetUid(0) }()
	}
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.err.String(), "warning: Files not compared\n")
	assert.Equal(t, "Nothing to do in the running kernel; the files were not compared.\n", m.out.String())
}

func TestPlanNamesWhatTheHostLacks(t *testing.T) {
	m, _ := newHost(t, "plan", "--backend", "ifupdown")
	m.Kernel = func() (Kernel, error) { return openFake{kerneltest.NewFake()}, nil }
	assert.Equal(t, codeError, Run(m.Env))
	assert.Empty(t, m.out.String())
	assert.Contains(t, m.err.String(), "bondctl.hcl:5:3: error: No such link\n")
	assert.Contains(t, m.err.String(), "bondctl: the document does not fit this host; nothing was changed\n")
}

func TestPlanOfTheRunningHostAsJSON(t *testing.T) {
	m, _ := newHost(t, "plan", "--backend", "ifupdown", "--json")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	var shown struct {
		FormatVersion string `json:"format_version"`
		Changes       bool   `json:"changes"`
		WorstEffect   string `json:"worst_effect"`
		Links         []struct {
			Change, Link, Effect string
			Settings             map[string]string
		}
	}
	require.NoError(t, json.Unmarshal(m.out.Bytes(), &shown))
	assert.True(t, shown.Changes)
	assert.Equal(t, "bounces eth0", shown.WorstEffect)
	require.Len(t, shown.Links, 9)
	assert.Equal(t, "make-bond", shown.Links[0].Change)
	assert.Equal(t, "active-backup", shown.Links[0].Settings["mode"])
}

const roof = `bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "BTHub-2211"
      psk  = "correct horse"
    }
  }
}
`

func TestPlanShowsWhatStationsHaveJoined(t *testing.T) {
	m, k := newHost(t, "plan", "--backend", "networkd")
	write(t, "bondctl.hcl", roof)
	for _, link := range []string{"wlan0", "wlan7"} {
		k.AddHardware(link)
		k.Join(kernel.Station{Link: link})
	}
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.out.String(), "Wi-Fi now:\n    wlan0 has joined no network\n\n")

	k.Join(kernel.Station{Link: "wlan0", Connected: true, SSID: "BTHub-2211", BSSID: schema.MAC{2, 0, 0, 0, 0, 7}, Frequency: 2437})
	m.out.Reset()
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.out.String(), "Wi-Fi now:\n    wlan0 has joined BTHub-2211 on 2437 MHz\n\n")

	m.Args = append(m.Args, "--json")
	m.out.Reset()
	assert.Equal(t, codeDone, Run(m.Env), m.err.String())
	var shown struct {
		Stations []map[string]any `json:"stations"`
	}
	require.NoError(t, json.Unmarshal(m.out.Bytes(), &shown))
	assert.Equal(t, []map[string]any{{"link": "wlan0", "connected": true, "ssid": "BTHub-2211", "bssid": "02:00:00:00:00:07", "frequency_mhz": 2437.0}}, shown.Stations)
}
