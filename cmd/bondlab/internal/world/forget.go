package world

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// managers are the units that take up network configuration, or watch it.
var managers = []string{
	"NetworkManager*", "bondlab-nm-ifcfg*", "systemd-networkd*", "wpa_supplicant*", "netplan-*", "networking*", "network.service", "ifup@*", "systemd-resolved*",
	"bondctl-monitor*",
}

// stopManagers stops those that run.
func stopManagers() error {
	text, err := sh.Out(append([]string{"systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating,reloading,failed"}, managers...)...)
	if err != nil {
		return err
	}
	var units []string
	for line := range strings.Lines(text) {
		units = append(units, strings.Fields(line)[0])
	}
	if len(units) == 0 {
		return nil
	}
	_ = sh.Do("systemctl stop %s", strings.Join(units, " ")) // a device unit among them cannot be stopped, and goes with its link
	return sh.Do("systemctl reset-failed")
}

// etc are the places of /etc that managers and our files change.
var etc = []string{
	"/etc/network", "/etc/netplan", "/etc/NetworkManager", "/etc/systemd/network", "/etc/sysconfig",
	"/etc/wpa_supplicant", "/etc/modprobe.d", "/etc/resolv.conf", "/etc/systemd/system", "/etc/default/bondctl", "/etc/bondctl",
}

// kept is where the machine keeps them as they were made.
const kept = "/var/lib/bondlab/etc"

// Keep keeps /etc as it is now, for [Clear] to bring it back.
func Keep() error {
	for _, path := range etc {
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		place := filepath.Join(kept, path)
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			return fmt.Errorf("keeping %s: %w", path, err)
		}
		if err := sh.Do("cp -a %s %s", path, place); err != nil {
			return err
		}
	}
	return nil
}

// states are what managers, and bondctl, remember outside /etc.
var states = []string{
	"/run/network/*", "/run/systemd/network/*", "/run/systemd/netif", "/run/systemd/resolve", "/run/netplan", "/run/NetworkManager",
	"/run/wpa_supplicant*", "/run/udev/rules.d/*netplan*", "/var/lib/NetworkManager/*", "/var/lib/dhcp/*", "/var/lib/dhclient/*", "/run/dhclient*",
	"/var/lib/dhcpcd/*", "/run/dhcpcd",
	"/var/tmp/network", "/var/lib/bondctl", "/run/sendsigs.omit.d/wpasupplicant*",
}

// unitFiles are units that managers make; systemd must hear that they are gone.
var unitFiles = []string{"/run/systemd/system/netplan-*", "/run/systemd/system/*/netplan-*", "/run/systemd/generator*/*netplan*"}

// forget makes files and daemons forget what a run has done.
func forget() error {
	if err := unhide(); err != nil {
		return err
	}
	removed := remove(unitFiles)
	remove(states)
	changed, err := restore()
	if err != nil {
		return err
	}
	if removed || changed {
		if err := sh.Do("systemctl daemon-reload"); err != nil {
			return err
		}
	}
	return sh.Do("udevadm control --reload")
}

// programs are where the machine has its programs, and away what follows the
// names of those that a run does without.
const programs, away = "/usr/sbin/", ".away"

// Hide takes a program away until the next [Clear], as on a host without its package.
func Hide(program string) error {
	if err := os.Rename(programs+program, programs+program+away); err != nil {
		return fmt.Errorf("doing without %s: %w", program, err)
	}
	return nil
}

func unhide() error {
	paths, _ := filepath.Glob(programs + "*" + away) // the pattern is good
	for _, path := range paths {
		if err := os.Rename(path, strings.TrimSuffix(path, away)); err != nil {
			return fmt.Errorf("bringing a program back: %w", err)
		}
	}
	return nil
}

func remove(patterns []string) bool {
	found := false
	for _, pattern := range patterns {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			found = true
			_ = os.RemoveAll(path)
		}
	}
	return found
}

// restore brings /etc back and tells whether systemd's units were changed.
func restore() (units bool, err error) {
	for _, path := range etc {
		place := filepath.Join(kept, path)
		if sh.Do("diff -rq --no-dereference %s %s", place, path) == nil {
			continue
		}
		units = units || path == "/etc/systemd/system"
		if err := os.RemoveAll(path); err != nil {
			return units, fmt.Errorf("clearing %s: %w", path, err)
		}
		if _, err := os.Lstat(place); err != nil {
			continue
		}
		if err := sh.Do("cp -a %s %s", place, path); err != nil {
			return units, err
		}
	}
	return units, nil
}

// Links lists every link but the loopback.
func Links() []string {
	text, err := sh.Out("ip", "-j", "link")
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
