package guest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// etc are the places of /etc that managers and our files change; they are
// brought back to what they were before the first scenario.
var etc = []string{
	"/etc/network", "/etc/netplan", "/etc/NetworkManager", "/etc/systemd/network",
	"/etc/wpa_supplicant", "/etc/modprobe.d", "/etc/resolv.conf", "/etc/systemd/system",
}

// kept is where they are kept meanwhile.
const kept = "/run/bondlab"

func keepEtc() error {
	for _, path := range etc {
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(kept+path), 0o755); err != nil {
			return fmt.Errorf("keeping %s: %w", path, err)
		}
		if err := do("cp -a %s %s", path, kept+path); err != nil {
			return err
		}
	}
	return nil
}

func restoreEtc() error {
	for _, path := range etc {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("clearing %s: %w", path, err)
		}
		if _, err := os.Lstat(kept + path); err != nil {
			continue
		}
		if err := do("cp -a %s %s", kept+path, path); err != nil {
			return err
		}
	}
	return nil
}

// states are what managers remember outside /etc.
var states = []string{
	"/run/network/*", "/run/systemd/network/*", "/run/systemd/netif", "/run/netplan", "/run/NetworkManager",
	"/run/wpa_supplicant*", "/run/systemd/system/netplan-*", "/run/systemd/system/*/netplan-*",
	"/run/udev/rules.d/*netplan*", "/run/systemd/generator*/netplan*", "/var/lib/NetworkManager/*", "/var/lib/dhcp/*", "/run/dhclient*",
}

// reset makes the guest as it was after its boot: no manager runs, no link is
// left, and the drivers forget what they knew.
func reset() error {
	_ = do("systemctl stop NetworkManager systemd-networkd.socket systemd-networkd-varlink.socket systemd-networkd wpa_supplicant wpa_supplicant@* netplan-*")
	for _, program := range []string{"hostapd", "dnsmasq", "wpa_supplicant", "dhclient"} {
		_ = do("pkill -x %s", program)
	}
	_ = do("ip netns delete %s", provider)
	for _, name := range links() {
		_ = do("ip link delete %s", name) // a radio cannot be deleted: its driver is unloaded below
	}
	_ = do("modprobe -r mac80211_hwsim")
	_ = do("modprobe -r bonding")
	for _, pattern := range states {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			_ = os.RemoveAll(path)
		}
	}
	if err := restoreEtc(); err != nil {
		return err
	}
	if rest := links(); len(rest) != 0 {
		return fmt.Errorf("the links %v are left over", rest)
	}
	return all("systemctl daemon-reload", "udevadm control --reload", "systemctl reset-failed")
}

// links lists every link but the loopback.
func links() []string {
	text, err := out("ip", "-j", "link")
	var found []struct{ Ifname string }
	if err != nil || json.Unmarshal([]byte(text), &found) != nil {
		return nil
	}
	var names []string
	for _, link := range found {
		if link.Ifname != "lo" {
			names = append(names, link.Ifname)
		}
	}
	return names
}
