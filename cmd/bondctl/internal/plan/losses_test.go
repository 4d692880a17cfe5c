package plan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// What a link has that nothing here can make again keeps it from being deleted,
// by a document that does not have it as by one that has it made anew.
func TestNetworkDeletesNothingThatCouldNotBeRestored(t *testing.T) {
	for what, c := range map[string]struct {
		spoil  func(*kernel.State)
		detail string
	}{
		"the port of a bridge": {
			func(s *kernel.State) { find(t, s, "bond0").Master = "vmbr0" },
			"The plan deletes bond0, and it could not be restored as it is: it belongs to vmbr0, which is no bond. Take it out first, and give it back afterwards: ip link set bond0 nomaster",
		},
		"a VLAN that is the port of a bridge": {
			func(s *kernel.State) { find(t, s, "guests").Master = "vmbr0" },
			"The plan deletes guests, and it could not be restored as it is: it belongs to vmbr0, which is no bond. Take it out first, and give it back afterwards: ip link set guests nomaster",
		},
		"with a macvlan": {
			func(s *kernel.State) {
				s.Links = append(s.Links, &kernel.Link{Index: 99, Name: "mac0", Kind: "macvlan", Lower: "bond0"})
			},
			"The plan deletes bond0, and it could not be restored as it is: mac0, which is no VLAN, stands on it. Delete that first: ip link del mac0",
		},
		"with a VLAN of another protocol": {
			func(s *kernel.State) { find(t, s, "guests").Special = true },
			"The plan deletes guests, and it could not be restored as it is: it has another protocol than 802.1Q, special flags or a QoS map. Delete it first: ip link del guests",
		},
		"with an option of a newer driver": {
			func(s *kernel.State) {
				find(t, s, "bond0").Bond.Unknown = []kernel.Attribute{{Number: 99, Data: []byte{1}}}
				s.Fresh = map[schema.Mode]kernel.Fresh{schema.ActiveBackup: {Bond: &kernel.Bond{Unknown: []kernel.Attribute{{Number: 99, Data: []byte{0}}}}}}
			},
			"The plan deletes bond0, and it could not be restored as it is: its driver has options that are newer than this bondctl, and they are not as in a new bond. Delete it first: ip link del bond0",
		},
	} {
		t.Run(what, func(t *testing.T) {
			for _, to := range []string{"", strings.Replace(attic, "miimon  = 100", "miimon = 100\n tx_queues = 8", 1)} {
				changes, problems := overGuests(t, to, c.spoil)
				require.Len(t, problems, 1)
				assert.Equal(t, "Link that could not be restored", problems[0].Summary)
				assert.Equal(t, c.detail, problems[0].Detail)
				assert.Empty(t, changes)
			}
			changes, problems := overGuests(t, strings.Replace(attic, "miimon  = 100", "miimon = 200", 1), c.spoil)
			assert.Empty(t, problems, "what is changed in place loses nothing")
			assert.Equal(t, "in place: set miimon 100 -> 200 of bond0\n", text(changes))
		})
	}
}

// So it is on the way back to an earlier state, for whoever asks; the way itself is the
// same, for a rollback that nobody can be asked about.
func TestLossesOfTheWayBack(t *testing.T) {
	k := hostOf(t, decode(t, attic))
	before := observe(t, k)
	names := plan.Reach(plan.Desired(decode(t, attic)), before)
	reach(t, k, decode(t, attic))
	state := observe(t, k)
	assert.Empty(t, plan.Losses(plan.Before(before, names), state))

	find(t, state, "bond0").Master = "vmbr0"
	lost := plan.Losses(plan.Before(before, names), state)
	require.Len(t, lost, 1)
	assert.Contains(t, lost[0].Detail, "it belongs to vmbr0, which is no bond. Take it out first")
	changes, problems := plan.Network(plan.Before(before, names), state)
	assert.Empty(t, problems)
	assert.Contains(t, text(changes), "recreated: delete bond0\n")
}

// Options of a newer driver that nobody has set are no loss.
func TestNetworkMakesABondOfANewerDriverAnew(t *testing.T) {
	news := []kernel.Attribute{{Number: 99, Data: []byte{0}}}
	changes, problems := overGuests(t, "", func(s *kernel.State) {
		find(t, s, "bond0").Bond.Unknown = news
		s.Fresh = map[schema.Mode]kernel.Fresh{schema.ActiveBackup: {Bond: &kernel.Bond{Unknown: news}}}
		assert.Equal(t, []schema.Mode{schema.ActiveBackup}, plan.Unsure(plan.Desired(decode(t, attic)), s))
	})
	assert.Empty(t, problems)
	assert.NotEmpty(t, changes)
}

// A card is not taken from a bridge, though the document describes that too.
func TestNetworkTakesNoPortOfABridge(t *testing.T) {
	d := decode(t, attic+"ethernet \"br0\" {}\n")
	k := hostOf(t, d)
	state := observe(t, k)
	find(t, state, "eth1").Master = "br0"
	_, problems := plan.Network(plan.Desired(d), state)
	require.Len(t, problems, 1)
	assert.Equal(t, "eth1 belongs to br0, which is no bond. Take it out first: ip link set eth1 nomaster", problems[0].Detail)
}

// overGuests plans for a document instead of the attic with a VLAN that it does not have.
func overGuests(t *testing.T, to string, spoil func(*kernel.State)) ([]plan.Change, []plan.Problem) {
	t.Helper()
	k := hostOf(t, decode(t, attic))
	reach(t, k, decode(t, attic))
	require.NoError(t, k.AddVLAN("guests", "bond0", 7))
	state := observe(t, k)
	spoil(state)
	return plan.Network(between(decode(t, attic), decode(t, to)), state)
}

func find(t *testing.T, state *kernel.State, name string) *kernel.Link {
	t.Helper()
	l, ok := state.Link(name)
	require.True(t, ok, name)
	return l
}
