package manager

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

const (
	// readyLimit is how long NetworkManager may take to bring a link up; the
	// first seconds of it are often those of the card, or of joining a network.
	readyLimit = 20 * time.Second
	// followLimit is how long it may take to begin to bring back the slaves of
	// a bond that it activates anew. To ask for one that it is about to bring
	// back would take that down once more.
	followLimit = 15 * time.Second
)

// talk is a conversation with NetworkManager over one transaction.
type talk struct {
	client
	*watch
	signals  Signals
	root     string
	profiles profiles
	// seen is what NetworkManager had on the bus when profiles were last read.
	seen objects
	// anew are the links that were activated, and had those that were up before;
	// unprobed were activated without a probe for their addresses.
	anew, had, unprobed map[string]bool
}

// Carry implements [Leader].
func (m *profileManager) Carry(ctx context.Context, c plan.Change) error {
	t, err := m.talk(ctx)
	if err != nil {
		return err
	}
	switch c.Verb { //nolint:exhaustive // no other is a manager's
	case plan.Read:
		return t.read(ctx, c.Files)
	case plan.Activate:
		return t.activate(ctx, c)
	case plan.Reapply:
		return t.takeOver(ctx, c)
	case plan.Forget:
		if c.Link == "" { // it is up by another profile
			return t.readAgain(ctx)
		}
		return t.forget(ctx, c)
	case plan.Manage:
		return t.manageAll(ctx, c.Links)
	case plan.Assume:
		return t.assume(ctx, c)
	}
	return nil
}

// read has profiles read. NetworkManager begins by itself to bring up what it
// then can.
func (t *talk) read(ctx context.Context, files []string) error {
	t.note()
	if err := t.load(ctx, t.existing(files)); err != nil {
		return err
	}
	return t.look(ctx)
}

// look reads what NetworkManager has on the bus.
func (t *talk) look(ctx context.Context) error {
	var err error
	t.seen, err = t.objects(ctx)
	return err
}

// profile finds the profile that a file has, empty for none.
func (t *talk) profile(file string) dbus.ObjectPath {
	for _, path := range slices.Sorted(maps.Keys(t.seen)) {
		if properties, ok := t.seen[path][nmConnection]; ok && t.profiles.isFor(text(properties, "Filename"), file) {
			return path
		}
	}
	return ""
}

// activate has a link brought up by its profile, unless NetworkManager does so already.
func (t *talk) activate(ctx context.Context, c plan.Change) error {
	device, err := t.device(ctx, c.Link)
	if err != nil {
		return err
	}
	if err := t.others(ctx, c.On); err != nil {
		return err
	}
	if !t.begins(ctx, c, device) {
		if device, err = t.bringLinkUp(ctx, c, device); err != nil {
			return err
		}
	}
	t.anew[c.Link] = true
	if c.Moves {
		return t.withoutProbe(ctx, c, device)
	}
	if c.On == "" {
		return nil // a bond is up once it has slaves
	}
	return t.awaitUp(ctx, c.Link, device)
}

// begins tells whether NetworkManager has begun to bring a link up by itself:
// it does so with a new profile, and with the slaves of a bond activated anew.
func (t *talk) begins(ctx context.Context, c plan.Change, device dbus.ObjectPath) bool {
	limit := time.Duration(0)
	var byItself bool
	if t.anew[c.On] && t.had[c.On] && t.get(ctx, device, nmDevice, "Autoconnect", &byItself) == nil && byItself {
		limit = followLimit
	}
	begun := t.until(ctx, limit, device, func(_ uint32, begun bool) bool { return begun })
	return begun == nil && t.isUpBy(ctx, device, c.Files[0])
}

// isUpBy tells whether a device comes up by the profile of a file.
func (t *talk) isUpBy(ctx context.Context, device dbus.ObjectPath, file string) bool {
	var connection, profile dbus.ObjectPath
	if t.get(ctx, device, nmDevice, "ActiveConnection", &connection) != nil || connection == "/" {
		return false
	}
	return t.get(ctx, connection, nmActive, "Connection", &profile) == nil && profile == t.profile(file)
}

// bringLinkUp activates a profile and gives the device, which may be new.
func (t *talk) bringLinkUp(ctx context.Context, c plan.Change, device dbus.ObjectPath) (dbus.ObjectPath, error) {
	profile := t.profile(c.Files[0])
	if profile == "" {
		return "", fmt.Errorf("NetworkManager has no profile from %s: journalctl -u NetworkManager says why", c.Files[0])
	}
	t.had[c.Link] = device != ""
	t.note()
	if err := t.bringUp(ctx, profile, device); err != nil {
		return "", fmt.Errorf("activating %s: %w", c.Link, err)
	}
	return t.device(ctx, c.Link)
}

// others waits for the slaves that a bond has to carry what it shall carry,
// before another one joins that may be what carries it now.
func (t *talk) others(ctx context.Context, bond string) error {
	if !t.unprobed[bond] {
		return nil
	}
	device, err := t.device(ctx, bond)
	if err != nil {
		return err
	}
	const carrier = 0x10000 // NM_DEVICE_INTERFACE_FLAG_CARRIER
	var flags uint32
	if err := t.get(ctx, device, nmDevice, "InterfaceFlags", &flags); err != nil || flags&carrier == 0 {
		return err
	}
	return t.awaitUp(ctx, bond, device)
}

// probeTries bounds how often a link is activated that NetworkManager gives up before
// it is told not to look for others that have its address: it looks for a fifth of a
// second, and a loaded machine may not get a word in: three tries of four were seen to
// fail on one. Nothing is lost meanwhile, for the address is still where it was.
const probeTries = 40

// withoutProbe has a link take its addresses although another one of this host
// has them yet: NetworkManager looks by ARP for others that have an address,
// and this host would answer.
func (t *talk) withoutProbe(ctx context.Context, c plan.Change, device dbus.ObjectPath) error {
	t.unprobed[c.Link] = true
	profile := t.profile(c.Files[0])
	s, err := t.ofProfile(ctx, profile)
	if err != nil {
		return err
	}
	s = s.with("ipv4", "dad-timeout", int32(0))
	for range probeTries {
		if t.anew[c.Link] {
			if err := t.until(ctx, readyLimit, device, func(_ uint32, begun bool) bool { return begun }); err != nil {
				return fmt.Errorf("waiting for NetworkManager to begin with %s: %w", c.Link, err)
			}
		}
		if err = t.reapply(ctx, device, s); !isInactive(err) || !t.anew[c.Link] {
			return err
		}
		t.note()
		if err := t.bringUp(ctx, profile, device); err != nil {
			return fmt.Errorf("activating %s: %w", c.Link, err)
		}
	}
	return err
}

// takeOver has what changed in a profile taken over in place.
func (t *talk) takeOver(ctx context.Context, c plan.Change) error {
	device, err := t.device(ctx, c.Link)
	if err != nil {
		return err
	}
	if c.Moves {
		return t.withoutProbe(ctx, c, device)
	}
	err = t.reapply(ctx, device, nil)
	if !isRefusal(err) {
		return err
	}
	return t.takeOverRest(ctx, device, t.profile(c.Files[0]))
}

// takeOverRest has addresses, routes and resolvers taken over where something
// else of the profile can be only at the next activation. The kernel has that
// already, such as another Ethernet address.
func (t *talk) takeOverRest(ctx context.Context, device, profile dbus.ObjectPath) error {
	applied, err := t.applied(ctx, device)
	if err != nil {
		return err
	}
	fresh, err := t.ofProfile(ctx, profile)
	if err != nil {
		return err
	}
	for _, section := range []string{"ipv4", "ipv6"} {
		applied[section] = fresh[section]
	}
	return t.reapply(ctx, device, applied)
}

// forget has a profile forgotten whose file is gone. What was up by it goes
// down, and a bond or VLAN that NetworkManager has made goes.
func (t *talk) forget(ctx context.Context, c plan.Change) error {
	device, err := t.device(ctx, c.Link)
	if err != nil {
		return err
	}
	up := device != "" && t.isUpBy(ctx, device, c.Files[0])
	files := c.Files
	if profile := t.profile(c.Files[0]); profile != "" { // netplan has a longer name for that of a station
		files = []string{text(t.seen[profile][nmConnection], "Filename")}
	}
	if err := t.load(ctx, files); err != nil || !up {
		return err
	}
	down := func(state uint32, _ bool) bool { return state != 0 && state <= nmDisconnected }
	if err := t.until(ctx, readyLimit, device, down); err != nil {
		return fmt.Errorf("waiting for NetworkManager to give up %s: %w", c.Link, err)
	}
	return nil
}

// awaitUp waits until a link is up. One that is not in time is no error here,
// such as Wi-Fi that is out of range: what reads everything back decides.
func (t *talk) awaitUp(ctx context.Context, link string, device dbus.ObjectPath) error {
	var state uint32
	if err := t.get(ctx, device, nmDevice, "State", &state); err != nil || state == nmActivated {
		return err
	}
	err := t.until(ctx, readyLimit, device, func(now uint32, _ bool) bool {
		state = now
		return state == nmActivated || state == nmFailed
	})
	if state == nmFailed {
		return fmt.Errorf("NetworkManager could not bring %s up: journalctl -u NetworkManager says why", link)
	}
	if errors.Is(err, errLimit) {
		return nil
	}
	return err
}

// settle waits until links are up, and has those forget the haste in which
// they took over addresses: what is applied is what the profile says.
func (t *talk) settle(ctx context.Context, links []string) error {
	for _, link := range links {
		if !t.anew[link] && !t.unprobed[link] {
			continue
		}
		device, err := t.device(ctx, link)
		if err == nil {
			err = t.awaitUp(ctx, link, device)
		}
		if err == nil && t.unprobed[link] {
			err = t.reapply(ctx, device, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
