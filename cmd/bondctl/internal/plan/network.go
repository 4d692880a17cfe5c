package plan

import (
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Network plans the changes that lead the kernel from what was observed to
// what is wanted, in an order that it accepts and that interrupts least: new
// links first, addresses and routes before the links that had them are taken
// away, what is no longer wanted last. Where a document meets problems, among them
// a link or a route that would be lost for good, there are no changes; on the
// way back to an earlier state the links that have some are left out, for the
// others must come back all the same. What would be lost on that way tells [Losses].
func Network(want *Wanted, have *kernel.State) ([]Change, []Problem) {
	p := newPlanner(want, have)
	problems := p.check()
	if len(problems) > 0 && !want.exact {
		return nil, problems
	}
	p.want.leaveOut(problems)
	p.plan()
	if want.exact {
		return p.changes, problems
	}
	if problems = p.losses(have); len(problems) > 0 {
		return nil, problems
	}
	return p.changes, nil
}

// Drift tells what would lead the kernel back to what was wanted before, and what
// keeps links from that. It is for a person to read: what is lost on that way is no
// matter.
func Drift(want *Wanted, have *kernel.State) ([]Change, []Problem) {
	p := newPlanner(want, have)
	obstacles := p.check()
	p.want.leaveOut(obstacles)
	p.plan()
	return p.changes, obstacles
}

func newPlanner(want *Wanted, have *kernel.State) *planner {
	p := &planner{
		want: want.clone(), now: newGround(have), had: map[string]schema.MAC{}, wasUp: map[string]bool{}, inUse: map[string]bool{}, fresh: have.Fresh,
	}
	for _, l := range have.Links {
		p.had[l.Name], p.wasUp[l.Name] = l.MAC, l.Up
		p.inUse[l.Name] = l.Slave != nil || !p.isFree(l.Name)
	}
	return p
}

// plan goes through the phases until they find nothing to do. Who is active is said
// last: any change of a link may have the driver choose by itself.
func (p *planner) plan() {
	for range rounds {
		before := len(p.changes)
		p.round()
		if len(p.changes) == before {
			break
		}
	}
	p.eachBond(p.activate)
}

// rounds bounds how often the phases are gone through: the second round brings
// back what the first had to take away, and a third finds nothing.
const rounds = 4

// planner goes from the ground to what is wanted, change by change.
type planner struct {
	want    *Wanted
	now     *ground
	changes []Change
	// had are the addresses that links had at the beginning: a bond keeps its
	// own where nothing else is wanted.
	had map[string]schema.MAC
	// wasUp are the links that were up at the beginning.
	wasUp map[string]bool
	// inUse are the links that carried something at the beginning.
	inUse map[string]bool
	// networks are the kernel's own routes whose place others have taken: it does
	// not make them again.
	networks []kernel.Route
	// fresh is what the driver tells of new bonds, as far as it was asked.
	fresh map[schema.Mode]kernel.Fresh
}

func (p *planner) do(c Change) {
	p.changes = append(p.changes, c)
	p.now.take(c)
}

// round goes through the phases in the order of least interruption.
func (p *planner) round() {
	p.each(p.giveBack)
	p.eachBond(p.makeBond)
	p.eachBond(p.reshape)
	p.eachBond(func(bond *Link) { p.enslave(bond, p.isFree) })
	p.each(p.frame)
	p.each(p.makeVLAN)
	p.each(p.frame)
	p.each(p.configure)
	p.each(p.raise)
	p.awaitOthers()
	p.populate()
	p.eachBond(func(bond *Link) { p.enslave(bond, func(string) bool { return true }) })
	p.eachBond(p.releaseOthers)
	p.each(p.setSlave)
	p.each(p.frame)
	p.each(p.configure)
	p.each(p.raise)
	p.each(p.clear)
	p.populate()
	p.each(p.remove)
	p.each(p.lower)
}

// each goes through the wanted links: bonds, then plain links, then VLANs, by name.
func (p *planner) each(phase func(*Link)) {
	for _, kind := range []string{kindBond, "", kindVLAN} {
		for _, l := range p.want.Links {
			if l.Kind == kind {
				phase(l)
			}
		}
	}
}

func (p *planner) eachBond(phase func(*Link)) {
	for _, bond := range p.want.ofKind(kindBond) {
		phase(bond)
	}
}

// raise sets a link up that is wanted up.
func (p *planner) raise(l *Link) {
	if now := p.now.links[l.Name]; now != nil && l.Up && !l.Absent && !now.Up {
		p.do(Change{Verb: Up, Link: l.Name, Effect: InPlace})
		p.keepDown(l.Name)
	}
}

// keepDown sets those VLANs down again that come up with their parent, that were down
// before, and that nobody wants to be anything.
func (p *planner) keepDown(parent string) {
	for _, vlan := range p.now.above[parent] {
		switch {
		case !p.now.links[vlan].Up:
		case !p.wasUp[vlan] && !p.want.Describes(vlan):
			p.do(Change{Verb: Down, Link: vlan, Effect: None, Why: fmt.Sprintf("it was down before, and comes up with %s", parent)})
		default:
			p.keepDown(vlan)
		}
	}
}

// lower sets a link down that an earlier state has down.
func (p *planner) lower(l *Link) {
	if now := p.now.links[l.Name]; now != nil && !l.Up && !l.Absent && now.Up && now.Slave == nil {
		p.do(Change{Verb: Down, Link: l.Name, Effect: Bounces(l.Name), Why: "it was down before"})
	}
}

// frame sets MTU and Ethernet address. A slave's are its bond's affair.
func (p *planner) frame(l *Link) {
	now := p.now.links[l.Name]
	if now == nil || l.Absent || l.Master != "" || now.Slave != nil {
		return
	}
	if l.MTU != 0 && l.MTU != now.MTU && p.fits(l.MTU, now) {
		p.do(Change{Verb: SetMTU, Link: l.Name, MTU: l.MTU, Effect: InPlace})
	}
	if mac := p.address(l, now); !mac.IsZero() && mac != now.MAC {
		p.do(Change{Verb: SetMAC, Link: l.Name, MAC: mac, Effect: InPlace})
	}
}

// fits tells whether a link can have an MTU by now: a VLAN has none that is larger than
// its parent's (vlan_dev_change_mtu, net/8021q/vlan_dev.c).
func (p *planner) fits(mtu int, l *kernel.Link) bool {
	parent := p.now.links[l.Parent]
	return parent == nil || mtu <= parent.MTU
}

// address gives the Ethernet address that a link shall have, zero for whichever.
func (p *planner) address(l *Link, now *kernel.Link) schema.MAC {
	follows := l.Kind == kindBond && now.Bond.Mode() == schema.ActiveBackup && failOverMAC(now.Bond.Settings) != "none"
	switch {
	case !l.MAC.IsZero() && (!p.want.exact || !follows):
		return l.MAC
	case l.Kind == kindBond && !follows && len(p.now.slaves[l.Name]) > 0:
		return p.had[l.Name]
	}
	return schema.MAC{}
}

// makeVLAN makes a VLAN that is missing, and anew where it stands elsewhere.
func (p *planner) makeVLAN(l *Link) {
	if l.Kind != kindVLAN || l.Absent {
		return
	}
	effect := None
	if now := p.now.links[l.Name]; now != nil {
		if now.Parent == l.Parent && now.VLAN == l.VLAN {
			return
		}
		effect = Recreated
		p.do(Change{Verb: Delete, Link: l.Name, Effect: effect, Why: fmt.Sprintf("it is VLAN %d of %s", now.VLAN, now.Parent)})
	}
	p.do(Change{Verb: MakeVLAN, Link: l.Name, On: l.Parent, VLAN: l.VLAN, Effect: effect})
}

// remove deletes a link that shall not be.
func (p *planner) remove(l *Link) {
	if now := p.now.links[l.Name]; l.Absent && now != nil {
		p.do(Change{Verb: Delete, Link: l.Name, Effect: Recreated})
	}
}

// isMade tells whether links of a kind are made and deleted by plans.
func isMade(kind string) bool { return kind == kindBond || kind == kindVLAN }
