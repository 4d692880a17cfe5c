package ifcfg

import (
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// masterUUID is NetworkManager's word for the bond of a slave, by the UUID of
// the bond's file.
const masterUUID = "MASTER_UUID"

// mastersOf finds the devices that slaves name as their masters, by the name
// or the UUID that the slaves have for them.
func mastersOf(configs []*config) map[string]string {
	devices := map[string]string{}
	for _, c := range configs {
		if uuid := c.peek("UUID"); uuid != "" {
			devices[strings.ToLower(uuid)] = c.device.value
		}
	}
	masters := map[string]string{}
	for _, c := range configs {
		for _, key := range []string{"MASTER", masterUUID} {
			switch name := c.peek(key); {
			case name == "":
			case devices[strings.ToLower(name)] != "":
				masters[name] = devices[strings.ToLower(name)]
			default:
				masters[name] = name
			}
		}
	}
	return masters
}

func (r *reader) isMaster(device string) bool {
	for _, master := range r.masters {
		if master == device {
			return true
		}
	}
	return false
}

func (r *reader) slave(c *config, k kind) bool {
	if k != isSlave {
		return false
	}
	c.idle(ofSlave...)
	bond, ok := r.master(c)
	if !ok {
		return true
	}
	slave := &schema.Slave{Name: given(c.device, c.device.value), Range: generators.Line(c.path, c.device.line)}
	for _, option := range schema.OptionsOf(schema.SlaveScope) {
		if v, ok := c.get(option.Word(schema.BondingOpts).Name); ok {
			slave.Settings = c.set(slave.Settings, option, v, v.value)
		}
	}
	if v, ok := c.get("MACADDR"); ok && v.value != preserve {
		c.refuse(v, "has no effect on a slave, which has the bond's")
	}
	if v, ok := c.get("BOOTPROTO"); ok && !isStatic(v.value) {
		c.refuse(v, "has no effect on a slave")
	}
	if v, ok := c.get("MTU"); ok && v.value != strconv.Itoa(bond.MTU.Value) {
		c.refuse(v, "has no effect on a slave, which has the bond's")
	}
	if c.wireless() {
		slave.Wifi = c.wifi()
	}
	bond.Slaves = append(bond.Slaves, slave)
	return true
}

// master finds the bond of a slave, and reports where there is none. The name
// counts, which both consumers know.
func (r *reader) master(c *config) (*schema.Bond, bool) {
	name, named := c.get("MASTER")
	uuid, ok := c.get(masterUUID)
	switch {
	case !named:
		name = uuid
	case ok && r.masters[uuid.value] != r.masters[name.value]:
		c.refuse(uuid, "names another bond than MASTER, which network-scripts go by")
	}
	bond, found := r.bonds[r.masters[name.value]]
	if !found {
		c.refuse(name, "names no bond that has a file; it wants the name of a device")
	}
	if v, ok := c.get("SLAVE"); ok && !c.yes("SLAVE", true) {
		c.refuse(v, "of no is heeded by network-scripts, and NetworkManager enslaves the link all the same")
	}
	return bond, found
}

// isStatic tells whether a BOOTPROTO asks for no lease.
func isStatic(proto string) bool {
	return strings.EqualFold(proto, "none") || strings.EqualFold(proto, "static")
}
