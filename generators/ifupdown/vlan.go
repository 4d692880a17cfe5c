package ifupdown

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// dotted takes a name apart as ifupdown does to find a VLAN: at the last dot,
// with nothing but digits behind it.
func dotted(name string) (parent string, id int, ok bool) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 1 {
		return "", 0, false
	}
	id, err := strconv.Atoi(name[dot+1:])
	return name[:dot], id, err == nil && name[dot+1] != '+'
}

func isDotted(name string) bool {
	_, _, ok := dotted(name)
	return ok
}

func (g *generator) vlans(path, parent string, vlans []*schema.VLAN) {
	for _, v := range vlans {
		g.vlan(fmt.Sprintf("%s/vlan/%d", path, v.ID.Value), parent, v)
	}
}

// vlan gives a VLAN its stanzas. ifupdown itself makes one that is called
// PARENT.ID; it goes by the name alone, vlan-raw-device is for the reader and
// for the hook of the vlan package. One of another name is made by a command.
func (g *generator) vlan(path, parent string, v *schema.VLAN) {
	name := v.Name(parent)
	above, id, byName := dotted(name)
	if byName && (above != parent || id != v.ID.Value) {
		g.report.CannotSay(path, v.Range,
			fmt.Sprintf("ifupdown takes the name %s for VLAN %d on %s", name, id, above), "Rename the VLAN's link")
		return
	}
	if !byName && !g.accepts(path, name, v.Range) {
		return
	}
	stanzas := g.network(path, &v.Network)
	first := stanzas[0]
	if byName {
		first.say("vlan-raw-device", parent)
	} else {
		first.before = append(first.before,
			fmt.Sprintf("%sip link add link %s name $IFACE type vlan id %d", unlessThere, parent, v.ID.Value))
		first.undo = append(first.undo, ifThere+"ip link del dev $IFACE")
	}
	g.add(name, stanzas)
}
