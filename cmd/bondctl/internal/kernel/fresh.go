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
func (*Host) Fresh(mode schema.Mode) (*Bond, error) {
	if _, err := os.Stat(driverFile); err != nil {
		return nil, errors.Join(ErrUnknown, err)
	}
	type answer struct {
		bond *Bond
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine, and the namespace with it
		bond, err := freshHere(mode)
		answers <- answer{bond, err}
	}()
	a := <-answers
	return a.bond, a.err
}

// freshHere takes the calling thread to a network namespace of its own.
func freshHere(mode schema.Mode) (*Bond, error) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("%w: a network namespace for it: %w", ErrUnknown, err)
	}
	h, err := Open()
	if err != nil {
		return nil, err
	}
	defer h.Close()
	const name = "fresh"
	option, _ := schema.Lookup("mode")
	value, err := option.Int(int64(mode))
	if err == nil {
		err = h.AddBond(name, schema.Settings{{Option: option, Value: value}})
	}
	if err != nil {
		return nil, err
	}
	state, err := h.Observe()
	if err != nil {
		return nil, err
	}
	l, ok := state.Link(name)
	if !ok || l.Bond == nil {
		return nil, fmt.Errorf("%w: the bond that was made for that is gone", ErrUnknown)
	}
	return l.Bond, nil
}
