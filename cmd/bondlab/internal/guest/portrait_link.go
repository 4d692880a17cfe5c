package guest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// shownLink is a link as `ip -d -j link` has it.
type shownLink struct {
	Ifname, Master, Address, Link string
	Flags                         []string
	MTU                           int
	Linkinfo                      struct {
		Kind      string         `json:"info_kind"`
		Data      map[string]any `json:"info_data"`
		SlaveData map[string]any `json:"info_slave_data"`
	}
}

func linkLines() ([]string, error) {
	var links []shownLink
	if err := shown(&links, "-d", "link"); err != nil {
		return nil, err
	}
	boot, err := sh.Out("cat", "/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, l := range links {
		master := masterOf(l, links)
		line, err := l.line(master)
		if err != nil {
			return nil, fmt.Errorf("showing %s: %w", l.Ifname, err)
		}
		lines = append(lines, line)
		if l.isCard() && l.borrowsFrom(master) {
			lines = append(lines, lentIn(boot)+l.Ifname+" "+l.Address)
		}
	}
	return lines, nil
}

// lent begins the line of an Ethernet address that a slave has from its bond. The bond
// has it from the slave that it got first, and another boot may begin with another.
const lent = "lent "

func lentIn(boot string) string { return lent + strings.TrimSpace(boot) + " " }

// withoutLent leaves the addresses that bonds have lent out of two portraits, where
// these are of two boots.
func withoutLent(wanted, now []string) ([]string, []string) {
	isLent := func(line string) bool { return strings.HasPrefix(line, lent) }
	before, after := slices.IndexFunc(wanted, isLent), slices.IndexFunc(now, isLent)
	if before < 0 || after < 0 || strings.Fields(wanted[before])[1] == strings.Fields(now[after])[1] {
		return wanted, now
	}
	return slices.DeleteFunc(wanted, isLent), slices.DeleteFunc(slices.Clone(now), isLent)
}

// borrowsFrom tells whether a slave has the Ethernet address of its bond, and not the
// bond that of its active slave (fail_over_mac).
func (l shownLink) borrowsFrom(master shownLink) bool {
	return l.Master != "" && l.Address == master.Address && !master.movesAddresses() && master.Linkinfo.Data["fail_over_mac"] != "active"
}

func masterOf(l shownLink, links []shownLink) shownLink {
	i := slices.IndexFunc(links, func(m shownLink) bool { return m.Ifname == l.Master })
	if i < 0 {
		return shownLink{}
	}
	return links[i]
}

// configuredSlave are those data of a slave that somebody sets; the others
// count, or are the driver's own choice.
var configuredSlave = []string{"prio", "queue_id", "perm_hwaddr"}

// line shows a link that has a master, or the zero link as one.
func (l shownLink) line(master shownLink) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "link %s master=%s mtu=%d up=%v on=%s", l.Ifname, l.Master, l.MTU, slices.Contains(l.Flags, "UP"), l.Link)
	if l.isCard() && !isIdleRadio(l) && !master.movesAddresses() && !l.borrowsFrom(master) {
		fmt.Fprintf(&b, " address=%s", l.Address)
	}
	for _, name := range configuredSlave {
		if value, ok := l.Linkinfo.SlaveData[name]; ok {
			fmt.Fprintf(&b, " %s=%v", name, value)
		}
	}
	delete(l.Linkinfo.Data, "active_slave") // the driver's own choice
	delete(l.Linkinfo.Data, "ad_info")
	options, err := json.Marshal(l.Linkinfo.Data)
	fmt.Fprintf(&b, " %s", options)
	return b.String(), err
}

// isCard tells whether a link is hardware, or stands for it in this world.
func (l shownLink) isCard() bool { return l.Linkinfo.Kind == "" || l.Linkinfo.Kind == "veth" }

// movesAddresses tells whether the driver hands the Ethernet addresses of a
// bond's slaves around as it chooses the active one (bond_do_fail_over_mac in
// bond_main.c, alb_swap_mac_addr in bond_alb.c).
func (l shownLink) movesAddresses() bool {
	switch l.Linkinfo.Data["mode"] {
	case "balance-tlb", "balance-alb":
		return true
	}
	return l.Linkinfo.Data["fail_over_mac"] == "follow"
}

// isIdleRadio tells whether NetworkManager may be looking for networks with a
// link, each time with another address.
func isIdleRadio(l shownLink) bool {
	_, err := os.Stat(filepath.Join("/sys/class/net", l.Ifname, "phy80211"))
	return err == nil && l.Master == "" && !slices.Contains(l.Flags, "LOWER_UP")
}
