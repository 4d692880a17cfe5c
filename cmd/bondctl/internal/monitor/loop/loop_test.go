package loop

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/schema"
)

// active is the route that carries traffic.
func (w *world) active() string {
	w.t.Helper()
	all, err := w.Standings(w.t.Context())
	require.NoError(w.t, err)
	return all[0].State.Active
}

func TestADeadPathIsLeftAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"eth0", "eth1"}, w.defaults())
		assert.Equal(t, "fiber", w.active())
		w.said()

		w.kill("eth0", true)
		time.Sleep(20 * time.Second)
		assert.Equal(t, []string{"eth1", "eth0"}, w.defaults())
		assert.Equal(t, []string{
			"warm eth1 10.0.1.1",
			"suspect fiber up [fiber lte] down []",
			"warm eth1 10.0.1.1",
			"resolvers eth1 [10.0.1.53]",
			"close sockets of ipv4 [10.0.0.2] while [eth1 eth0]",
			"forget flows of ipv4 [10.0.0.2]",
			"teardown fiber up [lte] down [fiber]",
			"setup lte up [lte] down [fiber]",
			"failed fiber up [lte] down [fiber]",
			"connected lte up [lte] down [fiber]",
			"wake",
		}, w.said())

		w.kill("eth0", false)
		time.Sleep(2 * time.Minute)
		assert.Equal(t, "fiber", w.active())
		assert.Equal(t, []string{"eth0", "eth1"}, w.defaults())
		said := w.said()
		assert.Contains(t, said, "close sockets of ipv4 [10.0.1.2] while [eth0 eth1]")
		assert.Contains(t, said, "resolvers  []", "the host's own")
		assert.Len(t, w.outages, 2)
		assert.Positive(t, w.outages[0])
		assert.Zero(t, w.outages[1])
		require.NoError(t, w.end())
		assert.Zero(t, w.bare)
		assert.Equal(t, []string{"eth0", "eth1"}, w.defaults(), "they are kept")
	})
}

func TestACutCableIsNoticedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told atomic.Bool
		w := begin(t, two, func(w *world) {
			w.Record = func(_ monitor.Standing, in monitor.Input, _ *monitor.Decision) {
				if in.Kind == monitor.PathChanged {
					told.Store(in.Told)
				}
			}
		})
		time.Sleep(time.Minute)
		w.somebody(func() error { return w.CutCable("eth0") })
		w.signal()
		assert.Equal(t, "eth1", w.defaults()[0], "before any timer")
		assert.True(t, told.Load())
		w.somebody(func() error { return w.PlugCable("eth0") })
		time.Sleep(2 * resting)
		assert.False(t, told.Load(), "that was found")
		w.somebody(func() error { return w.CutCable("eth0") })
		w.signal()
		time.Sleep(10 * time.Second)
		assert.Equal(t, "lte", w.active())
		require.NoError(t, w.end())
	})
}

// Whatever vanishes without a word is back a few seconds later.
func TestRoutesThatVanishInSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		address := kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix("10.0.0.2/24")}
		w.somebody(func() error {
			err := w.RemoveAddress(address)
			for _, r := range w.main() {
				if r.Link == "eth0" {
					err = errors.Join(err, w.Fake.RemoveRoute(r))
				}
			}
			return errors.Join(err, w.AddAddress(address))
		})
		require.Equal(t, []string{"eth1"}, w.defaults())
		time.Sleep(resting + time.Second)
		assert.Equal(t, []string{"eth0", "eth1"}, w.defaults())
		assert.Equal(t, "fiber", w.active())
		assert.Empty(t, w.Degraded())
		require.NoError(t, w.end())
	})
}

// A question finds its way from the first one on: at the start, and where a document has
// one more link.
func TestNobodyIsAskedAstray(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		require.NoError(t, w.Loop.Reload(t.Context(), decode(t, three)))
		time.Sleep(time.Minute)
		assert.Empty(t, w.astray)
		require.NoError(t, w.end())
	})
}

// Who asks over a link is told when its addresses are others.
func TestTheProberIsToldOfOtherAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		w.renewed = nil
		w.somebody(func() error {
			return w.AddAddress(kernel.Address{Link: "eth1", Prefix: netip.MustParsePrefix("10.0.1.3/24")})
		})
		w.signal()
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"eth1"}, w.renewed)
		require.NoError(t, w.end())
	})
}

// A machine that stood still concludes nothing from what it asked meanwhile.
func TestAMachineThatStoodStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var recorded []monitor.Input
		w := begin(t, two, func(w *world) {
			w.Record = func(_ monitor.Standing, in monitor.Input, _ *monitor.Decision) { recorded = append(recorded, in) }
		})
		time.Sleep(time.Minute)
		all, err := w.Standings(t.Context())
		require.NoError(t, err)
		require.Zero(t, all[0].State.Stalled)
		recorded = nil
		w.mu.Lock()
		w.ahead = time.Hour
		w.mu.Unlock()
		time.Sleep(5 * time.Second)
		all, err = w.Standings(t.Context())
		require.NoError(t, err)
		assert.NotZero(t, all[0].State.Stalled)
		assert.Equal(t, "fiber", w.active())
		i := slices.IndexFunc(recorded, func(in monitor.Input) bool { return in.Kind == monitor.Stalled })
		require.GreaterOrEqual(t, i, 0)
		assert.NotZero(t, recorded[i].Overdue, "timers were late, and a history tells")
		assert.Less(t, recorded[i].Overdue, recorded[i].At.Add(-time.Minute))
		for _, in := range recorded[i+1:] {
			assert.True(t, in.Kind == monitor.Tick || in.Overdue == 0 || in.Overdue == in.At, "%+v: what the stall has passed was seen to", in)
		}
		require.NoError(t, w.end())
	})
}

// The metric 0 that some hosts give their routes would be preferred to ours.
func TestTheHostsOwnRoutesGoBehindOursAndBack(t *testing.T) {
	own := kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("10.0.0.1"), Link: "eth0", Protocol: 3}
	for _, onStop := range []string{schema.OnStopKeep, schema.OnStopRestore} {
		synctest.Test(t, func(t *testing.T) {
			var before string
			w := begin(t, strings.Replace(two, `fallback "internet" {`, `fallback "internet" {`+"\n  on_stop = \""+onStop+`"`, 1), func(w *world) {
				require.NoError(t, w.AddRoute(own))
				before = w.String()
			})
			time.Sleep(time.Minute)
			assert.Equal(t, []string{"eth0", "eth1", "eth0"}, w.defaults())
			w.kill("eth0", true)
			time.Sleep(20 * time.Second)
			assert.Equal(t, []string{"eth1", "eth0", "eth0"}, w.defaults())
			require.NoError(t, w.end())
			assert.Zero(t, w.bare)
			if onStop == schema.OnStopRestore {
				assert.Equal(t, before, w.String())
				assert.Empty(t, w.rules)
				said := w.said()
				assert.Contains(t, said, "restore")
				assert.Equal(t, "teardown lte up [lte] down [fiber]", said[len(said)-1], "when the host's own routes are back")
				assert.False(t, w.kept.Fallbacks[0].State.Announced)
			} else {
				assert.Equal(t, []string{"eth1", "eth0", "eth0"}, w.defaults())
				assert.NotContains(t, w.said(), "teardown lte up [lte] down [fiber]")
			}
		})
	}
}

// A check that cannot be asked is told of when the monitor has begun, and until it can be.
func TestAnUnclearCheckIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two, func(w *world) { w.unclear = "no such program" })
		time.Sleep(time.Minute)
		require.Len(t, w.Degraded(), 1)
		assert.Regexp(t, `^checks give no clear answer: .*icmp 192\.0\.2\.1 of \w+: no such program`, w.Degraded()[0])
		w.mu.Lock()
		w.unclear = ""
		w.mu.Unlock()
		time.Sleep(time.Minute)
		assert.Empty(t, w.Degraded())
		require.NoError(t, w.end())
	})
}

// A route that nobody has described may be preferred: it stays, and is told.
func TestAForeignDefaultRouteIsToldAndLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		foreign := kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("10.0.2.1"), Link: "eth2", Protocol: 3}
		w := begin(t, two, func(w *world) {
			w.AddHardware("eth2")
			require.NoError(t, w.Up("eth2"))
			require.NoError(t, w.AddAddress(kernel.Address{Link: "eth2", Prefix: netip.MustParsePrefix("10.0.2.2/24")}))
			require.NoError(t, w.AddRoute(foreign))
		})
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"eth2", "eth0", "eth1"}, w.defaults())
		require.Len(t, w.Degraded(), 1)
		assert.Contains(t, w.Degraded()[0], "default via 10.0.2.1 dev eth2")
		w.somebody(func() error { return w.Fake.RemoveRoute(foreign) })
		time.Sleep(time.Second)
		assert.Empty(t, w.Degraded())
		require.NoError(t, w.end())
	})
}

func TestAKernelThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		w.mu.Lock()
		w.broken = errors.New("no buffer space")
		w.mu.Unlock()
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{"the state of the network cannot be read: no buffer space"}, w.Degraded())
		assert.Equal(t, "fiber", w.active())
		w.mu.Lock()
		w.broken = nil
		w.mu.Unlock()
		time.Sleep(time.Second)
		assert.Empty(t, w.Degraded())
		require.NoError(t, w.end())
	})
}

func TestAPersonChooses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		require.NoError(t, w.Switch(t.Context(), "internet", "lte"))
		assert.Equal(t, "lte", w.active())
		time.Sleep(time.Hour)
		assert.Equal(t, "lte", w.active())
		require.NoError(t, w.Switch(t.Context(), "internet", ""))
		time.Sleep(time.Minute)
		assert.Equal(t, "fiber", w.active())
		require.EqualError(t, w.Switch(t.Context(), "internet", "cable"), `there is no route "cable" in the fallback "internet", which has fiber, lte`)
		require.EqualError(t, w.Switch(t.Context(), "attic", ""), `there is no fallback "attic"`)
		require.NoError(t, w.end())
	})
}

// A document that is read again moves nothing by itself, and what it no longer has is
// taken away.
func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		w.kill("eth0", true)
		time.Sleep(20 * time.Second)
		require.Equal(t, "lte", w.active())
		w.said()
		require.NoError(t, w.Loop.Reload(t.Context(), decode(t, strings.Replace(two, `fallback "internet" {`, `fallback "internet" {`+"\n  min_good = \"1h\"", 1))))
		assert.Equal(t, "lte", w.active())
		assert.NotContains(t, strings.Join(w.said(), "\n"), "connected")
		w.kill("eth0", false)
		time.Sleep(30 * time.Minute)
		assert.Equal(t, "lte", w.active(), "an hour has not passed")
		time.Sleep(45 * time.Minute)
		assert.Equal(t, "fiber", w.active())

		require.Error(t, w.Loop.Reload(t.Context(), decode(t, `ethernet "eth0" {}`)))
		assert.Equal(t, "fiber", w.active(), "all is as it was")
		require.NoError(t, w.Loop.Reload(t.Context(), decode(t, strings.Replace(two, `"internet"`, `"other"`, 1))))
		time.Sleep(time.Minute)
		assert.Equal(t, "fiber", w.active())
		assert.Equal(t, []string{"eth0", "eth1"}, w.defaults())
		require.NoError(t, w.end())
		assert.Zero(t, w.bare)
	})
}

// The host's own route over a link that is not watched any more is where it was.
func TestAReloadLeavesLinksThatAreGoneFromIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("10.0.1.1"), Link: "eth1", Protocol: 3}
		w := begin(t, two, func(w *world) { require.NoError(t, w.AddRoute(own)) })
		time.Sleep(time.Minute)
		require.Equal(t, []string{"eth0", "eth1", "eth1"}, w.defaults())
		_, rest, _ := strings.Cut(two, `  route "lte" {`)
		require.NoError(t, w.Loop.Reload(t.Context(), decode(t, strings.TrimSuffix(two, `  route "lte" {`+rest)+"}")))
		assert.Equal(t, []string{"eth1", "eth0"}, w.defaults())
		require.NoError(t, w.end())
		assert.Zero(t, w.bare)
	})
}

// Handlers wait while no path is up, and are woken when one is.
func TestTheWayOfHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two, func(w *world) { w.kill("eth0", true); w.kill("eth1", true) })
		time.Sleep(time.Minute)
		arrived := make(chan error, 1)
		go func() { arrived <- w.Way().Await(t.Context()) }()
		synctest.Wait()
		assert.Empty(t, arrived)
		_, err := w.Way().DialContext(t.Context(), "tcp", "192.0.2.9:80")
		require.EqualError(t, err, "no path is up")
		w.said()
		w.kill("eth1", false)
		time.Sleep(2 * time.Minute)
		require.NoError(t, <-arrived)
		assert.Contains(t, w.said(), "wake")
		require.NoError(t, w.end())
	})
}

// What an earlier process has left is gone on with.
func TestStateOutlivesTheProcess(t *testing.T) {
	var left Kept
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		require.NoError(t, w.Switch(t.Context(), "internet", "lte"))
		require.NoError(t, w.end())
		left = w.kept
	})
	require.Len(t, left.Fallbacks, 1)
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two, func(w *world) { w.Kept, w.ahead = left, time.Hour })
		time.Sleep(time.Minute)
		assert.Equal(t, "lte", w.active())
		assert.NotContains(t, strings.Join(w.said(), "\n"), "connected", "that was told before")
		w.kill("eth1", true)
		time.Sleep(time.Minute)
		assert.Equal(t, "fiber", w.active())
		require.NoError(t, w.end())
	})
}
