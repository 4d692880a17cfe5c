// Package apply carries a plan out, step by step. It decides nothing: what is
// done, and in which order, is the plan's affair.
package apply

import (
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// Change carries out one change of the kernel. [plan.AwaitCarrier] and what is
// for a manager ask nothing of it.
func Change(k kernel.Kernel, c plan.Change) error {
	switch c.Verb {
	case plan.MakeBond:
		return k.AddBond(c.Link, c.Settings)
	case plan.MakeVLAN:
		return k.AddVLAN(c.Link, c.On, c.VLAN)
	case plan.Delete:
		return k.Delete(c.Link)
	case plan.Up:
		return k.Up(c.Link)
	case plan.Down:
		return k.Down(c.Link)
	case plan.SetMTU:
		return k.SetMTU(c.Link, c.MTU)
	case plan.SetMAC:
		return k.SetMAC(c.Link, c.MAC)
	case plan.SetIPv6:
		return k.SetIPv6(c.Link, c.IPv6)
	case plan.SetBond:
		return k.SetBond(c.Link, c.Settings)
	case plan.SetSlave:
		return k.SetSlave(c.Link, c.Settings)
	case plan.Enslave:
		return k.Enslave(c.Link, c.On)
	case plan.Release:
		return k.Release(c.Link)
	case plan.AddAddress:
		return k.ReplaceAddress(c.Address)
	case plan.RemoveAddress:
		return k.RemoveAddress(c.Address)
	case plan.AddRoute:
		return k.SetRoute(c.Route)
	case plan.RemoveRoute:
		return k.RemoveRoute(c.Route)
	case plan.AwaitCarrier, plan.Read, plan.Activate, plan.Reapply, plan.Forget, plan.Lease, plan.EndLease,
		plan.LetGo, plan.Manage, plan.Assume, plan.EndProgram:
		return nil
	}
	return fmt.Errorf("a plan has no change %d", c.Verb)
}
