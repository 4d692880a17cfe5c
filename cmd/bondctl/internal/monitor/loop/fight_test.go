package loop

import (
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Somebody who takes the routes away again and again is given way to for longer and
// longer, and is reported.
func TestNoFightOverRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		repaired := w.fight("eth0")
		assert.Less(t, repaired, 25, "in ten minutes")
		assert.Greater(t, repaired, 5)
		require.Len(t, w.Degraded(), 1)
		assert.Contains(t, w.Degraded()[0], "somebody else keeps changing")

		time.Sleep(20 * time.Minute)
		assert.Equal(t, []string{"eth0", "eth1"}, w.defaults())
		assert.Empty(t, w.Degraded())
		require.NoError(t, w.end())
	})
}

// fight takes the first route away for ten minutes, and tells how often it was there.
func (w *world) fight(link string) (repaired int) {
	for range 600 {
		w.somebody(func() error {
			for _, r := range w.main() {
				if r.Link == link && r.Metric == 10 {
					repaired++
					return w.Fake.RemoveRoute(r)
				}
			}
			return nil
		})
		w.signal()
		time.Sleep(time.Second)
	}
	return repaired
}

// The others are looked after as ever.
func TestARouteThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, three, func(w *world) {
			w.AddHardware("eth2")
			require.NoError(t, w.Up("eth2"))
			require.NoError(t, w.AddAddress(kernel.Address{Link: "eth2", Prefix: netip.MustParsePrefix("10.0.2.2/24")}))
			w.refused = "eth2"
		})
		time.Sleep(time.Minute)
		require.Len(t, w.Degraded(), 1, "and nobody else is blamed")
		assert.Regexp(t, `^routes cannot be written: add route default via 10\.0\.2\.1 dev eth2 table 2700\d+ metric 0: network is unreachable; add route default via 10\.0\.2\.1 dev eth2 table 254 metric 12: `, w.Degraded()[0])
		w.said()

		w.kill("eth0", true)
		time.Sleep(20 * time.Second)
		assert.Contains(t, strings.Join(w.said(), "\n"), "close sockets of ipv4 [10.0.0.2] while [eth1 ")

		assert.Less(t, w.fight("eth1"), 25)
		require.Len(t, w.Degraded(), 2)
		assert.Contains(t, w.Degraded()[1], "somebody else keeps changing")
		w.mu.Lock()
		w.refused = ""
		w.mu.Unlock()
		time.Sleep(20 * time.Minute)
		assert.Empty(t, w.Degraded())
		require.NoError(t, w.end())
	})
}

// What cannot be written is not left: connections over it would come back.
func TestConnectionsStayWhereTheNewRouteCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := begin(t, two)
		time.Sleep(time.Minute)
		w.mu.Lock()
		w.refused = "eth1"
		w.mu.Unlock()
		w.kill("eth0", true)
		time.Sleep(20 * time.Second)
		assert.Equal(t, "lte", w.active())
		assert.NotContains(t, strings.Join(w.said(), "\n"), "close sockets")
		require.ErrorIs(t, w.end(), syscall.ENETUNREACH)
	})
}
