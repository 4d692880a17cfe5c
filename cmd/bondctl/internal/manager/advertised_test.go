package manager

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
)

// Under systemd-networkd the kernel learns nothing on links that are made; under
// others it does.
func TestWhoTakesRouterAdvertisements(t *testing.T) {
	for backend, ignored := range map[string]bool{networkd: true, ifupdown: false, ifcfg: false} {
		m, err := For(backend, t.TempDir())
		require.NoError(t, err)
		fake := kerneltest.NewFake()
		k := Kernel(m, fake)
		require.NoError(t, k.AddBond("bond0", nil))
		require.NoError(t, k.AddVLAN("bond0.20", "bond0", 20))
		require.Error(t, k.AddBond("bond0", nil))
		require.Error(t, k.AddVLAN("bond0.20", "bond0", 20))
		state, err := fake.Observe()
		require.NoError(t, err)
		for _, name := range []string{"bond0", "bond0.20"} {
			l, _ := state.Link(name)
			assert.Equal(t, ignored, l.IPv6[kernel.AcceptRA] == 0, "%s with %s", name, backend)
		}
	}
}
