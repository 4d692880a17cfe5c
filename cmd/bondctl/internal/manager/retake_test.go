package manager

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// A slave that NetworkManager has let go is activated once more; what else is
// left is done by bondctl.
func TestNetworkManagerRetakesWhatItHasLetGo(t *testing.T) {
	k, facts := broughtUp(t, keyfile, attic)
	require.NoError(t, k.Release("eth1"))
	state, err := k.Observe()
	require.NoError(t, err)
	require.NoError(t, k.RemoveAddress(addressOf(t, state, "bond0")))
	state, err = k.Observe()
	require.NoError(t, err)
	want := plan.Desired(decode(t, attic))
	left, problems := plan.Network(want, state)
	require.Empty(t, problems)
	require.Contains(t, listed(left), "enslave eth1 to bond0\n")

	m := newProfileManager(keyfile, "/")
	assert.Equal(t, strings.TrimPrefix(`
none: have NetworkManager activate eth1 *
in place: add address 192.0.2.10/24 to bond0
`, "\n"), listed(m.Retake(Situation{Want: want, Now: state, Facts: facts}, left)))
}

func addressOf(t *testing.T, s *kernel.State, link string) kernel.Address {
	t.Helper()
	for _, a := range s.Addresses {
		if a.Link == link {
			return a
		}
	}
	require.FailNow(t, "no address", link)
	return kernel.Address{}
}
