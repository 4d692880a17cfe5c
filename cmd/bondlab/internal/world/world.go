// Package world is what a description needs around its machine: a cable for
// each wired link, an access point for each wireless one, gateways, neighbours,
// VLANs, DHCP and router advertisements. All of it is in a network namespace
// of the machine itself, at the far end of its links.
package world

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/schema"
)

// Provider is the namespace with everything at the far end of the machine's
// cables and radios: one bridge that they all lead to.
const Provider = "isp"

// state is where the world's daemons keep their files.
const state = "/run/bondlab"

// bridgeAddress is the Ethernet address by which gateways and neighbours are reached.
const bridgeAddress = "02:00:5e:00:53:01"

// World is what is around the machine of a description.
type World struct {
	Doc *schema.Document
	// Cables are the names of the wired links; their far ends have the same.
	Cables []string
	points []*accessPoint
	// Gateway is the first that the description names; the zero Addr without one.
	Gateway netip.Addr
	// Neighbours are addresses that answer: one in each subnet of the description.
	Neighbours []netip.Addr
	places     []Place
}

// Describe says what world a description needs. Nothing is built.
func Describe(doc *schema.Document) *World {
	w := &World{Doc: doc, places: Places(doc)}
	for _, e := range ends(doc) {
		if e.wifi == nil {
			w.Cables = append(w.Cables, e.name)
		}
	}
	w.points = points(doc)
	for _, p := range w.places {
		w.Neighbours = append(w.Neighbours, p.neighbours()...)
		for _, ip := range []*schema.IP{p.IPv4, p.IPv6} {
			if ip != nil && ip.Gateway.Known() && !w.Gateway.IsValid() {
				w.Gateway = ip.Gateway.Value
			}
		}
	}
	return w
}

// Build builds the world, where nothing is left of another one.
func (w *World) Build() error {
	if err := os.MkdirAll(state, 0o755); err != nil {
		return fmt.Errorf("making room for the world's daemons: %w", err)
	}
	if err := sh.All(
		"modprobe bonding max_bonds=0",
		"ip netns add "+Provider,
		// Else the far side answers for br0 over a cable that is no port of it any more.
		"ip netns exec "+Provider+" sysctl -q -w net.ipv4.conf.all.arp_ignore=1",
	); err != nil {
		return err
	}
	// Without an address of its own a bridge has the lowest of its ports, and another one when that is muted.
	bridge := fmt.Sprintf("link add br0 address %s mtu %d type bridge", bridgeAddress, w.largestMTU())
	if err := sh.Batch(Provider, "link set lo up", bridge, "link set br0 up"); err != nil {
		return err
	}
	if err := w.layCables(); err != nil {
		return err
	}
	if err := w.layRadios(); err != nil {
		return err
	}
	if err := w.settle(); err != nil {
		return err
	}
	return w.capture()
}

// captured is where the packets of the bridge go.
const captured = state + "/capture.pcap"

// capture keeps the beginning of every frame that crosses the bridge.
func (w *World) capture() error {
	return sh.Background("ip", "netns", "exec", Provider, "tcpdump", "-i", "br0", "-s", "96", "-U", "-q", "-Z", "root", "-w", captured)
}

// Capture gives the file with the packets, empty where there is none.
func Capture() string {
	if _, err := os.Stat(captured); err != nil {
		return ""
	}
	return captured
}

func (w *World) String() string {
	var ssids []string
	for _, point := range w.points {
		ssids = append(ssids, fmt.Sprintf("%q", string(point.wifi.SSID.Value)))
	}
	return fmt.Sprintf("cables %s; access points %s; gateway %s", strings.Join(w.Cables, " "), strings.Join(ssids, " "), w.Gateway)
}

// Clear makes the machine as it was after its boot: no manager runs, no link is
// left, and the drivers forget what they knew.
func Clear() error {
	if err := stopManagers(); err != nil {
		return err
	}
	for _, program := range []string{"hostapd", "dnsmasq", "wpa_supplicant", "dhclient", "dhcpcd", "tcpdump"} {
		_ = sh.Do("pkill -x %s", program)
	}
	_ = sh.Do("ip netns delete %s", Provider)
	for _, name := range Links() {
		_ = sh.Do("ip link delete %s", name) // a radio cannot be deleted: its driver is unloaded below
	}
	for _, module := range []string{"mac80211_hwsim", "bonding"} {
		if _, err := os.Stat(filepath.Join("/sys/module", module)); err == nil {
			_ = sh.Do("modprobe -r %s", module)
		}
	}
	_ = os.RemoveAll(state)
	if err := forget(); err != nil {
		return err
	}
	if rest := Links(); len(rest) != 0 {
		return fmt.Errorf("the links %v are left over", rest)
	}
	return nil
}
