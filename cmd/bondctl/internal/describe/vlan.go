package describe

import (
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// vlansOn lists the VLANs that stand on a link.
func (d *describer) vlansOn(name string) []*kernel.Link {
	var found []*kernel.Link
	for _, l := range d.state.Links {
		if l.Kind == kindVLAN && l.Parent == name {
			found = append(found, l)
		}
	}
	return found
}

func (d *describer) vlans(parent *kernel.Link, path string) []*schema.VLAN {
	var vlans []*schema.VLAN
	for _, l := range d.vlansOn(parent.Name) {
		below := fmt.Sprintf("%s/vlan/%d", path, l.VLAN)
		d.standing(l, below)
		v := &schema.VLAN{ID: schema.Given(l.VLAN)}
		if l.Name != v.Name(parent.Name) {
			v.Link = schema.Given(l.Name)
		}
		v.Network = d.network(l, below, parent.MTU)
		if l.Slave == nil && l.MAC != parent.MAC {
			v.MACAddress = schema.Given(l.MAC)
		}
		vlans = append(vlans, v)
	}
	return vlans
}

// strayVLAN tells of a VLAN on a link that is not described, or that is one itself.
func (d *describer) strayVLAN(l *kernel.Link) {
	parent, ok := d.state.Link(l.Parent)
	if ok && (parent.Bond != nil || parent.Slave == nil && isCard(parent)) {
		return
	}
	d.cannotSay("%s is not described: it is VLAN %d on %s, and bondctl puts VLANs on bonds and cards only. It stays as it is.", l.Name, l.VLAN, l.Parent)
}
