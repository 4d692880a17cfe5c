package manager

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The states of NetworkManager's devices that are waited for (NMDeviceState).
const (
	nmUnmanaged    = 10
	nmDisconnected = 30
	nmPrepare      = 40
	nmActivated    = 100
	nmFailed       = 120
)

// settings are those of a profile: by section, by key.
type settings map[string]map[string]dbus.Variant

// client speaks with NetworkManager.
type client struct{ Host }

const (
	nmRoot     = "/org/freedesktop/NetworkManager"
	nmSettings = nmRoot + "/Settings"
)

// call calls a method of NetworkManager and stores its answers.
func (c client) call(ctx context.Context, object dbus.ObjectPath, method string, args []any, into ...any) error {
	q := question{nm, string(object), method, args}
	err := c.ask(ctx, q, into...)
	for try := 0; try < strangerTries && isStranger(err) && ctx.Err() == nil; try++ {
		time.Sleep(strangerPause)
		err = c.ask(ctx, q, into...)
	}
	if err != nil {
		return fmt.Errorf("NetworkManager, %s: %w", method[strings.LastIndex(method, ".")+1:], err)
	}
	return nil
}

// NetworkManager asks the bus who calls it. A bus under load does not say so in
// time, and NetworkManager does nothing for a stranger: it can be asked again.
const (
	strangerTries = 20
	strangerPause = 250 * time.Millisecond
)

func isStranger(err error) bool {
	refusal := dbus.Error{}
	return errors.As(err, &refusal) && strings.Contains(refusal.Error(), "Unable to determine UID")
}

// answers is an error where NetworkManager is not there, or hangs.
func (c client) answers(ctx context.Context) error {
	var version dbus.Variant
	err := c.ask(ctx, question{nm, nmRoot, getProperty, []any{nm, "Version"}}, &version)
	switch {
	case errors.Is(err, errAbsent):
		return fmt.Errorf("NetworkManager is not on the bus, and it is what takes up the files: systemctl start NetworkManager (%w)", err)
	case err != nil:
		return fmt.Errorf("NetworkManager was asked for its version: %w: systemctl restart NetworkManager, which leaves the links as they are", err)
	}
	return nil
}

// objects reads all that NetworkManager has on the bus.
func (c client) objects(ctx context.Context) (objects, error) {
	var all objects
	err := c.call(ctx, "/org/freedesktop", getObjects, nil, &all)
	return all, err
}

// deviceOf finds the device of a link, empty for none.
func (all objects) deviceOf(link string) (dbus.ObjectPath, map[string]dbus.Variant) {
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if properties, ok := all[path][nmDevice]; ok && text(properties, "Interface") == link && !isPlaceholder(properties) {
			return path, properties
		}
	}
	return "", nil
}

// device asks for the device of a link, empty for none.
func (c client) device(ctx context.Context, link string) (dbus.ObjectPath, error) {
	var device dbus.ObjectPath
	err := c.call(ctx, nmRoot, nm+".GetDeviceByIpIface", []any{link}, &device)
	if refusal := (dbus.Error{}); errors.As(err, &refusal) && refusal.Name == nm+".UnknownDevice" {
		return "", nil
	}
	return device, err
}

// get asks for one property.
func (c client) get(ctx context.Context, object dbus.ObjectPath, of, name string, into any) error {
	var value dbus.Variant
	if err := c.call(ctx, object, getProperty, []any{of, name}, &value); err != nil {
		return err
	}
	return value.Store(into)
}

func state(device map[string]dbus.Variant) uint32 {
	number, _ := device["State"].Value().(uint32)
	return number
}

// load has the files read, also those that are gone.
func (c client) load(ctx context.Context, files []string) error {
	if len(files) == 0 {
		return nil
	}
	var ok bool
	var failed []string
	if err := c.call(ctx, nmSettings, nm+".Settings.LoadConnections", []any{files}, &ok, &failed); err != nil {
		return err
	}
	if len(failed) > 0 {
		return fmt.Errorf("NetworkManager does not take %s: journalctl -u NetworkManager says why", strings.Join(failed, ", "))
	}
	return nil
}

// bringUp activates a profile on a device, or for one that does not exist yet.
func (c client) bringUp(ctx context.Context, profile, device dbus.ObjectPath) error {
	if device == "" {
		device = "/"
	}
	var connection dbus.ObjectPath
	return c.call(ctx, nmRoot, nm+".ActivateConnection", []any{profile, device, dbus.ObjectPath("/")}, &connection)
}

// preserveExternal is NM_DEVICE_REAPPLY_FLAGS_PRESERVE_EXTERNAL_IP, which
// NetworkManager has since 1.42: addresses and routes of others stay.
const preserveExternal = uint32(1)

// reapply has the settings taken over on a device that is up; none stand for
// those of its profile.
func (c client) reapply(ctx context.Context, device dbus.ObjectPath, s settings) error {
	s = s.sayable()
	err := c.call(ctx, device, nmDevice+".Reapply", []any{s, uint64(0), preserveExternal})
	if refusal := (dbus.Error{}); errors.As(err, &refusal) && strings.Contains(refusal.Error(), "Invalid flags") {
		err = c.call(ctx, device, nmDevice+".Reapply", []any{s, uint64(0), uint32(0)})
	}
	return err
}

// isRefusal tells whether NetworkManager says that it takes such a change over
// only by activating anew.
func isRefusal(err error) bool {
	refusal := dbus.Error{}
	return errors.As(err, &refusal) && refusal.Name == nm+".Device.IncompatibleConnection"
}

// isInactive tells whether NetworkManager says that the device is not up, nor coming up.
func isInactive(err error) bool {
	refusal := dbus.Error{}
	return errors.As(err, &refusal) && refusal.Name == nm+".Device.NotActive"
}

// applied gives the settings that a device is up with.
func (c client) applied(ctx context.Context, device dbus.ObjectPath) (settings, error) {
	var s settings
	var version uint64
	err := c.call(ctx, device, nmDevice+".GetAppliedConnection", []any{uint32(0)}, &s, &version)
	return s, err
}

// ofProfile gives the settings of a profile, without its secrets.
func (c client) ofProfile(ctx context.Context, profile dbus.ObjectPath) (settings, error) {
	var s settings
	err := c.call(ctx, profile, nmConnection+".GetSettings", nil, &s)
	return s, err
}

// equal compares what is applied with a profile: the time stamp is its own.
func (s settings) equal(t settings) bool {
	if len(s) != len(t) {
		return false
	}
	for section, keys := range s {
		if !reflect.DeepEqual(withoutStamp(keys), withoutStamp(t[section])) {
			return false
		}
	}
	return true
}

func withoutStamp(keys map[string]dbus.Variant) map[string]string {
	texts := map[string]string{}
	for key, value := range keys {
		if key != "timestamp" {
			texts[key] = value.String()
		}
	}
	return texts
}

// with gives the settings with another value for one key.
func (s settings) with(section, key string, value any) settings {
	changed := maps.Clone(s)
	keys := maps.Clone(s[section])
	if keys == nil {
		keys = map[string]dbus.Variant{}
	}
	keys[key] = dbus.MakeVariant(value)
	changed[section] = keys
	return changed
}

// sayable leaves out the older spelling of addresses and routes, which stands
// beside the newer: its types do not survive being read.
func (s settings) sayable() settings {
	said := settings{}
	for section, keys := range s {
		said[section] = maps.Clone(keys)
		delete(said[section], "addresses")
		delete(said[section], "routes")
	}
	return said
}

// value gives one setting as text, empty for none.
func (s settings) value(section, key string) string { return text(s[section], key) }

// master names the bond of a port's profile, by name or by UUID.
func (s settings) master() string {
	if name := s.value("connection", "controller"); name != "" {
		return name
	}
	return s.value("connection", "master")
}
