// Package manager tells which network system of the host owns which link:
// the backend that `backend = "auto"` stands for, with the evidence for it,
// and what other configuration claims the same links. And it has that system
// take up what was changed under it, and give it up again.
//
// gather.go, bus.go and networkmanager.go look at the host, within time-outs,
// and change nothing. [Decide] and [Claims], which work on [Facts], are pure.
//
// A [Manager] is told what happened: there is a file for each, and take.go
// chooses. A [Leader] makes some of the changes itself. For NetworkManager lead.go,
// which is pure, says which; carry.go makes them and giveback.go goes back;
// assume.go and startanew.go have it take links as they are. For
// those systems that are scripts, scripted.go does.
package manager

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// The backends, and who else writes or takes up their files.
const (
	ifupdown = "ifupdown"
	ifcfg    = "ifcfg"
	netplan  = "netplan"
	keyfile  = "keyfile"
	networkd = "networkd"

	ifupdown2       = "ifupdown2"
	networkScripts  = "network-scripts"
	networkManager  = "NetworkManager"
	systemdNetworkd = "systemd-networkd"
	cloudInit       = "cloud-init"
)

// The units of systemd that take up network configuration.
const (
	unitNetworkd       = "systemd-networkd.service"
	unitNetworkManager = "NetworkManager.service"
	unitNetworking     = "networking.service"
	unitNetwork        = "network.service"
)

// Facts are what was found on a host.
type Facts struct {
	// Units are those above that the host has.
	Units []Unit
	// Systemd tells whether systemd runs the host (sd_booted(3)).
	Systemd bool
	// Files are the configuration of every network system, in the order of
	// their paths; those of ifupdown are the ones that its main file leads to.
	Files []generators.File
	// Unread are configuration files that only root may read.
	Unread []string
	// IfUp is what the command ifup belongs to: "ifupdown", "ifupdown2" or
	// "network-scripts"; empty where there is none, or NetworkManager's.
	IfUp string
	// Netplan tells whether netplan is installed, and IfcfgPlugin whether
	// NetworkManager has the plugin that reads ifcfg files.
	Netplan, IfcfgPlugin bool
	// Devices are NetworkManager's.
	Devices []Device
	// Managed are the links that systemd-networkd knows.
	Managed []Managed
	// Up are the links that ifupdown has brought up (/run/network/ifstate).
	Up []string
	// Clients are the DHCP clients that scripts of ifupdown or network-scripts run,
	// and Stations what joins wireless networks for ifupdown.
	Clients, Stations []Daemon
	// Told are the networks that those of Stations have which read no file, by their
	// links: what the stanzas say, as files of wpa_supplicant.
	Told map[string]generators.File
	// Silent says of whom no answer came, and what was waited for.
	Silent []string
}

// Unit is a unit of systemd, or the process of one where there is no systemd.
type Unit struct {
	Name            string
	Active, Enabled bool
}

// Device is a link as NetworkManager sees it.
type Device struct {
	Link    string
	Managed bool
	// Profile is the id of the active connection, empty where none is; UUID
	// and File are its own. The file is empty for one in memory alone.
	Profile, UUID, File string
	// External is set where NetworkManager only watches what others set up.
	External bool
}

// Managed is a link as systemd-networkd sees it.
type Managed struct {
	Link string
	// Admin is "configured", "unmanaged" and the like; File is the .network
	// file that applies, empty for none.
	Admin, File string
}

// unit finds a unit; one that is not there is neither active nor enabled.
func (f *Facts) unit(name string) Unit {
	i := slices.IndexFunc(f.Units, func(u Unit) bool { return u.Name == name })
	if i < 0 {
		return Unit{Name: name}
	}
	return f.Units[i]
}

// TakesUp tells whether something runs on the host, or is run by its scripts, that
// takes up the files of a backend.
func (f *Facts) TakesUp(backend string) bool {
	daemons := f.unit(unitNetworkManager).Active || len(f.Devices) > 0
	switch backend {
	case ifupdown:
		return f.IfUp == ifupdown || f.IfUp == ifupdown2
	case ifcfg:
		return f.IfUp == networkScripts || daemons
	case netplan:
		return f.Netplan && (daemons || f.unit(unitNetworkd).Active)
	case keyfile:
		return daemons
	case networkd:
		return f.unit(unitNetworkd).Active
	}
	return false
}

// on tells whether a unit runs now or will at the next boot.
func (u Unit) on() bool { return u.Active || u.Enabled }

// String says so for a person.
func (u Unit) String() string {
	switch {
	case u.Active && u.Enabled:
		return u.Name + " is active"
	case u.Active:
		return u.Name + " is active, and not enabled at boot"
	case u.Enabled:
		return u.Name + " is enabled, and not active"
	}
	return u.Name + " is neither active nor enabled"
}

// The directories of configuration, with those of the running system behind
// those of the administrator.
const (
	dirNetplan     = "/etc/netplan/"
	dirScripts     = "/etc/sysconfig/network-scripts/"
	dirProfiles    = "/etc/NetworkManager/system-connections/"
	dirNetworkd    = "/etc/systemd/network/"
	mainInterfaces = "/etc/network/interfaces"
)

// systemOf gives the network system that a file of [Facts] belongs to.
func systemOf(path string) string {
	switch {
	case strings.Contains(path, "/netplan/"):
		return netplan
	case strings.HasPrefix(path, dirScripts):
		return ifcfg
	case strings.Contains(path, "/NetworkManager/system-connections/"):
		return keyfile
	case strings.Contains(path, "/systemd/network/"):
		return networkd
	}
	return ifupdown
}
