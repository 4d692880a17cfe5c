package hostfs

import (
	"errors"
	"fmt"
	"io/fs"
)

// swap puts every staged file in its place, in the order of the change set.
func (t *transaction) swap() error {
	for _, e := range t.entries {
		if err := t.swapOne(e); err != nil {
			return e.wrap(err)
		}
	}
	return nil
}

func (t *transaction) swapOne(e *entry) error {
	d, name, err := t.tree.beside(e.want.Path)
	if err != nil {
		return err
	}
	t.touch(d)
	if err := e.forward(d, name); err != nil {
		return explain(err)
	}
	e.swapped = true
	return e.verify(d, name)
}

// explain says what it means when a name was taken, or gone, that was not when it was looked at.
func explain(err error) error {
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", err, errChanged)
	}
	return err
}

// forward and backward mirror each other: what is moved in is moved out again, and an exchange is its
// own opposite. So undoing needs no space, and gives back the very same file.
func (e *entry) forward(d *dir, name string) error {
	switch e.kind {
	case create:
		return e.moveIn(d, name)
	case replace:
		return e.exchange(d, name)
	case remove:
		return e.moveOut(d, name)
	case keep:
	}
	return nil
}

func (e *entry) backward(d *dir, name string) error {
	switch e.kind {
	case create:
		return e.moveOut(d, name)
	case replace:
		return e.exchange(d, name)
	case remove:
		return e.moveIn(d, name)
	case keep:
	}
	return nil
}

func (e *entry) moveIn(d *dir, name string) error {
	if err := d.move(e.temp, name); err != nil {
		return err
	}
	e.temp = ""
	return nil
}

func (e *entry) moveOut(d *dir, name string) error {
	temp := temporaryName(name)
	if err := d.move(name, temp); err != nil {
		return err
	}
	e.temp = temp
	return nil
}

// exchange swaps target and temporary. Where the file system cannot do so in one step, the file in place
// gets a second name before it is renamed over: here, too, it is never missing.
func (e *entry) exchange(d *dir, name string) error {
	err := d.exchange(e.temp, name)
	if !lacksFlags(err) {
		return err
	}
	spare := temporaryName(name)
	if err := d.link(name, spare); err != nil {
		return err
	}
	e.spare = spare
	if err := d.replace(e.temp, name); err != nil {
		return err
	}
	e.temp, e.spare = spare, ""
	return nil
}
