package kerneltest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// row is what the driver was seen to do with an option in each mode, on a bond
// that is up or down, with and without slaves. It repeats what the option
// table says, from measurements, so that one is held against the other.
type row struct {
	option string
	// modes are the first letters that accept it: R A X B 8 T L (balance-alb).
	modes string
	// refused is why it cannot be changed: "" for never, or words of "up slaves".
	refused string
	// value is one that is not the default.
	value string
	// first is set before, for the driver to take the value.
	first string
}

const (
	everyMode = "RAXB8TL"
	probing   = "RAXB"
	oneActive = "ATL"
)

var rows = []row{
	{"mode", everyMode, "up slaves", "", ""},
	{"active_slave", oneActive, "", "s2", ""},
	{"miimon", everyMode, "", "50", ""},
	{"updelay", everyMode, "", "200", "miimon=100"},
	{"downdelay", everyMode, "", "300", "miimon=100"},
	{"peer_notif_delay", everyMode, "", "400", "miimon=100"},
	{"arp_interval", probing, "", "200", ""},
	{"arp_ip_target", everyMode, "", "192.0.2.1,192.0.2.2", ""},
	{"ns_ip6_target", everyMode, "", "2001:db8::1", ""},
	{"arp_validate", probing, "", "filter_backup", ""},
	{"arp_all_targets", everyMode, "", "all", ""},
	{"primary", oneActive, "", "s2", ""},
	{"primary_reselect", everyMode, "", "failure", ""},
	{"fail_over_mac", everyMode, "slaves", "active", ""},
	{"xmit_hash_policy", everyMode, "", "vlan+srcmac", ""},
	{"resend_igmp", everyMode, "", "255", ""},
	{"num_grat_arp", everyMode, "", "0", ""},
	{"num_unsol_na", everyMode, "", "255", ""},
	{"all_slaves_active", everyMode, "", "1", ""},
	{"min_links", everyMode, "", "1", ""},
	{"lp_interval", everyMode, "", "2147483647", ""},
	{"packets_per_slave", "R", "", "0", ""},
	{"lacp_active", "8", "up", "off", ""},
	{"lacp_rate", "8", "up", "fast", ""},
	{"ad_select", everyMode, "up", "count", ""},
	{"ad_actor_sys_prio", "8", "", "1", ""},
	{"ad_user_port_key", "8", "up", "1023", ""},
	{"ad_actor_system", "8", "", "02:00:00:00:00:77", ""},
	{"tlb_dynamic_lb", "TL", "up", "0", ""},
	{"arp_missed_max", probing, "", "255", ""},
	{"coupled_control", "8", "up", "0", ""},
	{"broadcast_neighbor", "8", "", "1", ""},
	{"lacp_strict", "8", "", "on", ""},
	// From kernel 7.2 on only the default is legal, which proves when it may be set.
	{"use_carrier", everyMode, "", "1", ""},
	{"queue_id", everyMode, "", "16", ""},
	{"prio", oneActive, "", "-2147483648", ""},
	{"actor_port_prio", "8", "", "65535", ""},
}

// letter stands for a mode in a row.
func letter(m schema.Mode) string { return everyMode[m : m+1] }

// expect gives the errno that the row promises, "" for none.
func (r row) expect(m schema.Mode, up, slaves bool) string {
	switch {
	case !strings.Contains(r.modes, letter(m)):
		return "EACCES"
	case slaves && strings.Contains(r.refused, "slaves"):
		return "ENOTEMPTY"
	case up && strings.Contains(r.refused, "up"):
		return "EBUSY"
	}
	return ""
}

// matrix tries every option in every mode, on a bond down and up, without and
// with slaves.
func matrix(t *testing.T, open func(*testing.T) kernel.Kernel) {
	t.Helper()
	for _, m := range schema.Modes() {
		for _, state := range []string{"down empty", "up empty", "down with slaves", "up with slaves"} {
			t.Run(m.String()+" "+state, func(t *testing.T) {
				up, slaves := strings.HasPrefix(state, "up"), strings.HasSuffix(state, "slaves")
				w := inState(t, open(t), m, up, slaves)
				known := w.known()
				for _, r := range rows {
					w.try(r, r.expect(m, up, slaves), slaves, known)
				}
			})
		}
	}
}

//revive:disable-next-line:flag-parameter the two flags are the state that is wanted
func inState(t *testing.T, k kernel.Kernel, m schema.Mode, up, slaves bool) world {
	t.Helper()
	w := bonded(t, k, m, "s1", "s2")
	if slaves {
		require.NoError(t, w.Enslave("s1", theBond))
		require.NoError(t, w.Enslave("s2", theBond))
	}
	if up {
		require.NoError(t, w.Up(theBond))
	}
	return w
}

// known tells which options this driver has. An older one ignores the
// attributes of the others in silence.
func (w world) known() map[string]bool {
	w.t.Helper()
	const probe, slave = "probe", "probe1"
	require.NoError(w.t, w.AddLink(slave, "dummy"))
	require.NoError(w.t, w.AddBond(probe, setting(w.t, "mode", schema.Mode8023AD.String())))
	require.NoError(w.t, w.Enslave(slave, probe))
	known := map[string]bool{}
	for _, o := range schema.Options() {
		switch o.Scope {
		case schema.BondScope:
			_, known[o.Name] = w.read(probe, o)
		case schema.SlaveScope:
			_, known[o.Name] = w.read(slave, o)
		case schema.ModuleScope:
		}
	}
	require.NoError(w.t, w.Delete(probe))
	require.NoError(w.t, w.Delete(slave))
	return known
}

// try sets one option and reads it back.
//
//revive:disable-next-line:flag-parameter a slave's option needs slaves
func (w world) try(r row, want string, slaves bool, known map[string]bool) {
	w.t.Helper()
	o, ok := schema.Lookup(r.option)
	require.True(w.t, ok, r.option)
	if o.Scope == schema.SlaveScope && !slaves {
		return
	}
	value := r.valueIn(w, o, slaves)
	if name, text, ok := strings.Cut(r.first, "="); ok {
		require.NoError(w.t, w.SetBond(theBond, setting(w.t, name, text)))
	}
	err := w.set(o, value)
	if !known[o.Name] {
		assert.NoError(w.t, err, "%s: a driver without it ignores it", o.Name)
		return
	}
	assert.Equal(w.t, want, errno(err), "%s %q", o.Name, value)
	if err == nil {
		text, _ := w.read(w.carrier(o), o)
		assert.Equal(w.t, value, text, o.Name)
	}
}

// valueIn gives the value to try: the bond's own mode, and no slave's name
// where there is no slave.
//
//revive:disable-next-line:flag-parameter a name needs slaves
func (r row) valueIn(w world, o *schema.Option, slaves bool) string {
	if o.Kind == schema.LinkName && !slaves {
		return ""
	}
	if r.value == "" {
		text, _ := w.read(theBond, o)
		return text
	}
	return r.value
}

// carrier names what carries an option: the bond or its first slave.
func (w world) carrier(o *schema.Option) string {
	if o.Scope == schema.SlaveScope {
		return "s1"
	}
	return theBond
}

func (w world) set(o *schema.Option, value string) error {
	if o.Scope == schema.SlaveScope {
		return w.SetSlave("s1", setting(w.t, o.Name, value))
	}
	return w.SetBond(theBond, setting(w.t, o.Name, value))
}
