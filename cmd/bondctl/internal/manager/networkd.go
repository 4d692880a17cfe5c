package manager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// linkDaemon is systemd-networkd, which keeps what its files said when it last
// read them. Told to reload, it makes anew the links whose files changed, and
// leaves of them what is as it would make it: an address that the file has too
// stays, one that it has not goes; a slave of the right bond is not touched
// (link_reconfigure_impl in src/network/networkd-link.c, systemd 257). So the
// links are changed first, and the reload finds nothing to do.
//
// Until then it goes by the old files: a link that gains its carrier gets its
// old addresses back, behind those that another link has by now. It re-enslaves
// nothing, and removes nothing that is not its own.
type linkDaemon struct {
	root string
	// prepare is the command that has others do what must come before the
	// daemon reads the files; none where it is empty.
	prepare []string
	// joins has wireless links join their networks.
	joins  supplicants
	open   func(ctx context.Context) (closingBus, error)
	kernel func() (routes, error)
	// before are the stations as Remember saw them.
	before map[string]station
}

// closingBus is a bus that is closed after use.
type closingBus interface {
	Bus
	Close()
}

// newNetworkd is systemd-networkd with bondctl's own files, below root.
func newNetworkd(root string) *linkDaemon {
	return &linkDaemon{root: root, prepare: udevReload(root), joins: ownStations{}, open: busBelow(root), kernel: hostRoutes}
}

// newNetplan is systemd-networkd with files that netplan makes, below root.
func newNetplan(root string) *linkDaemon {
	return &linkDaemon{root: root, prepare: netplanGenerate(root), joins: netplanStations{}, open: busBelow(root), kernel: hostRoutes}
}

func busBelow(root string) func(context.Context) (closingBus, error) {
	return func(ctx context.Context) (closingBus, error) {
		return OpenBus(ctx, busAddress(root))
	}
}

// udevReload has udev see the .link file that keeps it from making up an
// Ethernet address for a new bond: by itself it looks every three seconds.
// Where udev does not run, as in a container, nobody makes one up.
func udevReload(root string) []string {
	if _, err := os.Stat(filepath.Join(root, "run/udev/control")); err != nil {
		return nil
	}
	return []string{"udevadm", "control", "--reload"}
}

// netplanGenerate has netplan write the daemon's files below /run. It is what
// the command netplan generate runs, which is slow besides, for it has systemd
// reload all units: those that netplan makes are for wireless links.
func netplanGenerate(root string) []string {
	for _, program := range []string{
		"usr/libexec/netplan/configure", // netplan 1.2
		"usr/libexec/netplan/generate", "lib/netplan/generate",
	} {
		if _, err := os.Stat(filepath.Join(root, program)); err == nil {
			return []string{filepath.Join("/", program)}
		}
	}
	return []string{"netplan", "generate"}
}

// Name implements [Manager].
func (*linkDaemon) Name() string { return systemdNetworkd }

// CanTake implements [Manager].
func (d *linkDaemon) CanTake(doc *schema.Document, _ []string) error {
	for _, l := range doc.Links {
		if l.Kind == schema.PPP {
			return fmt.Errorf("%s: this version cannot have a link dialled on a running host", l.Name.Value)
		}
	}
	ctx := context.Background()
	return d.talk(ctx, func(h Host) error {
		_, err := h.daemonLinks(ctx)
		for _, link := range doc.Stations() {
			err = errors.Join(err, d.joins.ready(ctx, h, link))
		}
		return err
	})
}

// RouteProtocol implements [Manager].
func (*linkDaemon) RouteProtocol() uint8 { return 0 }

// Remember implements [Manager]. The daemon itself knows nothing that its files do not say.
func (d *linkDaemon) Remember(links []string) ([]byte, error) {
	ctx := context.Background()
	err := d.talk(ctx, func(h Host) (err error) {
		d.before, err = h.stations(ctx, d.joins, links)
		return err
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(d.before)
}

// Insists implements [Leader].
func (*linkDaemon) Insists() bool { return false }

// Lead implements [Leader]. The links are bondctl's to change; what joins a
// wireless network is a program, which reads its file when it starts.
func (d *linkDaemon) Lead(s Situation, changes []plan.Change) []plan.Change {
	return lead(d.joins, s, changes)
}

// Carry implements [Leader].
func (d *linkDaemon) Carry(ctx context.Context, c plan.Change) error {
	return d.talk(ctx, func(h Host) error { return h.carry(ctx, d.joins, c) })
}

// Prepare implements [Manager]. In a change that Remember has begun, stations
// that do not run are started now: the bond waits for them before it takes the
// last card.
func (d *linkDaemon) Prepare(ctx context.Context) error {
	if len(d.prepare) > 0 {
		if err := run(ctx, d.prepare...); err != nil {
			return err
		}
	}
	if h := (Host{Root: os.DirFS(d.root)}); d.before == nil && !h.daemonRuns() { // it is a boot's rollback, before the network is up
		return d.joins.wake(ctx, h)
	}
	if len(d.before) == 0 {
		return nil
	}
	return d.talk(ctx, func(h Host) error { return h.join(ctx, d.joins, d.before) })
}

// EndPrograms implements [Manager]: the units of stations end by changes of their own.
func (*linkDaemon) EndPrograms(context.Context, []string) error { return nil }

// TakeUp implements [Manager].
func (d *linkDaemon) TakeUp(ctx context.Context, doc *schema.Document, _ []string) error {
	return d.talk(ctx, func(h Host) error {
		if err := d.reloadWith(ctx, h, described(doc)); err != nil {
			return err
		}
		var failed []string
		for _, l := range h.settle(ctx, described(doc)) {
			if l.Admin == "failed" {
				failed = append(failed, l.Link)
			}
		}
		if len(failed) > 0 {
			return fmt.Errorf("it failed to set up %s: journalctl -u systemd-networkd says why", strings.Join(failed, ", "))
		}
		return nil
	})
}

// Restore implements [Manager]. A daemon that does not run will read the files
// when it starts.
func (d *linkDaemon) Restore(ctx context.Context, links []string, remembered []byte) error {
	before := map[string]station{}
	if err := json.Unmarshal(remembered, &before); err != nil {
		return fmt.Errorf("reading which stations ran: %w", err)
	}
	return d.talk(ctx, func(h Host) error {
		err := d.reloadWith(ctx, h, links)
		if errors.Is(err, errNotRunning) {
			err = nil
		}
		var joined error
		if d.before == nil { // in a change that Remember has begun, its own steps have seen to the stations
			joined = h.rejoin(ctx, d.joins, before)
		}
		if err == nil {
			h.settle(ctx, links)
		}
		return errors.Join(err, joined)
	})
}

// talk connects to the daemon's bus, and says of an error whose it is and what helps.
func (d *linkDaemon) talk(ctx context.Context, do func(Host) error) error {
	h := Host{Root: os.DirFS(d.root), Patience: daemonPatience}
	greeting, cancel := context.WithTimeout(ctx, daemonPatience)
	defer cancel()
	bus, err := d.open(greeting)
	switch {
	case err == nil:
		defer bus.Close()
		h.Bus = bus
	case h.daemonRuns():
		return fmt.Errorf("systemd-networkd cannot be told anything: %w", err)
	}
	if err := do(h); err != nil {
		return fmt.Errorf("systemd-networkd: %w", err)
	}
	return nil
}
