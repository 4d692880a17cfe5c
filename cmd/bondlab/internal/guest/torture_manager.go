package guest

import (
	"errors"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// What befalls the consumer's daemon while the command stands still at a point: it
// dies, and systemd starts it again; or it is started anew in order, as by an update.
const managerCrash, managerRestart = "crash", "restart"

// befallsManager tells whether the fault strikes the consumer's daemon, and not bondctl.
func (o *ordeal) befallsManager() bool {
	return slices.Contains([]string{managerCrash, managerRestart}, o.fault)
}

// strikeManager waits until the command stands at its point, lets the fault strike
// the daemon, and has the command go on.
func (o *ordeal) strikeManager(apply *applying) error {
	struck, err := o.stands(apply)
	if err != nil || !struck {
		return err
	}
	strike := o.doCrash
	if o.fault == managerRestart {
		strike = o.doRestart
	}
	return errors.Join(strike(o.script, []string{"manager"}), sh.Do("pkill -CONT -x %s", tortured))
}
