package plan

import (
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// giveBack releases a slave that another bond wants, or that shall carry
// addresses of its own: those must be there before its bond goes.
func (p *planner) giveBack(l *Link) {
	now := p.now.links[l.Name]
	if now == nil || now.Slave == nil || now.Master == l.Master || l.Absent {
		return
	}
	if l.Master != "" || len(l.Addresses) > 0 {
		p.release(l.Name)
	}
}

func (p *planner) release(name string) {
	p.do(Change{Verb: Release, Link: name, On: p.now.links[name].Master, Effect: Bounces(name)})
}

// enslave gives a bond those of its slaves that may be taken now.
func (p *planner) enslave(bond *Link, mayTake func(string) bool) {
	for _, name := range p.inOrder(bond) {
		now := p.now.links[name]
		if now.Master == bond.Name || !mayTake(name) {
			continue
		}
		p.strip(name)
		effect := p.bounces(name)
		if now.Up {
			p.do(Change{Verb: Down, Link: name, Effect: effect, Why: "the driver takes only links that are down"})
		}
		p.do(Change{Verb: Enslave, Link: name, On: bond.Name, Effect: effect})
	}
}

// bounces is the effect of taking a link down, which nobody notices of one
// that carried nothing.
func (p *planner) bounces(name string) Effect {
	if p.inUse[name] {
		return Bounces(name)
	}
	return None
}

// inOrder gives the slaves of a bond in the order of enslaving: first the one
// whose address the bond had, so that it has it again.
func (p *planner) inOrder(bond *Link) []string {
	order := slices.Clone(bond.Slaves)
	if len(p.now.slaves[bond.Name]) > 0 {
		return order
	}
	had := p.had[bond.Name]
	if i := slices.IndexFunc(order, func(name string) bool { return p.now.links[name].MAC == had }); i > 0 {
		order = slices.Insert(slices.Delete(order, i, i+1), 0, bond.Slaves[i])
	}
	return order
}

// isFree tells whether a link carries no address: enslaving it interrupts nobody.
func (p *planner) isFree(name string) bool {
	return !slices.ContainsFunc(p.now.addresses[name], isGlobal)
}

// strip removes the routes of a link that becomes a slave, which would go with it,
// and its addresses: they would stay on it, and nothing would reach them.
func (p *planner) strip(name string) {
	p.dropRoutes(name, Bounces(name), "")
	for _, a := range slices.Backward(slices.Clone(p.now.addresses[name])) {
		if isGlobal(a) {
			p.do(Change{Verb: RemoveAddress, Link: name, Address: a, Effect: Bounces(name)})
		}
	}
}

// awaitOthers waits for bonds to have carrier that are about to take over
// addresses: a link is not taken from under its traffic before. The way back to
// an earlier state waits for nothing, for it may be late already.
func (p *planner) awaitOthers() {
	if p.want.exact {
		return
	}
	for _, bond := range p.want.ofKind(kindBond) {
		waiting := slices.ContainsFunc(bond.Slaves, func(s string) bool { return p.now.links[s].Master != bond.Name })
		if waiting && len(p.now.slaves[bond.Name]) > 0 {
			p.do(Change{Verb: AwaitCarrier, Link: bond.Name, Effect: None, Why: "its other slaves take over before the last one joins"})
		}
	}
}

// releaseOthers releases slaves that the bond shall not have.
func (p *planner) releaseOthers(bond *Link) {
	for _, name := range slices.Clone(p.now.slaves[bond.Name]) {
		if !slices.Contains(bond.Slaves, name) {
			p.release(name)
		}
	}
}

// setSlave changes the options of a slave; the driver takes them at any time.
func (p *planner) setSlave(l *Link) {
	now := p.now.links[l.Name]
	if now == nil || now.Slave == nil || now.Master != l.Master {
		return
	}
	var changed, was schema.Settings
	for _, s := range l.Options {
		if value, ok := now.Slave.Value(s.Option); ok && !value.Equal(s.Value) {
			changed = changed.With(s)
			was = was.With(schema.Setting{Option: s.Option, Value: value})
		}
	}
	if len(changed) > 0 {
		p.freeQueue(l, changed)
		p.do(Change{Verb: SetSlave, Link: l.Name, On: l.Master, Settings: changed, Was: was, Effect: InPlace})
	}
}

// freeQueue takes from another slave the queue that a slave shall have: the driver
// gives none to two (bond_option_queue_id_set). The other one has its own next.
func (p *planner) freeQueue(l *Link, changed schema.Settings) {
	queue, ok := changed.Get(schema.QueueID)
	if !ok || queue.Value.IsZero() {
		return
	}
	none, _ := queue.Option.Int(0)
	for _, name := range p.now.slaves[l.Master] {
		had, told := p.now.links[name].Slave.Value(queue.Option)
		if name != l.Name && told && had.Equal(queue.Value) {
			p.do(Change{
				Verb: SetSlave, Link: name, On: l.Master, Settings: schema.Settings{{Option: queue.Option, Value: none}},
				Was: schema.Settings{{Option: queue.Option, Value: had}}, Effect: InPlace, Why: "a queue is one slave's",
			})
		}
	}
}
