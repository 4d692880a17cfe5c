package resolvers

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
)

// The services, org.freedesktop.resolve1(5) and org.freedesktop.network1(5).
const (
	resolved = "org.freedesktop.resolve1"
	networkd = "org.freedesktop.network1"

	resolvedObject, networkdObject = "/org/freedesktop/resolve1", "/org/freedesktop/network1"

	getProperty = "org.freedesktop.DBus.Properties.Get"
)

// The errors of the bus where nobody has the name, and those of systemd-resolved.
const (
	errAbsent  = "org.freedesktop.DBus.Error.ServiceUnknown"
	errNoOwner = "org.freedesktop.DBus.Error.NameHasNoOwner"

	// errBusy is of a link that systemd-networkd looks after: that must be told instead.
	errBusy = resolved + ".LinkBusy"
	// errGone is of a link that is not there.
	errGone = resolved + ".NoSuchLink"
)

func isNamed(err error, name string) bool {
	refusal, refused := errors.AsType[dbus.Error](err)
	return refused && refusal.Name == name
}

// services are systemd-resolved and systemd-networkd.
type services struct{ bus manager.Bus }

// use has a link use these, by the word of systemd-networkd if that looks after it.
func (s services) use(ctx context.Context, link int32, c choice) error {
	err := useBy(ctx, s.resolved, link, c)
	if !isNamed(err, errBusy) {
		return err
	}
	if err := useBy(ctx, s.networkd, link, c); err != nil {
		return err
	}
	return s.await(ctx, link, c)
}

// lookAgain is the time between two looks at what is on its way.
const lookAgain = 20 * time.Millisecond

// await waits until a link uses these: systemd-networkd passes on by a file what it is
// told. Who looks before would take it for another hand's.
func (s services) await(ctx context.Context, link int32, c choice) error {
	for {
		now, err := s.choice(ctx, link)
		if err != nil || now.same(c) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("systemd-networkd was told of link %d, and systemd-resolved asks others: %w", link, context.Cause(ctx))
		case <-time.After(lookAgain):
		}
	}
}

// teller calls a method of a service that is about a link.
type teller func(ctx context.Context, method string, link int32, args ...any) error

func useBy(ctx context.Context, tell teller, link int32, c choice) error {
	if err := tell(ctx, "SetLinkDNSEx", link, spoken(c.Servers)); err != nil {
		return err
	}
	if err := tell(ctx, "SetLinkDomains", link, append([]domain{}, c.Domains...)); err != nil {
		return err
	}
	return tell(ctx, "SetLinkDefaultRoute", link, c.Default)
}

// giveBack gives a link what it had, unless another hand has given it something
// since. systemd-networkd knows by itself what it was.
func (s services) giveBack(ctx context.Context, t told) error {
	now, err := s.choice(ctx, t.Link)
	switch {
	case isNamed(err, errGone):
		return nil
	case err != nil || !now.same(t.Now):
		return err
	case len(t.Before.Servers)+len(t.Before.Domains) == 0:
		err = s.resolved(ctx, "RevertLink", t.Link)
	default:
		err = useBy(ctx, s.resolved, t.Link, t.Before)
	}
	if isNamed(err, errBusy) {
		return s.networkd(ctx, "RevertLinkDNS", t.Link)
	}
	return err
}

func (s services) resolved(ctx context.Context, method string, link int32, args ...any) error {
	return s.tell(ctx, resolved, resolvedObject, method, link, args)
}

func (s services) networkd(ctx context.Context, method string, link int32, args ...any) error {
	return s.tell(ctx, networkd, networkdObject, method, link, args)
}

func (s services) tell(ctx context.Context, service, object, method string, link int32, args []any) error {
	_, err := s.bus.Call(ctx, service, object, service+".Manager."+method, append([]any{link}, args...)...)
	if err != nil {
		return fmt.Errorf("%s of link %d: %w", method, link, err)
	}
	return nil
}

// choice reads what is asked over a link.
func (s services) choice(ctx context.Context, link int32) (choice, error) {
	var c choice
	var servers []spokenServer
	answer, err := s.bus.Call(ctx, resolved, resolvedObject, resolved+".Manager.GetLink", link)
	var object dbus.ObjectPath
	if err == nil {
		err = dbus.Store(answer, &object)
	}
	for _, property := range []struct {
		name string
		into any
	}{{"DNSEx", &servers}, {"Domains", &c.Domains}, {"DefaultRoute", &c.Default}} {
		if err == nil {
			err = s.property(ctx, object, property.name, property.into)
		}
	}
	if err != nil {
		return choice{}, fmt.Errorf("read what is asked over link %d: %w", link, err)
	}
	for _, s := range servers {
		addr, _ := netip.AddrFromSlice(s.Address)
		c.Servers = append(c.Servers, server{addr, s.Port, s.Name})
	}
	return c, nil
}

func (s services) property(ctx context.Context, object dbus.ObjectPath, name string, into any) error {
	answer, err := s.bus.Call(ctx, resolved, string(object), getProperty, resolved+".Link", name)
	if err != nil {
		return err
	}
	var value dbus.Variant
	if err := dbus.Store(answer, &value); err != nil {
		return err
	}
	return value.Store(into)
}
