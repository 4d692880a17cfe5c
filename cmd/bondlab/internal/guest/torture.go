package guest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

const tortureUsage = "torture kill|stop|hangup|terminate|kill-guard|kill-both|crash|restart|cut apply|guard|confirm|rollback|recover FILE.hcl [POINT]"

// The commands at whose points something strikes, and what a scenario says of
// the fault where more is to be done than to order it.
const (
	theApply, theGuard, theConfirm, theRollback, theRecovery = "apply", "guard", "confirm", "rollback", "recover"

	hangup, standstill, powerCut = "hangup", "stop", "cut"
)

// The portraits that the end of every transaction is compared with.
const oldState, newState = "old", "new"

// ordeal is a fault that strikes at the points of a command, while a document
// is applied and nobody, or that command, decides about it.
type ordeal struct {
	*stage
	script                         *testscript.TestScript
	fault, command, document, only string
	progress
}

func (s *stage) doTorture(ts *testscript.TestScript, args []string) error {
	o := &ordeal{stage: s, script: ts, fault: args[0], command: args[1], document: args[2], only: strings.Join(args[3:], " ")}
	if !slices.Contains([]string{theApply, theGuard, theConfirm, theRollback, theRecovery}, o.command) {
		return fmt.Errorf("usage: %s", tortureUsage)
	}
	if err := o.takeUpProgress(); err != nil {
		return err
	}
	switch {
	case o.Over:
		return o.tell()
	case o.fault == powerCut, o.command == theRecovery:
		return o.cutAtEveryPoint()
	}
	return o.tryEveryPoint()
}

// tryEveryPoint lets the fault strike at one point after the other.
func (o *ordeal) tryEveryPoint() error {
	for !o.Over {
		struck, err := o.try(o.Tried + 1)
		if err != nil {
			return fmt.Errorf("%s of %s at point %d: %w", o.fault, o.command, o.Tried+1, err)
		}
		next := o.conclude
		if struck {
			next = o.advance
		}
		if err := next(); err != nil {
			return err
		}
	}
	return o.tell()
}

// try lets the fault strike at the nth point, and waits for the end: exactly old,
// or exactly new where it was confirmed. It tells whether there was such a point.
func (o *ordeal) try(n int) (bool, error) {
	began := time.Now()
	if err := o.begin(n); err != nil {
		return false, err
	}
	var struck bool
	var end string
	if err := o.withPeer(func() (err error) {
		if err = o.play(); err != nil {
			return err
		}
		struck = !o.isOrdered()
		end, err = o.end()
		return err
	}); err != nil {
		return struck, err
	}
	if _, err := os.Stat(guardKilled); err == nil {
		o.Guards++
	}
	if struck {
		o.say("%s %s, point %d, %s: %s after %.1f s", o.fault, o.command, n, o.point(n), end, time.Since(began).Seconds())
	}
	return struck, o.goBack(end)
}

// begin makes sure that all is old, and orders the fault.
func (o *ordeal) begin(n int) error {
	if err := o.alive(); err != nil {
		return err
	}
	if err := o.is(o.script, oldState); err != nil {
		return fmt.Errorf("before it: %w", err)
	}
	for _, dir := range []string{stateDir, ordersDir} {
		if err := forget(dir); err != nil {
			return fmt.Errorf("forgetting what an earlier try has left: %w", err)
		}
	}
	return o.order(n)
}

// forget removes a directory. A guard that systemd has started once more may be
// about to find that nothing is left for it to do, and write there meanwhile.
func forget(dir string) error {
	return sh.Until(sh.Patience, func() error { return os.RemoveAll(dir) })
}

// stateDir is where bondctl keeps its transactions. What an earlier try has left
// there would add to the points, and the nth be another each time.
const stateDir = "/var/lib/bondctl"

// ordersDir is where bondctl built with the tag torture looks for its orders.
const ordersDir = "/var/lib/bondctl-torture"

// guardKilled is what it leaves where it has killed a guard.
const guardKilled = ordersDir + "/guard-killed"

func (o *ordeal) order(n int) error {
	if err := os.MkdirAll(ordersDir, 0o700); err != nil {
		return fmt.Errorf("ordering a fault: %w", err)
	}
	fault, where := o.fault, o.only
	if fault == powerCut || o.befallsManager() {
		fault = "hold" // and the fault strikes while it stands there
	}
	if where == "" {
		where = strconv.Itoa(n)
	}
	return os.WriteFile(o.orders(), []byte(fault+" "+where), 0o600)
}

const passedExt = ".passed"

func (o *ordeal) orders() string { return filepath.Join(ordersDir, o.command) }

// isOrdered tells whether the fault is still to come.
func (o *ordeal) isOrdered() bool {
	_, err := os.Stat(o.orders())
	return err == nil
}

// point is how the point is called at which the fault struck. The list goes on
// with what the process passed after it, in this life or in its next.
func (o *ordeal) point(n int) string {
	text, _ := os.ReadFile(o.orders() + passedExt) // an empty list has no such point
	for i, name := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if o.only == "" && i+1 == n || o.only != "" && strings.HasPrefix(name, o.only) {
			return name
		}
	}
	return "nobody knows where"
}

func remove(path string) { _ = os.Remove(path) } // it may not be there

// play applies the document, has the command run where a person gives it, and
// waits until apply has ended, as it does when someone has decided.
func (o *ordeal) play() error {
	apply, err := o.start()
	if err != nil {
		return err
	}
	defer apply.kill()
	if o.befallsManager() {
		if err := o.strikeManager(apply); err != nil {
			return err
		}
	}
	if o.command == theConfirm || o.command == theRollback {
		if err := o.decide(); err != nil {
			return err
		}
	}
	if o.fault == hangup && o.command == theApply {
		if err := o.isUnimpressed(); err != nil {
			return err
		}
	}
	if o.fault == standstill {
		if err := o.leaveToGuard(apply); err != nil {
			return err
		}
	}
	if err := apply.wait(); err != nil {
		return err
	}
	if o.command == theApply && kills(o.fault) && !o.isOrdered() && !apply.wasKilled() {
		return errors.New("apply was told to die, and did not")
	}
	return nil
}

// kills and killsGuard tell whom a fault kills.
func kills(fault string) bool      { return fault == "kill" || fault == "kill-both" }
func killsGuard(fault string) bool { return fault == "kill-guard" || fault == "kill-both" }

// decide has a person give the command, which the fault may end.
func (o *ordeal) decide() error {
	if err := sh.Until(sh.Patience, windowIsOpen); err != nil {
		return err
	}
	text, err := sh.Out(tortured, o.command)
	if err != nil && o.isOrdered() {
		return fmt.Errorf("no fault struck: %w: %s", err, text)
	}
	return nil
}

// isUnimpressed wants an apply whose terminal hangs up to carry on: all is new
// in its window, until it is taken back.
func (o *ordeal) isUnimpressed() error {
	if err := sh.Until(sh.Patience, windowIsOpen); err != nil {
		return err
	}
	if err := o.is(o.script, newState); err != nil {
		return err
	}
	_, err := sh.Out(tortured, theRollback)
	return err
}

// leaveToGuard has an apply that stands still go on only where it has no guard, who
// ends it: not yet, or no more, for all is decided.
func (o *ordeal) leaveToGuard(apply *applying) error {
	return sh.Until(hanging, func() error {
		if apply.hasEnded() {
			return nil
		}
		if !o.isOrdered() && sh.Do("pgrep -f %s.guard", tortured) != nil {
			return sh.Do("pkill -CONT -x %s", tortured)
		}
		return errors.New("apply stands still, and its guard lets it")
	})
}

// tortured is bondctl built with the tag torture.
const tortured = "bondctl-torture"

// window is how long the change lives: long where a person decides, and no
// longer than needed where nobody does.
func (o *ordeal) window() string {
	switch {
	case o.fault == hangup && o.command == theApply, o.command == theRecovery:
		return "10m"
	case o.command == theConfirm, o.command == theRollback:
		return "30s"
	}
	return "3s"
}

// end waits until no transaction is open, and wants the machine to be what the
// journal says then.
func (o *ordeal) end() (string, error) {
	remove(o.orders())
	if err := sh.Until(sh.Patience, func() error { return sh.Do("bondctl status") }); err != nil {
		return "", err
	}
	newest, err := newestTransaction()
	if err != nil {
		return "", err
	}
	end := oldState
	if newest.State == "confirmed" {
		end = newState
	}
	if end == newState && o.command != theConfirm {
		return end, errors.New("it was confirmed, and nobody did")
	}
	if err := o.is(o.script, end); err != nil {
		return end, err
	}
	return end, errors.Join(o.belongs(end), reaches(o.world.Gateway.String(), 0))
}

// takesOver tells whether the document gives the links of the run's consumer to another.
func (o *ordeal) takesOver() bool { return o.consumer.Name != o.next.Run.Consumer }

// belongs wants whoever has the links in the end to see them as its files have
// them, where they go from one to another or something befell who has them.
func (o *ordeal) belongs(end string) error {
	switch {
	case !o.takesOver() && !o.befallsManager():
		return nil
	case end == oldState:
		return o.agrees(o.next.Run.Consumer)
	}
	return o.agrees(o.consumer.Name)
}

// goBack undoes what was confirmed, for the next try to begin with the old state.
func (o *ordeal) goBack(end string) error {
	if end == oldState {
		return nil
	}
	newest, err := newestTransaction()
	if err != nil {
		return err
	}
	return sh.Do("bondctl rollback %s --no-guard --auto-approve", newest.ID)
}

// transaction is what bondctl tells of one.
type transaction struct{ ID, State string }

// newestTransaction is the zero one where there was none yet.
func newestTransaction() (transaction, error) {
	text, err := sh.Out("bondctl", "history", "--json")
	if err != nil {
		return transaction{}, err
	}
	var history struct{ Transactions []transaction }
	if err := json.Unmarshal([]byte(text), &history); err != nil {
		return transaction{}, fmt.Errorf("reading the history: %w", err)
	}
	return append(history.Transactions, transaction{})[0], nil
}
