package kerneltest

import (
	"errors"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Conformance runs the suite on a kernel that open makes anew for each test,
// with nothing but a loopback. It holds the option table against the driver:
// what a fresh bond has, when each option may be changed, what is refused and
// with which errno, and what is read back. The expectation is what the kernels
// 6.1.176 and 6.12.117 of Debian were seen to do; see matrix.go and stories.go.
func Conformance(t *testing.T, open func(*testing.T) kernel.Kernel) {
	t.Helper()
	t.Run("fresh", func(t *testing.T) { fresh(t, open) })
	t.Run("matrix", func(t *testing.T) { matrix(t, open) })
	t.Run("stories", func(t *testing.T) { tellAll(t, open) })
	t.Run("silence", func(t *testing.T) { silence(t, open(t)) })
	t.Run("addresses", func(t *testing.T) { addresses(t, open(t)) })
	t.Run("routes", func(t *testing.T) { routes(t, open(t)) })
	t.Run("siblings", func(t *testing.T) { siblings(t, open(t)) })
	t.Run("heirs", func(t *testing.T) { heirs(t, open(t)) })
	t.Run("followers", func(t *testing.T) { followers(t, open(t)) })
	t.Run("IPv6", func(t *testing.T) { configured(t, open(t)) })
	t.Run("stand-ins", func(t *testing.T) { standIns(t, open(t)) })
	t.Run("paths", func(t *testing.T) { paths(t, open(t)) })
}

// world is a kernel under test.
type world struct {
	t *testing.T
	kernel.Kernel
}

const theBond = "bond0"

// bonded makes a bond in a mode, and links that are not enslaved to it yet.
func bonded(t *testing.T, k kernel.Kernel, m schema.Mode, links ...string) world {
	t.Helper()
	w := world{t, k}
	for _, name := range links {
		require.NoError(t, k.AddLink(name, "dummy"))
	}
	require.NoError(t, k.AddBond(theBond, setting(t, "mode", m.String())))
	return w
}

func setting(t *testing.T, name, value string) schema.Settings {
	t.Helper()
	o, ok := schema.Lookup(name)
	require.True(t, ok, name)
	v, err := o.Parse(value)
	require.NoError(t, err, "%s %s", name, value)
	return schema.Settings{{Option: o, Value: v}}
}

func (w world) link(name string) *kernel.Link {
	w.t.Helper()
	state, err := w.Observe()
	require.NoError(w.t, err)
	l, ok := state.Link(name)
	require.True(w.t, ok, name)
	return l
}

// read gives the text of an option of the bond or a slave, and false where
// the driver tells none.
func (w world) read(link string, o *schema.Option) (string, bool) {
	w.t.Helper()
	l := w.link(link)
	if o.Scope == schema.SlaveScope {
		require.NotNil(w.t, l.Slave, "%s is a slave", link)
		value, ok := l.Slave.Value(o)
		return value.String(), ok
	}
	require.NotNil(w.t, l.Bond, "%s is a bond", link)
	value, ok := l.Bond.Value(o)
	return value.String(), ok
}

// errno gives the kernel's name of what was refused, "" for what was not.
func errno(err error) string {
	for name, number := range map[string]syscall.Errno{
		"EACCES": syscall.EACCES, "EBUSY": syscall.EBUSY, "ENOTEMPTY": syscall.ENOTEMPTY, "EPERM": syscall.EPERM, "EINVAL": syscall.EINVAL,
		"EEXIST": syscall.EEXIST, "EOPNOTSUPP": syscall.EOPNOTSUPP, "ERANGE": syscall.ERANGE, "EADDRNOTAVAIL": syscall.EADDRNOTAVAIL,
	} {
		if errors.Is(err, number) {
			return name
		}
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// fresh holds the table's defaults against a bond that was given only a mode.
func fresh(t *testing.T, open func(*testing.T) kernel.Kernel) {
	t.Helper()
	for _, m := range schema.Modes() {
		t.Run(m.String(), func(t *testing.T) {
			w := bonded(t, open(t), m)
			for _, o := range schema.OptionsOf(schema.BondScope) {
				if text, ok := w.read(theBond, o); ok && o.Name != "mode" {
					assert.Equal(t, o.DefaultIn(m), text, o.Name)
				}
			}
			apart, err := w.Fresh(m)
			require.NoError(t, err)
			assert.Equal(t, w.link(theBond).Bond, apart.Bond)
			state, err := w.Observe()
			require.NoError(t, err)
			assert.Len(t, state.Links, 2, "the loopback and the bond of the test")
			require.NoError(t, w.AddLink("s1", "dummy"))
			require.NoError(t, w.Enslave("s1", theBond))
			assert.Equal(t, w.link("s1").Slave.Settings, apart.Slave.Settings)
		})
	}
}

// silence is what the driver would take without a word and without effect: it
// is refused before it is sent.
func silence(t *testing.T, k kernel.Kernel) {
	t.Helper()
	w := bonded(t, k, schema.ActiveBackup, "s1")
	require.ErrorIs(t, w.SetBond(theBond, setting(t, "primary", "s9")), kernel.ErrNoLink)
	require.ErrorIs(t, w.SetBond(theBond, setting(t, "tx_queues", "4")), kernel.ErrCreationOnly)
	require.ErrorIs(t, w.SetSlave("s1", setting(t, "prio", "1")), kernel.ErrNotSlave)
	require.ErrorIs(t, w.Enslave("s1", "bond9"), kernel.ErrNoLink)
	require.ErrorIs(t, w.Enslave("s9", theBond), kernel.ErrNoLink)
}
