package checkpoint

import (
	"context"
	"errors"
	"fmt"

	"github.com/coreos/go-systemd/v22/dbus"
	bus "github.com/godbus/dbus/v5"
)

// systemdDir is there where systemd is the init of the machine.
const systemdDir = "/run/systemd/system"

// launchUnit starts the guard as a transient service: it belongs to no login session, and systemd brings it
// back when it is killed. The connection is to systemd itself, so that no message bus has to run.
func launchUnit(ctx context.Context, t *Transaction, command []string) (launched, error) {
	systemd, err := dbus.NewSystemdConnectionContext(ctx)
	if err != nil {
		return launched{}, fmt.Errorf("connecting to systemd: %w", err)
	}
	name := unitOf(t.ID())
	results := make(chan string, 1)
	_, err = systemd.StartTransientUnitContext(ctx, name, "fail", guardProperties(t.ID(), command), results)
	if isThere(err) { // a guard that died, and that systemd has not started again yet
		_, err = systemd.RestartUnitContext(ctx, name, "replace", results)
	}
	if err != nil {
		systemd.Close()
		return launched{}, fmt.Errorf("starting %s: %w", name, err)
	}
	failed := make(chan string, 1)
	go func() {
		defer systemd.Close()
		select {
		case result := <-results:
			if result != "done" {
				failed <- "systemd says " + result
			}
		case <-ctx.Done():
		}
	}()
	return launched{ended: failed, log: "journalctl -u " + name}, nil
}

func isThere(err error) bool {
	said, ok := errors.AsType[bus.Error](err)
	return ok && said.Name == "org.freedesktop.systemd1.UnitExists"
}

// exitStatusSet is what systemd takes for RestartPreventExitStatus: exit statuses, then signals.
type exitStatusSet struct {
	Statuses []int32
	Signals  []int32
}

// guardProperties are those of the guard's unit. It depends on no unit of the network: whatever is restarted
// there leaves it alone, and so does a change of the target.
func guardProperties(id string, command []string) []dbus.Property {
	property := func(name string, value any) dbus.Property {
		return dbus.Property{Name: name, Value: bus.MakeVariant(value)}
	}
	return []dbus.Property{
		dbus.PropDescription("bondctl: rolls back " + id + " unless it is confirmed"),
		dbus.PropExecStart(command, true),
		// Only a guard that says itself that it is done stays away; one that was killed comes back, however often.
		property("Restart", "always"),
		property("RestartUSec", uint64(200_000)),
		property("RestartPreventExitStatus", exitStatusSet{Statuses: []int32{0}, Signals: []int32{}}),
		property("StartLimitIntervalUSec", uint64(0)),
		property("OOMScoreAdjust", int32(-1000)),
		property("KillMode", "mixed"),
		property("IgnoreOnIsolate", true),
		// A failed unit would keep its name.
		property("CollectMode", "inactive-or-failed"),
	}
}
