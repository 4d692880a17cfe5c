package guest

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// sysfs reads one file of a link.
func sysfs(link string, parts ...string) (string, error) {
	text, err := os.ReadFile(filepath.Join(append([]string{"/sys/class/net", link}, parts...)...))
	if err != nil {
		return "", fmt.Errorf("reading %s of %s: %w", strings.Join(parts, "/"), link, err)
	}
	return strings.TrimSpace(string(text)), nil
}

func isActive(bond, slave string) error {
	active, err := sysfs(bond, "bonding/active_slave")
	if err != nil {
		return err
	}
	if active != slave {
		return fmt.Errorf("the active slave of %s is %q, not %s", bond, active, slave)
	}
	return nil
}

// hasStatus wants a slave that is down or up in the driver's eyes.
func hasStatus(slave, wanted string) error {
	status, err := sysfs(slave, "bonding_slave/mii_status")
	if err == nil && status != wanted {
		err = fmt.Errorf("the slave %s is %s, not %s", slave, status, wanted)
	}
	return err
}

// hasSlaves wants exactly these slaves, all of them up in the driver's eyes.
func hasSlaves(bond string, wanted []string) error {
	text, err := sysfs(bond, "bonding/slaves")
	if err != nil {
		return err
	}
	slaves := strings.Fields(text)
	slices.Sort(slaves)
	if !slices.Equal(slaves, wanted) {
		return fmt.Errorf("the slaves of %s are %v, not %v", bond, slaves, wanted)
	}
	for _, slave := range slaves {
		if err := hasStatus(slave, "up"); err != nil {
			return err
		}
	}
	return nil
}

// What a port's state has, by IEEE 802.1AX, once both ends of a link pass
// traffic: synchronization, collecting and distributing.
const passing = 0x08 | 0x10 | 0x20

// hasPartner wants so many links over which both ends pass traffic in one
// aggregate: the driver counts a link some seconds before it uses it.
func hasPartner(bond, links string) error {
	text, err := sysfs(bond, "bonding/slaves")
	if err != nil {
		return err
	}
	var ready []string
	for slave := range strings.FieldsSeq(text) {
		actor, partner := portState(slave, "actor"), portState(slave, "partner")
		if actor&partner&passing == passing {
			ready = append(ready, slave)
		}
	}
	if strconv.Itoa(len(ready)) != links {
		return fmt.Errorf("%s and its partner pass traffic over %v, not over %s links", bond, ready, links)
	}
	return nil
}

// portState is that of one end of a slave's link; without a state nothing is set.
func portState(slave, end string) int {
	text, err := sysfs(slave, "bonding_slave/ad_"+end+"_oper_port_state")
	if err != nil {
		return 0
	}
	state, _ := strconv.Atoi(text)
	return state
}

// allComplete wants every bond of the description with all the slaves that the
// files can say, and no others.
func (s *stage) allComplete() error {
	for _, bond := range s.world.Doc.Bonds {
		text, err := sysfs(bond.Name.Value, "bonding/slaves")
		if err != nil {
			return err
		}
		there := strings.Fields(text)
		for _, slave := range s.slavesOf(bond.Name.Value) {
			if !slices.Contains(there, slave) {
				return fmt.Errorf("the slaves of %s are %v, without %s", bond.Name.Value, there, slave)
			}
			if err := hasStatus(slave, "up"); err != nil {
				return err
			}
		}
		if len(there) > len(bond.Slaves) {
			return fmt.Errorf("the slaves of %s are %v, more than described", bond.Name.Value, there)
		}
	}
	return nil
}

// slavesOf gives the slaves of a bond that the files can say. A station whose
// network they cannot name may be a slave all the same, and joins nothing.
func (s *stage) slavesOf(bond string) []string {
	b, ok := s.world.Doc.Bond(bond)
	if !ok {
		return nil
	}
	var names []string
	for _, slave := range b.Slaves {
		path := "bond/" + bond + "/slave/" + slave.Name.Value
		if s.unsaid != nil && (s.unsaid(path) || slave.Wifi != nil && s.unsaid(path+"/wifi/ssid")) {
			continue
		}
		names = append(names, slave.Name.Value)
	}
	return names
}

// allLearned wants an address on every link of the description from where it
// is to learn one.
func (s *stage) allLearned() error {
	for _, place := range world.Places(s.world.Doc) {
		for _, pool := range place.Learned() {
			if pool.Addr().Is6() && s.unsaid != nil && s.unsaid(place.Path+"/ipv6/dhcp") && !place.IPv6.AcceptsRA() {
				continue
			}
			addresses, err := addressesOf(place.Link)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(addresses, func(p netip.Prefix) bool { return pool.Gives(p.Addr()) }) {
				return fmt.Errorf("%s has learned no address of %s", place.Link, pool.Prefix)
			}
		}
	}
	return nil
}

// addressesOf lists the addresses of a link that can be used.
func addressesOf(link string) ([]netip.Prefix, error) {
	text, err := sh.Out("ip", "-j", "address", "show", "dev", link)
	if err != nil {
		return nil, err
	}
	var shown []struct {
		AddrInfo []struct {
			Local     netip.Addr
			Prefixlen int
			Tentative bool
		} `json:"addr_info"`
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil || len(shown) != 1 {
		return nil, fmt.Errorf("reading the addresses of %s: %w", link, err)
	}
	var found []netip.Prefix
	for _, a := range shown[0].AddrInfo {
		if !a.Tentative {
			found = append(found, netip.PrefixFrom(a.Local, a.Prefixlen))
		}
	}
	return found, nil
}
