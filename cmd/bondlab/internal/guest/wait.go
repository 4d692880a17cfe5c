package guest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
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

// isDown wants a slave that the driver has noticed to be down.
func isDown(slave string) error {
	status, err := sysfs(slave, "bonding_slave/mii_status")
	if err == nil && status != "down" {
		err = fmt.Errorf("the slave %s is %s, not down", slave, status)
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
		status, err := sysfs(slave, "bonding_slave/mii_status")
		if err != nil {
			return err
		}
		if status != "up" {
			return fmt.Errorf("the slave %s of %s is %s", slave, bond, status)
		}
	}
	return nil
}

// noPartner is the partner's address while nobody answers LACP.
const noPartner = "00:00:00:00:00:00"

// hasPartner wants an aggregate of so many links with somebody at their other ends.
func hasPartner(bond, links string) error {
	partner, err := sysfs(bond, "bonding/ad_partner_mac")
	if err != nil {
		return err
	}
	aggregated, err := sysfs(bond, "bonding/ad_num_ports")
	if err != nil {
		return err
	}
	if partner == noPartner || aggregated != links {
		return fmt.Errorf("%s aggregates %s links to the partner %s", bond, aggregated, partner)
	}
	return nil
}

// allComplete wants every bond of the description with all of its slaves.
func allComplete(doc *schema.Document) error {
	for _, bond := range doc.Bonds {
		names := slavesOf(doc, bond.Name.Value)
		slices.Sort(names)
		if err := hasSlaves(bond.Name.Value, names); err != nil {
			return err
		}
	}
	return nil
}

func slavesOf(doc *schema.Document, bond string) []string {
	b, _ := doc.Bond(bond)
	var names []string
	for _, slave := range b.Slaves {
		names = append(names, slave.Name.Value)
	}
	return names
}
