package manager

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/all"
)

const attic = `bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
}
`

// plain is the first of the bond's links by itself, with the bond's address.
const plain = `ethernet "eth0" {
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
}
`

// routed is that link in another network, with a route.
const routed = `ethernet "eth0" {
  ipv4 { addresses = ["203.0.113.10/24"] }
  route "198.51.100.0/24" { gateway = "203.0.113.1" }
}
`

// observedFiles are the files of a backend as they are on a host.
func observedFiles(t *testing.T, backend, text string) []plan.Observed {
	t.Helper()
	b, ok := all.Lookup(backend)
	require.True(t, ok)
	files, _ := b.Render(decode(t, text))
	var observed []plan.Observed
	for _, f := range files {
		observed = append(observed, plan.Observed{Path: f.Path, File: plan.File{Mode: f.Mode, Content: f.Content}})
	}
	return observed
}

// broughtUp is a fake host on which NetworkManager has brought a document up.
func broughtUp(t *testing.T, backend, text string) (*kerneltest.Fake, Facts) {
	t.Helper()
	k := kerneltest.NewFake()
	k.AddHardware("eth0")
	k.AddHardware("eth1")
	state, err := k.Observe()
	require.NoError(t, err)
	want := plan.Desired(decode(t, text))
	changes, problems := plan.Network(want, state)
	require.Empty(t, problems)
	require.NoError(t, apply.Links(t.Context(), k, changes, nil, func(plan.Change) {}, func(plan.Change) {}))
	var facts Facts
	for _, l := range want.Links {
		facts.Devices = append(facts.Devices, Device{Link: l.Name, Managed: true, Profile: l.Name, File: profilesOf[backend].file(l.Name)})
	}
	return k, facts
}

// situation is the way from one document to another.
func situation(t *testing.T, backend, from, to string) (Situation, []plan.Change) {
	t.Helper()
	k, facts := broughtUp(t, backend, from)
	state, err := k.Observe()
	require.NoError(t, err)
	b, ok := all.Lookup(backend)
	require.True(t, ok)
	files, _ := b.Render(decode(t, to))
	s := Situation{
		Files: plan.Towards(files, observedFiles(t, backend, from)), Now: state, Facts: facts,
		Want: plan.Desired(decode(t, to)).InsteadOf(plan.Desired(decode(t, from))),
	}
	changes, problems := plan.Network(s.Want, state)
	require.Empty(t, problems)
	return s, changes
}

// listed says of each change what it does, by whom, and with which effect.
func listed(changes []plan.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s: %s", c.Effect, c)
		if c.By != "" {
			b.WriteString(" *")
		}
		if c.Moves {
			b.WriteString(" moves")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestNetworkManagerLeads(t *testing.T) {
	for _, c := range []struct{ name, backend, from, to, want string }{
		{"nothing changes", keyfile, attic, attic, ""},
		{"an option that the driver takes at any time", keyfile, attic, strings.Replace(attic, "100", "250", 1), `
none: have NetworkManager read bond0.nmconnection *
in place: set miimon 100 -> 250 of bond0
in place: have NetworkManager take up the new profile of bond0 *
`},
		{"another mode", keyfile, attic, strings.Replace(attic, "active-backup", "balance-xor", 1), `
none: have NetworkManager read bond0.nmconnection *
bond down: have NetworkManager activate bond0 (mode active-backup -> balance-xor) *
bond down: have NetworkManager activate eth0 *
bond down: have NetworkManager activate eth1 *
`},
		{"an option back to its default, which NetworkManager does not set again", keyfile, strings.Replace(attic, "miimon", "fail_over_mac = \"active\"\n  miimon", 1), strings.Replace(attic, "miimon", "fail_over_mac = \"none\"\n  miimon", 1), `
none: have NetworkManager read bond0.nmconnection *
recreated: delete bond0
recreated: have NetworkManager activate bond0 (fail_over_mac active -> none) *
recreated: have NetworkManager activate eth0 *
recreated: have NetworkManager activate eth1 *
`},
		{"another address", keyfile, attic, strings.ReplaceAll(attic, "192.0.2.10/24", "192.0.2.11/24"), `
none: have NetworkManager read bond0.nmconnection *
in place: have NetworkManager take up the new profile of bond0 *
in place: add address 192.0.2.11/24 to bond0 *
in place: remove address 192.0.2.10/24 from bond0 *
in place: set the route ipv4 default via 192.0.2.1 on bond0 *
`},
		{"the address moves onto a new bond", keyfile, plain, attic, `
none: have NetworkManager read bond0.nmconnection, eth0.nmconnection, eth1.nmconnection *
in place: have NetworkManager activate bond0 (mode active-backup, miimon 100) * moves
none: have NetworkManager activate eth1 *
none: wait until bond0 has carrier
bounces eth0: have NetworkManager activate eth0 *
bounces eth0: remove address 192.0.2.10/24 from eth0 *
`},
		{"a card in use that has routes of its own becomes a slave", keyfile, routed, attic, `
none: have NetworkManager read bond0.nmconnection, eth0.nmconnection, eth1.nmconnection *
in place: have NetworkManager activate bond0 (mode active-backup, miimon 100) *
none: have NetworkManager activate eth1 *
none: wait until bond0 has carrier
bounces eth0: have NetworkManager activate eth0 *
bounces eth0: remove the route 198.51.100.0/24 via 203.0.113.1 on eth0 *
bounces eth0: remove address 203.0.113.10/24 from eth0 *
`},
		{"the address moves back", keyfile, attic, plain, `
none: have NetworkManager read eth0.nmconnection *
bounces eth0: have NetworkManager activate eth0 * moves
recreated: have NetworkManager forget bond0.nmconnection, and give up bond0 *
recreated: delete bond0 *
none: have NetworkManager forget eth1.nmconnection, and give up eth1 *
`},
		{"one slave less", keyfile, attic, strings.Replace(attic, "  slave \"eth1\" {}\n", "", 1), `
bounces eth1: have NetworkManager forget eth1.nmconnection, and give up eth1 *
`},
		{"a resolver, which the kernel does not know", keyfile, attic, strings.Replace(attic, "  ipv4", "  dns { servers = [\"192.0.2.1\"] }\n  ipv4", 1), `
none: have NetworkManager read bond0.nmconnection *
in place: have NetworkManager take up the new profile of bond0 *
`},
		{"a priority, which the driver takes at any time", keyfile, attic, strings.Replace(attic, `"eth1" {}`, `"eth1" { prio = 7 }`, 1), `
none: have NetworkManager read eth1.nmconnection *
in place: set prio 0 -> 7 of eth1
`},
		{"netplan makes the profiles", netplan, attic, strings.Replace(attic, "100", "250", 1), `
none: have NetworkManager read netplan-bond0.nmconnection, netplan-eth0.nmconnection, netplan-eth1.nmconnection *
in place: set miimon 100 -> 250 of bond0
in place: have NetworkManager take up the new profile of bond0 *
`},
		{"ifcfg files", ifcfg, attic, strings.Replace(attic, "active-backup", "balance-xor", 1), `
none: have NetworkManager read ifcfg-bond0 *
bond down: have NetworkManager activate bond0 (mode active-backup -> balance-xor) *
bond down: have NetworkManager activate eth0 *
bond down: have NetworkManager activate eth1 *
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, changes := situation(t, c.backend, c.from, c.to)
			assert.Equal(t, strings.TrimPrefix(c.want, "\n"), listed(newProfileManager(c.backend, "/").Lead(s, changes)))
		})
	}
}

// A link that is up by a profile of somebody else's is activated by ours, even
// where the kernel has everything already.
func TestNetworkManagerSwitchesProfiles(t *testing.T) {
	s, changes := situation(t, keyfile, attic, strings.Replace(attic, "100", "250", 1))
	s.Facts.Devices[0].File = dirProfiles + "office.nmconnection"
	assert.Contains(t, listed(newProfileManager(keyfile, "/").Lead(s, changes)), `
bond down: have NetworkManager activate bond0 (miimon 100 -> 250) *
bond down: have NetworkManager activate eth0 *
`)
}
