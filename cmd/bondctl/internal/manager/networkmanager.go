package manager

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// NetworkManager's interfaces on the bus (introspection/*.xml of its source).
const (
	nm           = "org.freedesktop.NetworkManager"
	nmDevice     = nm + ".Device"
	nmActive     = nm + ".Connection.Active"
	nmConnection = nm + ".Settings.Connection"
	getObjects   = "org.freedesktop.DBus.ObjectManager.GetManagedObjects"
	// nmExternal is NM_ACTIVATION_STATE_FLAG_EXTERNAL: the profile was made up
	// for a link that somebody else has set up.
	nmExternal = 0x80
)

// objects are those of a service: by path, by interface, by property.
type objects map[dbus.ObjectPath]map[string]map[string]dbus.Variant

// devices asks NetworkManager for its devices, all in one question: a host may
// have a thousand.
func (h Host) devices(ctx context.Context, f *Facts) {
	var all objects
	err := h.ask(ctx, question{service: nm, object: "/org/freedesktop", method: getObjects}, &all)
	switch {
	case errors.Is(err, errAbsent):
		return
	case err != nil:
		f.Silent = append(f.Silent, "NetworkManager was asked for its devices: "+err.Error())
		return
	}
	for _, interfaces := range all {
		properties, ok := interfaces[nmDevice]
		if !ok || isPlaceholder(properties) {
			continue
		}
		f.Devices = append(f.Devices, all.deviceFacts(properties))
	}
	slices.SortFunc(f.Devices, func(a, b Device) int { return strings.Compare(a.Link, b.Link) })
}

// isPlaceholder tells whether a device stands for a link that a profile would make.
func isPlaceholder(properties map[string]dbus.Variant) bool {
	realized, known := properties["Real"].Value().(bool)
	return known && !realized
}

// deviceFacts puts a device together with its active connection and the profile of it.
func (all objects) deviceFacts(properties map[string]dbus.Variant) Device {
	d := Device{Link: text(properties, "Interface")}
	d.Managed, _ = properties["Managed"].Value().(bool)
	active := all[reference(properties, "ActiveConnection")][nmActive]
	d.Profile, d.UUID = text(active, "Id"), text(active, "Uuid")
	flags, _ := active["StateFlags"].Value().(uint32)
	d.External = flags&nmExternal != 0
	d.File = text(all[reference(active, "Connection")][nmConnection], "Filename")
	return d
}

func reference(properties map[string]dbus.Variant, name string) dbus.ObjectPath {
	path, _ := properties[name].Value().(dbus.ObjectPath)
	return path
}
