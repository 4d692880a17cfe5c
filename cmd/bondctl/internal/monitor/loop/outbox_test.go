package loop

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
)

// keeper keeps what it is given when it is let to.
type keeper struct {
	kept []Kept
	then []func()
}

func (k *keeper) keep(what Kept, then func()) {
	k.kept, k.then = append(k.kept, what), append(k.then, then)
}

// done says that all that was given is on disk.
func (k *keeper) done() {
	for _, then := range k.then {
		then()
	}
	k.then = nil
}

// hears tells whether handlers were told, since it was last asked, that lte carries.
func (w *world) hears() bool {
	return slices.ContainsFunc(w.said(), func(said string) bool { return strings.HasPrefix(said, "connected lte") })
}

// atRest is a world in which all is well, and whose disk is a keeper's.
func atRest(t *testing.T) (*world, *keeper) {
	t.Helper()
	k := &keeper{}
	w := begin(t, two, func(w *world) { w.Keep = k.keep })
	time.Sleep(time.Minute)
	synctest.Wait()
	k.done()
	w.said()
	return w, k
}

// Nobody is told of a move before the state that it comes from is on disk, and the events
// with it.
func TestNothingIsToldThatIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, k := atRest(t)
		k.kept = nil
		require.NoError(t, w.Switch(t.Context(), "internet", "lte"))
		assert.False(t, w.hears())
		assert.Equal(t, "eth1", w.defaults()[0], "traffic does not wait")
		require.NotEmpty(t, k.kept)
		last := k.kept[len(k.kept)-1]
		assert.Equal(t, "lte", last.Fallbacks[0].State.Active)
		assert.True(t, slices.ContainsFunc(last.Untold, func(e handler.Event) bool { return e.Name == "connected" && e.Route == "lte" }))
		k.done()
		assert.True(t, w.hears())
		require.NoError(t, w.end())
	})
}

// A disk that hangs does not keep handlers from being told for long.
func TestADiskThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, k := atRest(t)
		require.NoError(t, w.Switch(t.Context(), "internet", "lte"))
		time.Sleep(hesitation)
		synctest.Wait()
		assert.True(t, w.hears())
		k.done()
		assert.False(t, w.hears(), "once is enough")
		require.NoError(t, w.end())
	})
}

// What was told stays beside the state until it is in the handlers' queue on disk.
func TestEventsAreKeptUntilTheQueueHasThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, k := atRest(t)
		require.NoError(t, w.Switch(t.Context(), "internet", "lte"))
		k.done()
		untold := func() (names []string) {
			require.NoError(t, w.within(t.Context(), func() { w.keep() }))
			k.done()
			for _, e := range k.kept[len(k.kept)-1].Untold {
				names = append(names, e.Name+" "+e.Route)
			}
			return names
		}
		assert.Contains(t, untold(), "connected lte")
		w.saved.Store(w.sequence + 1)
		assert.Empty(t, untold())
		require.NoError(t, w.end())
	})
}

// Where the handlers' disk takes nothing, the newest are kept.
func TestTheOutboxIsBounded(t *testing.T) {
	var o outbox
	w := &world{}
	for n := range 2 * mostKept {
		o.put(handler.Event{Name: "failed", Sequence: uint64(n + 1)})
	}
	o.tell(w, mostKept)
	all, last := o.keeps(0)
	assert.Len(t, all, 2*mostKept, "what was not told yet is never dropped")
	assert.EqualValues(t, 2*mostKept, last)
	o.tell(w, last)
	all, last = o.keeps(0)
	assert.Len(t, all, mostKept)
	assert.EqualValues(t, mostKept+1, all[0].Sequence)
	assert.Zero(t, last)
	assert.Len(t, w.said(), 2*mostKept)
}
