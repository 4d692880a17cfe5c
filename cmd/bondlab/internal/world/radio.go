package world

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/schema"
)

// accessPoint is a radio at the far side and the network it offers.
type accessPoint struct {
	// station is the machine's own radio that belongs to it.
	station string
	radio   string
	channel int
	wifi    *schema.Wifi
}

// channels of 2.4 GHz, which every country allows.
const channels = 11

// points are the access points that the description's Wi-Fi links look for.
func points(doc *schema.Document) []*accessPoint {
	var found []*accessPoint
	for _, e := range ends(doc) {
		if e.wifi != nil {
			found = append(found, &accessPoint{station: e.name, channel: len(found)%channels + 1, wifi: e.wifi})
		}
	}
	for i, p := range found {
		p.radio = fmt.Sprintf("wlan%d", len(found)+i)
	}
	return found
}

// layRadios loads the simulated radios: first the machine's own, under the
// names of the description, then as many access points.
func (w *World) layRadios() error {
	if len(w.points) == 0 {
		return nil
	}
	if err := sh.All(fmt.Sprintf("modprobe mac80211_hwsim radios=%d", 2*len(w.points)), "udevadm settle"); err != nil {
		return err
	}
	for _, point := range w.points {
		phy, err := os.ReadFile(filepath.Join("/sys/class/net", point.radio, "phy80211/name"))
		if err != nil {
			return fmt.Errorf("looking for the radio of %s: %w", point.radio, err)
		}
		if err := sh.Do("iw phy %s set netns name %s", strings.TrimSpace(string(phy)), Provider); err != nil {
			return err
		}
		if err := point.start(); err != nil {
			return err
		}
	}
	return w.renameRadios()
}

// renameRadios gives the machine's radios the names of the description.
func (w *World) renameRadios() error {
	for i, point := range w.points {
		if old := fmt.Sprintf("wlan%d", i); old != point.station {
			if err := sh.Do("ip link set %s name %s", old, point.station); err != nil {
				return err
			}
		}
	}
	return nil
}

// AccessPoint stops or starts all access points, or that of one station.
func (w *World) AccessPoint(action, station string) error {
	acted := false
	for _, point := range w.points {
		if station != "" && station != point.station {
			continue
		}
		acted = true
		if err := point.act(action); err != nil {
			return err
		}
	}
	if !acted {
		return fmt.Errorf("this world has no such access point")
	}
	return nil
}

func (p *accessPoint) act(action string) error {
	switch action {
	case "stop":
		return p.stop()
	case "start":
		return p.start()
	}
	return fmt.Errorf("an access point is stopped or started, not %q", action)
}

func (p *accessPoint) file(suffix string) string { return filepath.Join(state, p.radio+suffix) }

// start returns once the access point is there.
func (p *accessPoint) start() error {
	if err := os.WriteFile(p.file(".conf"), []byte(p.conf()), 0o600); err != nil {
		return fmt.Errorf("describing the access point: %w", err)
	}
	return sh.Do("ip netns exec %s hostapd -B -P %s %s", Provider, p.file(".pid"), p.file(".conf"))
}

func (p *accessPoint) stop() error {
	text, err := os.ReadFile(p.file(".pid"))
	if err != nil {
		return fmt.Errorf("looking for the access point: %w", err)
	}
	pid := strings.TrimSpace(string(text))
	if err := sh.Do("kill %s", pid); err != nil {
		return err
	}
	return sh.Until(sh.Patience, func() error {
		if _, err := os.Stat(filepath.Join("/proc", pid)); err == nil {
			return fmt.Errorf("hostapd %s still runs", pid)
		}
		return nil
	})
}

// conf describes a WPA2 network, or an open one where there is no key. The
// SSID is given in hexadecimal: it may have any byte.
func (p *accessPoint) conf() string {
	lines := []string{
		"interface=" + p.radio, "bridge=br0", "driver=nl80211", "hw_mode=g", "channel=" + strconv.Itoa(p.channel),
		"ssid2=" + hex.EncodeToString([]byte(p.wifi.SSID.Value)),
		"ignore_broadcast_ssid=" + strconv.Itoa(hidden(p.wifi)),
	}
	if key := p.wifi.PSK.Value.Reveal(); key != "" {
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

// Stations are the names of the machine's own radios.
func (w *World) Stations() []string {
	var names []string
	for _, point := range w.points {
		names = append(names, point.station)
	}
	return names
}
