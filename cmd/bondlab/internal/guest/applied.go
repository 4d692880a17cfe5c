package guest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// networkManagerAgrees asks NetworkManager for each link of the description.
func networkManagerAgrees(w *world.World) error {
	for _, bond := range w.Doc.Bonds {
		links := []string{bond.Name.Value}
		for _, slave := range bond.Slaves {
			links = append(links, slave.Name.Value)
		}
		for _, vlan := range bond.VLANs {
			links = append(links, vlan.Name(bond.Name.Value))
		}
		for _, link := range links {
			if err := isApplied(link); err != nil {
				return err
			}
		}
	}
	return nil
}

// isApplied wants a link to be activated by its own profile, and what is
// applied to be what the profile says now.
func isApplied(link string) error {
	told, err := sh.Out("nmcli", "-g", "GENERAL.STATE,GENERAL.DBUS-PATH,GENERAL.CON-PATH", "device", "show", link)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(told), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "100 ") {
		return fmt.Errorf("NetworkManager has %s as %q, not as activated", link, lines)
	}
	profile, err := property(lines[2], nmName+".Connection.Active", "Connection")
	if err != nil {
		return err
	}
	file, err := property(profile, nmName+".Settings.Connection", "Filename")
	if err == nil && !strings.Contains(file, link) {
		err = fmt.Errorf("NetworkManager has %s up by %s", link, file)
	}
	if err != nil {
		return err
	}
	return isEqual(link, lines[1], profile)
}

// isEqual compares what is applied to a device with a profile.
func isEqual(link, device, profile string) error {
	applied, err := settings(device, nmName+".Device", "GetAppliedConnection", "u", "0")
	if err != nil {
		return err
	}
	said, err := settings(profile, nmName+".Settings.Connection", "GetSettings")
	if err != nil {
		return err
	}
	for _, side := range []map[string]map[string]any{applied, said} {
		delete(side["connection"], "timestamp") // these two are NetworkManager's own, and one that started anew has them
		delete(side["802-11-wireless"], "seen-bssids")
	}
	if !reflect.DeepEqual(applied, said) {
		return fmt.Errorf("NetworkManager has applied to %s %v, and its profile says %v", link, applied, said)
	}
	return nil
}

const nmName = "org.freedesktop.NetworkManager"

// property reads a text of an object of NetworkManager's.
func property(object, of, name string) (string, error) {
	text, err := sh.Out("busctl", "get-property", nmName, object, of, name)
	_, value, _ := strings.Cut(strings.TrimSpace(text), " ")
	return strings.Trim(value, `"`), err
}

// settings calls what gives the settings of a profile.
func settings(object, of, method string, args ...string) (map[string]map[string]any, error) {
	text, err := sh.Out(append([]string{"busctl", "--json=short", "call", nmName, object, of, method}, args...)...)
	if err != nil {
		return nil, err
	}
	var answer struct{ Data []json.RawMessage }
	if err := json.Unmarshal([]byte(text), &answer); err != nil || len(answer.Data) == 0 {
		return nil, fmt.Errorf("reading %s: %w", text, err)
	}
	var said map[string]map[string]any
	if err := json.Unmarshal(answer.Data[0], &said); err != nil {
		return nil, fmt.Errorf("reading %s: %w", text, err)
	}
	return said, nil
}
