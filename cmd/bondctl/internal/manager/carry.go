package manager

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

const (
	// readyLimit is how long NetworkManager may take to bring a wired link up;
	// the first second of it is often that of the card.
	readyLimit = 20 * time.Second
	// followLimit is how long it may take to bring the slaves of a bond back
	// that it activates anew.
	followLimit = 5 * time.Second
	nmPoll      = 50 * time.Millisecond
)

// talk is a conversation with NetworkManager over one transaction.
type talk struct {
	client
	root     string
	profiles profiles
	// before are the active connections of links before profiles were read:
	// reading a new one has NetworkManager activate it by itself.
	before map[string]dbus.ObjectPath
	// anew are the links that were activated, unprobed those without a probe
	// for their addresses.
	anew, unprobed map[string]bool
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
		return t.forget(ctx, c)
	}
	return nil
}

// read has profiles read, and notes what was active before.
func (t *talk) read(ctx context.Context, files []string) error {
	if err := t.note(ctx); err != nil {
		return err
	}
	if t.profiles.made {
		if err := generate(ctx); err != nil {
			return err
		}
	}
	return t.load(ctx, t.existing(files))
}

// note notes the active connection of each link.
func (t *talk) note(ctx context.Context) error {
	all, err := t.look(ctx)
	if err != nil {
		return err
	}
	t.before = map[string]dbus.ObjectPath{}
	for _, interfaces := range all {
		if device, ok := interfaces[nmDevice]; ok {
			t.before[text(device, "Interface")] = reference(device, "ActiveConnection")
		}
	}
	return nil
}

// activate has a link brought up by its profile, unless NetworkManager does so already.
func (t *talk) activate(ctx context.Context, c plan.Change) error {
	t.anew[c.Link] = true
	if c.On != "" {
		if err := t.others(ctx, c.On); err != nil {
			return err
		}
	}
	begun, err := t.begins(ctx, c)
	if err != nil {
		return err
	}
	if !begun {
		if err := t.bringLinkUp(ctx, c); err != nil {
			return err
		}
	}
	if c.Moves {
		return t.withoutProbe(ctx, c)
	}
	if c.On == "" {
		return nil // a bond is up once it has slaves
	}
	return t.awaitUp(ctx, c.Link, readyLimit)
}

// begins tells whether NetworkManager has begun to bring a link up by itself:
// it does so with a new profile, and with the slaves of a bond activated anew.
func (t *talk) begins(ctx context.Context, c plan.Change) (begun bool, err error) {
	limit := time.Duration(0)
	if c.On != "" && t.anew[c.On] && t.before[c.On] != "" && t.before[c.On] != "/" {
		limit = followLimit
	}
	err = t.until(ctx, limit, func(all objects) bool {
		connection, profile := all.active(c.Link)
		begun = connection != t.before[c.Link] && profile != "" && profile == all.profile(c.Files[0])
		return begun
	})
	if errors.Is(err, errLimit) {
		err = nil
	}
	return begun, err
}

func (t *talk) bringLinkUp(ctx context.Context, c plan.Change) error {
	all, err := t.look(ctx)
	if err != nil {
		return err
	}
	profile := all.profile(c.Files[0])
	if profile == "" {
		return fmt.Errorf("NetworkManager has no profile from %s: journalctl -u NetworkManager says why", c.Files[0])
	}
	device, _ := all.deviceOf(c.Link)
	return t.bringUp(ctx, profile, device)
}

// others waits for the slaves that a bond has to carry what it shall carry,
// before another one joins that may be what carries it now.
func (t *talk) others(ctx context.Context, bond string) error {
	if !t.unprobed[bond] {
		return nil
	}
	const carrier = 0x10000 // NM_DEVICE_INTERFACE_FLAG_CARRIER
	err := t.until(ctx, readyLimit, func(all objects) bool {
		_, device := all.deviceOf(bond)
		flags, _ := device["InterfaceFlags"].Value().(uint32)
		return flags&carrier == 0 || state(device) == nmActivated
	})
	if errors.Is(err, errLimit) {
		return nil
	}
	return err
}

// withoutProbe has a link take its addresses although another one of this host
// has them yet: NetworkManager looks for others that have an address by ARP,
// since 1.50, and this host would answer.
func (t *talk) withoutProbe(ctx context.Context, c plan.Change) error {
	t.unprobed[c.Link] = true
	var device, profile dbus.ObjectPath
	if err := t.until(ctx, readyLimit, func(all objects) bool {
		path, properties := all.deviceOf(c.Link)
		device, profile = path, all.profile(c.Files[0])
		_, by := all.active(c.Link)
		return state(properties) >= nmPrepare && by == profile
	}); err != nil {
		return fmt.Errorf("waiting for NetworkManager to begin with %s: %w", c.Link, err)
	}
	s, err := t.ofProfile(ctx, profile)
	if err != nil {
		return err
	}
	return t.reapply(ctx, device, s.with("ipv4", "dad-timeout", int32(0)))
}

// takeOver has what changed in a profile taken over in place.
func (t *talk) takeOver(ctx context.Context, c plan.Change) error {
	if c.Moves {
		return t.withoutProbe(ctx, c)
	}
	all, err := t.look(ctx)
	if err != nil {
		return err
	}
	device, _ := all.deviceOf(c.Link)
	err = t.reapply(ctx, device, nil)
	if !isRefusal(err) {
		return err
	}
	return t.takeOverRest(ctx, device, all.profile(c.Files[0]))
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
	if err := t.load(ctx, c.Files); err != nil {
		return err
	}
	err := t.until(ctx, readyLimit, func(all objects) bool {
		_, profile := all.active(c.Link)
		return profile == "" || profile == "/" || all.profile(c.Files[0]) == ""
	})
	if err != nil {
		return fmt.Errorf("waiting for NetworkManager to give up %s: %w", c.Link, err)
	}
	return nil
}

// awaitUp waits until a link is up. Wi-Fi that is out of range is no error
// here: what reads everything back decides.
func (t *talk) awaitUp(ctx context.Context, link string, limit time.Duration) error {
	var failed error
	err := t.until(ctx, limit, func(all objects) bool {
		_, device := all.deviceOf(link)
		if state(device) == nmFailed {
			failed = fmt.Errorf("NetworkManager could not bring %s up: journalctl -u NetworkManager says why", link)
		}
		return failed != nil || state(device) == nmActivated
	})
	if errors.Is(err, errLimit) {
		return nil
	}
	return errors.Join(failed, err)
}

// errLimit is that something did not come about in time.
var errLimit = errors.New("it did not come about in time")

// until looks at NetworkManager until something holds.
func (t *talk) until(ctx context.Context, limit time.Duration, holds func(objects) bool) error {
	late := time.After(limit)
	for {
		all, err := t.look(ctx)
		if err != nil || holds(all) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-late:
			return fmt.Errorf("%w, within %s", errLimit, limit)
		case <-time.After(nmPoll):
		}
	}
}

// settle waits until links are up, and has those forget the haste in which
// they took over addresses: what is applied is what the profile says.
func (t *talk) settle(ctx context.Context, links []string) error {
	for _, link := range links {
		if t.anew[link] {
			if err := t.awaitUp(ctx, link, readyLimit); err != nil {
				return err
			}
		}
		if !t.unprobed[link] {
			continue
		}
		all, err := t.look(ctx)
		if err != nil {
			return err
		}
		device, _ := all.deviceOf(link)
		if err := t.reapply(ctx, device, nil); err != nil {
			return err
		}
	}
	return nil
}

// sorted gives the links in a stable order.
func sorted(links []string) []string { return slices.Sorted(slices.Values(links)) }
