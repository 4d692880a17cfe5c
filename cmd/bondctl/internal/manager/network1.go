package manager

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"
)

// The daemon's interface on the bus (org.freedesktop.network1(5)).
const (
	network1        = "org.freedesktop.network1"
	network1Object  = "/org/freedesktop/network1"
	network1Manager = network1 + ".Manager"
	getProperty     = "org.freedesktop.DBus.Properties.Get"
	// alreadyReloading is its answer while it deals with another's reload.
	alreadyReloading = network1 + ".AlreadyReloading"
)

const (
	// daemonPatience is what a loaded machine with many links may take for a
	// reload. The way to the host does not wait for it.
	daemonPatience = 20 * time.Second
	// reloadPoll is how often a daemon is told again that is just starting, or reloading.
	reloadPoll = 100 * time.Millisecond
	// settleLimit is how long the daemon may take for what its links still lack.
	// More is not waited for: leases and routers come when they come.
	settleLimit = 2 * time.Second
	settlePoll  = 50 * time.Millisecond
)

// daemonRuns tells whether there is a process of the daemon, by the 15 bytes
// that the kernel keeps of its name.
func (h Host) daemonRuns() bool { return h.programs()["systemd-network"] }

// reload has the daemon read its files anew. Since systemd 257 its answer says
// that it has dealt with all links.
func (h Host) reload(ctx context.Context) error {
	limit := time.After(h.Patience)
	for {
		err := h.ask(ctx, question{service: network1, object: network1Object, method: network1Manager + ".Reload"})
		if !h.isBusy(err) {
			return within("to reload", err)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-limit:
			return fmt.Errorf("it was told to reload for %s, in vain: %w: systemctl restart systemd-networkd", h.Patience, err)
		case <-time.After(reloadPoll):
		}
	}
}

// isBusy tells whether an answer is of a daemon that will take the same call soon.
func (h Host) isBusy(err error) bool {
	refusal, refused := errors.AsType[dbus.Error](err)
	return refused && refusal.Name == alreadyReloading || errors.Is(err, errAbsent) && h.daemonRuns()
}

// daemonLinks lists the links that the daemon knows, with their objects on the bus.
func (h Host) daemonLinks(ctx context.Context) ([]daemonLink, error) {
	var links []daemonLink
	err := h.ask(ctx, question{service: network1, object: network1Object, method: network1Manager + ".ListLinks"}, &links)
	return links, within("for its links", err)
}

type daemonLink struct {
	Index  int32
	Name   string
	Object dbus.ObjectPath
}

// settle waits until the daemon is done with links, and tells how it has them then.
func (h Host) settle(ctx context.Context, names []string) []Managed {
	limit := time.Now().Add(settleLimit)
	for {
		links := h.setup(ctx, names)
		if !slices.ContainsFunc(links, Managed.isUnderway) || time.Now().After(limit) || ctx.Err() != nil {
			return links
		}
		time.Sleep(settlePoll)
	}
}

func (m Managed) isUnderway() bool {
	return slices.Contains([]string{"pending", "initialized", "configuring"}, m.Admin)
}

// setup asks how the daemon has the links named. Those that it does not know are left out.
func (h Host) setup(ctx context.Context, names []string) []Managed {
	all, err := h.daemonLinks(ctx)
	if err != nil {
		return nil // what the links are is read from the kernel
	}
	var list []Managed
	for _, l := range all {
		if !slices.Contains(names, l.Name) {
			continue
		}
		var state dbus.Variant
		q := question{network1, string(l.Object), getProperty, []any{network1 + ".Link", "AdministrativeState"}}
		if h.ask(ctx, q, &state) == nil {
			admin, _ := state.Value().(string)
			list = append(list, Managed{Link: l.Name, Admin: admin})
		}
	}
	return list
}

// errNotRunning is that there is no daemon.
var errNotRunning = errors.New("it does not run, so nothing takes up its files: systemctl enable --now systemd-networkd, or name another backend with --backend")

// within names what the daemon was asked, and what helps.
func within(what string, err error) error {
	switch {
	case errors.Is(err, errAbsent):
		return errNotRunning
	case err != nil:
		return fmt.Errorf("asked %s: %w: systemctl restart systemd-networkd", what, err)
	}
	return nil
}
