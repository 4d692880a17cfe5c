package kernel

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// driverFile is there where the bonding driver is loaded (bond_create_sysfs).
const driverFile = "/sys/class/net/bonding_masters"

// Fresh implements [Kernel]. The bond is made in a network namespace that is
// made for it and goes with it, so that no manager of links sees it. A driver
// that is not loaded is not asked: loading it might make a bond (max_bonds).
func (*Host) Fresh(mode schema.Mode) (Fresh, error) {
	if _, err := os.Stat(driverFile); err != nil {
		return Fresh{}, errors.Join(ErrUnknown, err)
	}
	type answer struct {
		fresh Fresh
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine, and the namespace with it
		fresh, err := freshHere(mode)
		answers <- answer{fresh, err}
	}()
	a := <-answers
	return a.fresh, a.err
}

// freshHere takes the calling thread to a network namespace of its own.
func freshHere(mode schema.Mode) (Fresh, error) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return Fresh{}, fmt.Errorf("%w: a network namespace for it: %w", ErrUnknown, err)
	}
	h, err := Open()
	if err != nil {
		return Fresh{}, err
	}
	defer h.Close()
	bond, err := h.freshBond(mode)
	return Fresh{Bond: bond, Slave: h.freshSlave()}, err
}

// What the bond and the slave are called, in a namespace where nobody else is.
const theBond, theSlave = "fresh", "slave"

func (h *Host) freshBond(mode schema.Mode) (*Bond, error) {
	option, _ := schema.Lookup("mode")
	value, err := option.Int(int64(mode))
	if err == nil {
		err = h.AddBond(theBond, schema.Settings{{Option: option, Value: value}})
	}
	if err != nil {
		return nil, err
	}
	state, err := h.Observe()
	if err != nil {
		return nil, err
	}
	l, ok := state.Link(theBond)
	if !ok || l.Bond == nil {
		return nil, fmt.Errorf("%w: the bond that was made for that is gone", ErrUnknown)
	}
	return l.Bond, nil
}

// freshSlave gives the bond a slave of a kind whose module makes no links by
// itself when it is loaded for that, as dummy's does; nil where it cannot.
func (h *Host) freshSlave() *Slave {
	if h.AddLink(theSlave, "veth") != nil || h.Enslave(theSlave, theBond) != nil {
		return nil
	}
	state, err := h.Observe()
	if err != nil {
		return nil
	}
	l, ok := state.Link(theSlave)
	if !ok {
		return nil
	}
	return l.Slave
}
