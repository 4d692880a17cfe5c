package guest

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// cuts is what was done to the point under way. It outlives that in the script's
// directory: after each boot the part of the script begins anew, and the walk
// goes on where it was.
type cuts struct {
	// Cut is set where the power was cut at the point; Point is how that is called.
	Cut   bool
	Point string
	// Again is set where the power was cut once more, while the recovery at
	// boot stood at its point.
	Again bool
}

// cutAtEveryPoint has the power cut while the command stands at a point. What
// comes up must be old, or new where it was confirmed.
func (o *ordeal) cutAtEveryPoint() error {
	if o.next.Part == 0 {
		return fmt.Errorf("torture %s %s belongs behind a line reboot: the part of the script that it stands in is begun anew after each cut", o.fault, o.command)
	}
	var c cuts
	if err := jsonfile.Read(o.cutsFile(), &c); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if c.Cut && !c.Again && o.command == theRecovery {
		return o.strikeRecovery(&c)
	}
	if c.Cut {
		return o.walkOn(&c)
	}
	return o.cutNext(&c)
}

// walkOn is done with a point, and goes to the next one unless that was all.
func (o *ordeal) walkOn(c *cuts) error {
	if err := o.recovered(c); err != nil {
		return fmt.Errorf("%s of %s at point %d, %s: %w", o.fault, o.command, o.Tried+1, c.Point, err)
	}
	if err := o.advance(); err != nil {
		return err
	}
	if o.Over {
		return o.tell()
	}
	return o.cutNext(&cuts{})
}

func (o *ordeal) cutsFile() string { return o.script.MkAbs(o.walkFile("cuts")) }

// recovered looks at what a boot has made of a cut.
func (o *ordeal) recovered(c *cuts) error {
	_ = sh.Do("pkill -CONT -x %s", tortured) // an order whose end was lost with the power is met again
	end, err := o.end()
	if err != nil {
		return err
	}
	o.say("%s %s, point %d, %s: %s", o.fault, o.command, o.Tried+1, c.Point, end)
	return o.goBack(end)
}

// cutNext goes on to the next point and ends the machine there.
func (o *ordeal) cutNext(c *cuts) error {
	if err := o.begin(o.Tried + 1); err != nil {
		return err
	}
	apply, err := o.start()
	if err != nil {
		return err
	}
	struck, err := o.stands(apply)
	if err != nil {
		return err
	}
	if !struck {
		return o.isOver()
	}
	c.Cut, c.Point = true, o.point(o.Tried+1)
	return o.cut(c)
}

// cut ends this life of the machine; the part of the script begins anew in the next.
func (o *ordeal) cut(c *cuts) error {
	if err := jsonfile.Write(o.cutsFile(), c); err != nil {
		return err
	}
	o.again = scenario.PowerCut
	return errors.New("the power is cut")
}

// strikeRecovery lets the fault strike the recovery from the first cut, which
// runs beside this program: the power is cut for the second time while it stands
// at its point, or it is killed there, and whoever comes next has to do its work.
func (o *ordeal) strikeRecovery(c *cuts) error {
	if err := sh.Until(sh.Patience, func() error {
		if o.isOrdered() {
			return sh.Do("bondctl status")
		}
		return nil
	}); err != nil {
		return err
	}
	if o.isOrdered() {
		return o.isOver()
	}
	c.Again, c.Point = true, o.point(o.Tried+1)
	if o.fault == powerCut {
		return o.cut(c)
	}
	return o.walkOn(c)
}

// isOver ends a walk that has found no more points.
func (o *ordeal) isOver() error {
	return errors.Join(o.finish(), o.conclude(), o.tell())
}

// finish lets an apply that met no fault come to its end.
func (o *ordeal) finish() error {
	end, err := o.end()
	if err != nil {
		return err
	}
	return o.goBack(end)
}

// stands waits until the command stands at the point, or has gone by. The
// recovery meets its order in the next life: what was not flushed would be gone.
func (o *ordeal) stands(apply *applying) (bool, error) {
	if o.command == theRecovery {
		return true, errors.Join(sh.Until(sh.Patience, windowIsOpen), sh.Do("sync"))
	}
	if o.command == theConfirm || o.command == theRollback {
		if err := sh.Until(sh.Patience, windowIsOpen); err != nil {
			return false, err
		}
		if err := sh.Background(tortured, o.command); err != nil {
			return false, err
		}
	}
	err := sh.Until(sh.Patience, func() error {
		if o.isOrdered() && !apply.hasEnded() {
			return errors.New("apply neither reaches the point nor ends")
		}
		return nil
	})
	return !o.isOrdered(), err
}
