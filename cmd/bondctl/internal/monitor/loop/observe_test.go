package loop

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/schema"
)

// bonded is a document with a bond of a mode, and a route over a VLAN on it.
func bonded(mode schema.Mode) string {
	return `
bond "bond0" {
  mode   = "` + mode.String() + `"
  miimon = 100
  slave "eth2" {}
  slave "eth3" {}
  vlan "20" {
    ipv4 { addresses = ["10.0.2.2/24"] }
  }
}
fallback "internet" {
  route "fiber" {
    interface = "bond0.20"
    gateway   = "10.0.2.1"
    verify "icmp" { targets = ["192.0.2.1"] }
  }
}
`
}

// bond makes the bond.
func (w *world) bond(mode schema.Mode) {
	w.t.Helper()
	var settings schema.Settings
	for name, text := range map[string]string{"mode": mode.String(), "miimon": "100"} {
		option, _ := schema.Lookup(name)
		value, err := option.Parse(text)
		require.NoError(w.t, err)
		settings = settings.With(schema.Setting{Option: option, Value: value})
	}
	require.NoError(w.t, w.AddBond("bond0", settings))
	for _, slave := range []string{"eth2", "eth3"} {
		w.AddHardware(slave)
		require.NoError(w.t, w.Enslave(slave, "bond0"))
	}
	require.NoError(w.t, w.Up("bond0"))
	require.NoError(w.t, w.AddVLAN("bond0.20", "bond0", 20))
	require.NoError(w.t, w.Up("bond0.20"))
	require.NoError(w.t, w.AddAddress(kernel.Address{Link: "bond0.20", Prefix: netip.MustParsePrefix("10.0.2.2/24")}))
}

// A bond that goes on over other slaves is no path that fails, and is told in every mode.
func TestABondsOwnFailover(t *testing.T) {
	for _, mode := range []schema.Mode{schema.ActiveBackup, schema.BalanceXOR, schema.BalanceRR} {
		synctest.Test(t, func(t *testing.T) {
			failovers := 0
			w := begin(t, bonded(mode), func(w *world) {
				w.bond(mode)
				w.Record = func(_ monitor.Standing, in monitor.Input, _ *monitor.Decision) {
					if in.Kind == monitor.BondFailover && in.Route == "fiber" {
						failovers++
					}
				}
			})
			time.Sleep(time.Minute)
			require.Equal(t, "fiber", w.active())
			require.Zero(t, failovers)
			w.somebody(func() error { return w.CutCable("eth2") })
			w.signal()
			assert.Equal(t, 1, failovers, mode)
			time.Sleep(time.Minute)
			assert.Equal(t, 1, failovers, mode)
			w.somebody(func() error { return w.CutCable("eth3") })
			w.signal()
			assert.Equal(t, 1, failovers, "%s: nothing carries any more", mode)
			require.NoError(t, w.end())
		})
	}
}
