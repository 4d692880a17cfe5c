package apply_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/gentest"
)

const attic = `bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}
`

// host is a fake host with two cards, the first in use.
func host(t *testing.T) (*kerneltest.Fake, *kernel.State) {
	t.Helper()
	k := kerneltest.NewFake()
	k.AddHardware("eth0")
	k.AddHardware("eth1")
	require.NoError(t, k.Up("eth0"))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix("192.0.2.10/24")}))
	state, err := k.Observe()
	require.NoError(t, err)
	return k, state
}

func wanted(t *testing.T) *plan.Wanted {
	t.Helper()
	return plan.Desired(gentest.Decode(t, "test.hcl", []byte(attic)))
}

func quiet(plan.Change) {}

func TestLinksAreChangedAndVerified(t *testing.T) {
	k, state := host(t)
	changes, problems := plan.Network(wanted(t), state)
	require.Empty(t, problems)
	var said []string
	require.NoError(t, apply.Links(t.Context(), k, changes, nil, func(c plan.Change) { said = append(said, c.String()) }, quiet))
	assert.Len(t, said, len(changes))
	require.NoError(t, apply.Verify(t.Context(), k, wanted(t)))
	require.NoError(t, apply.Restore(t.Context(), k, plan.Before(state, plan.Reach(wanted(t), state)), quiet))
	_, there := observed(t, k).Link("bond0")
	assert.False(t, there)
}

func observed(t *testing.T, k kernel.Kernel) *kernel.State {
	t.Helper()
	state, err := k.Observe()
	require.NoError(t, err)
	return state
}

// Whatever change fails, the links are as they were after Restore; a change
// that fails once in Restore is made up for.
func TestRestoreAfterAnyFailure(t *testing.T) {
	_, state := host(t)
	changes, _ := plan.Network(wanted(t), state)
	for n := range changes {
		k, before := host(t)
		count := 0
		broken := errors.New("broken")
		k.Before(func(string) error {
			count++
			if count == n+1 || count == n+3 {
				return broken
			}
			return nil
		})
		err := apply.Links(t.Context(), k, changes, nil, quiet, quiet)
		if n < len(changes)-1 { // one of them waits, and is no change
			require.ErrorIs(t, err, broken)
		}
		require.NoError(t, apply.Restore(t.Context(), k, plan.Before(before, plan.Reach(wanted(t), before)), quiet))
		fresh, _ := host(t)
		assert.Equal(t, fresh.String(), k.String(), "after %d changes", n)
	}
}

func TestRestoreSaysWhatItCannot(t *testing.T) {
	k, before := host(t)
	require.NoError(t, k.Down("eth0"))
	broken := errors.New("broken")
	k.Before(func(string) error { return broken })
	require.ErrorIs(t, apply.Restore(t.Context(), k, plan.Before(before, []string{"eth0"}), quiet), broken)
}

// A card that was pulled out meanwhile is named, and all else comes back.
func TestRestoreWithoutACardThatIsGone(t *testing.T) {
	k := kerneltest.NewFake()
	k.AddHardware("eth0")
	require.NoError(t, k.AddLink("eth1", "dummy")) // a card of the fake cannot be pulled out
	require.NoError(t, k.Up("eth0"))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix("192.0.2.10/24")}))
	before := observed(t, k)
	changes, problems := plan.Network(wanted(t), before)
	require.Empty(t, problems)
	require.NoError(t, apply.Links(t.Context(), k, changes, nil, quiet, quiet))
	require.NoError(t, k.Delete("eth1"))

	require.EqualError(t, apply.Restore(t.Context(), k, plan.Before(before, plan.Reach(wanted(t), before)), quiet), "eth1: No such link")
	now := observed(t, k)
	_, there := now.Link("bond0")
	assert.False(t, there)
	eth0, _ := now.Link("eth0")
	assert.True(t, eth0.Up)
	assert.Equal(t, "eth0", now.Addresses[0].Link)
}

// A bond whose slaves get no carrier is not waited for for ever.
func TestCarrierIsAwaitedInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, _ := host(t)
		require.NoError(t, k.CutCable("eth1"))
		begin := time.Now()
		require.NoError(t, apply.Links(t.Context(), k, []plan.Change{{Verb: plan.AwaitCarrier, Link: "eth1"}}, nil, quiet, quiet))
		assert.Equal(t, 30*time.Second, time.Since(begin))
	})
}

func TestCarrierArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, _ := host(t)
		require.NoError(t, k.Up("eth1"))
		begin := time.Now()
		require.NoError(t, apply.Links(t.Context(), k, []plan.Change{{Verb: plan.AwaitCarrier, Link: "eth1"}}, nil, quiet, quiet))
		assert.Zero(t, time.Since(begin))
	})
}

func TestNothingIsChangedOnceItIsCancelled(t *testing.T) {
	k, state := host(t)
	changes, _ := plan.Network(wanted(t), state)
	cancelled := errors.New("first Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cancelled)
	before := k.String()
	require.ErrorIs(t, apply.Links(ctx, k, changes, nil, quiet, quiet), cancelled)
	assert.Equal(t, before, k.String())
}

func TestVerifyNamesWhatDidNotTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, state := host(t)
		changes, _ := plan.Network(wanted(t), state)
		require.NoError(t, apply.Links(t.Context(), k, changes[:len(changes)-1], nil, quiet, quiet))
		require.ErrorContains(t, apply.Verify(t.Context(), k, wanted(t)), "the first: enslave eth0 to bond0")
	})
}
