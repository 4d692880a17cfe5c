package kerneltest

import (
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// What the driver does with single options beyond what their rows say. Each is
// from drivers/net/bonding/bond_options.c unless another file is named.

// displaces lists what a monitoring that is switched on switches off
// (bond_option_miimon_set, bond_option_arp_interval_set). Of two monitorings
// in separate messages the last one holds. The first displaced is the other
// monitoring; what follows goes with it.
var displaces = []struct {
	option    string
	displaced []string
}{
	{"miimon", []string{"arp_interval", "arp_validate"}},
	{"arp_interval", []string{"miimon"}},
}

// forced lists what a mode sets whatever was there (bond_option_mode_set);
// what a mode merely gives where nothing is set is the row's ModeDefault.
var forced = []struct {
	mode          schema.Mode
	option, value string
}{
	{schema.BalanceALB, "tlb_dynamic_lb", "1"},
}

// quiet are options that the driver tells of in their own modes only
// (bond_fill_info, bond_netlink.c). Of all others it tells in every mode.
var quiet = []string{"ad_actor_sys_prio", "ad_user_port_key", "ad_actor_system"}

// reselects are options whose change has the active slave chosen anew at once,
// beside primary and active_slave themselves (bond_option_primary_reselect_set,
// bond_option_prio_set).
var reselects = []string{"primary_reselect", "prio"}

// needsMiimon tells whether an option is a delay that is kept as a number of
// miimon's ticks, and refused while there are none (_bond_option_delay_set).
func needsMiimon(o *schema.Option) bool { return o.MultipleOf != "" }

// probeable tells whether a monitoring takes a target: not the unspecified
// address, not the broadcast of IPv4, no loopback or multicast of IPv6
// (bond_is_ip_target_ok, bonding.h; bond_option_ns_ip6_targets_set).
func probeable(target netip.Addr) bool {
	if target.Is4() {
		return !target.IsUnspecified() && target != netip.AddrFrom4([4]byte{255, 255, 255, 255})
	}
	return !target.IsUnspecified() && !target.IsLoopback() && !target.IsMulticast()
}

// displacedBy lists the options that go to zero when this one becomes non-zero.
func displacedBy(o *schema.Option) []string {
	for _, row := range displaces {
		if row.option == o.Name {
			return row.displaced
		}
	}
	return nil
}

// told tells whether the driver mentions an option in a mode.
func told(o *schema.Option, m schema.Mode) bool {
	return o.Modes.Has(m) || !slices.Contains(quiet, o.Name)
}
