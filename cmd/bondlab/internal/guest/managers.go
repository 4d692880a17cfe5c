package guest

import "fmt"

// managers bring up what was installed for a backend, as an administrator
// would by hand.
var managers = map[string]func(*world) error{
	"ifupdown": func(*world) error { return do("ifup -a") },
	"netplan": func(*world) error {
		return all("systemctl start systemd-networkd", "netplan apply")
	},
	"keyfile": func(*world) error {
		return all("systemctl start NetworkManager", "nmcli connection reload")
	},
	"networkd": func(w *world) error {
		if err := do("udevadm control --reload"); err != nil {
			return err
		}
		for _, end := range ends(w.doc) {
			if end.wifi == nil {
				continue
			}
			if err := do("systemctl start wpa_supplicant@%s", end.name); err != nil {
				return err
			}
		}
		return all("systemctl start systemd-networkd", "networkctl reload")
	},
}

func bringUp(backend string, w *world) error {
	manager, ok := managers[backend]
	if !ok {
		return fmt.Errorf("the machine has no manager for %q", backend)
	}
	return manager(w)
}
