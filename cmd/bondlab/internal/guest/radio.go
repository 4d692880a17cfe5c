package guest

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// accessPoint is a radio at the far side and the network it offers.
type accessPoint struct {
	radio string
	wifi  *schema.Wifi
}

// layRadios loads the simulated radios: first those of the guest, under the
// names of the description, then as many access points.
func (w *world) layRadios(names []string, wifis map[string]*schema.Wifi) error {
	if len(names) == 0 {
		return nil
	}
	if err := do("modprobe mac80211_hwsim radios=%d", 2*len(names)); err != nil {
		return err
	}
	if err := do("udevadm settle"); err != nil {
		return err
	}
	for i, name := range names {
		point := &accessPoint{radio: fmt.Sprintf("wlan%d", len(names)+i), wifi: wifis[name]}
		phy, err := os.ReadFile(filepath.Join("/sys/class/net", point.radio, "phy80211/name"))
		if err != nil {
			return fmt.Errorf("looking for the radio of %s: %w", point.radio, err)
		}
		if err := do("iw phy %s set netns name %s", strings.TrimSpace(string(phy)), provider); err != nil {
			return err
		}
		if err := point.start(); err != nil {
			return err
		}
		w.points = append(w.points, point)
	}
	return renameRadios(names)
}

// renameRadios gives the guest's radios the names of the description.
func renameRadios(names []string) error {
	for i, name := range names {
		if old := fmt.Sprintf("wlan%d", i); old != name {
			if err := do("ip link set %s name %s", old, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *accessPoint) file(suffix string) string { return filepath.Join(kept, p.radio+suffix) }

// start returns once the access point is there.
func (p *accessPoint) start() error {
	if err := os.WriteFile(p.file(".conf"), []byte(hostapdConf(p.radio, p.wifi)), 0o600); err != nil {
		return fmt.Errorf("describing the access point: %w", err)
	}
	return do("ip netns exec %s hostapd -B -P %s %s", provider, p.file(".pid"), p.file(".conf"))
}

func (p *accessPoint) stop() error {
	pid, err := os.ReadFile(p.file(".pid"))
	if err != nil {
		return fmt.Errorf("looking for the access point: %w", err)
	}
	if err := do("kill %s", strings.TrimSpace(string(pid))); err != nil {
		return err
	}
	return until(patience, func() error {
		if _, err := os.Stat(filepath.Join("/proc", strings.TrimSpace(string(pid)))); err == nil {
			return fmt.Errorf("hostapd %s still runs", strings.TrimSpace(string(pid)))
		}
		return nil
	})
}

// hostapdConf describes a WPA2 network, or an open one where there is no key.
// The SSID is given in hexadecimal: it may have any byte.
func hostapdConf(radio string, wifi *schema.Wifi) string {
	lines := []string{
		"interface=" + radio, "bridge=br0", "driver=nl80211", "hw_mode=g", "channel=1",
		"ssid2=" + hex.EncodeToString([]byte(wifi.SSID.Value)),
		"ignore_broadcast_ssid=" + strconv.Itoa(hidden(wifi)),
	}
	key := wifi.PSK.Value.Reveal()
	if key != "" {
		lines = append(lines, "wpa=2", "wpa_key_mgmt=WPA-PSK", "rsn_pairwise=CCMP", keyLine(key))
	}
	return strings.Join(lines, "\n") + "\n"
}

func hidden(wifi *schema.Wifi) int {
	if wifi.Hidden.Value {
		return 1
	}
	return 0
}

// keyLine tells a key of 64 hexadecimal digits from a pass-phrase.
func keyLine(key string) string {
	if len(key) == 64 {
		return "wpa_psk=" + key
	}
	return "wpa_passphrase=" + key
}
