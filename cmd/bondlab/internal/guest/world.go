package guest

import (
	"fmt"
	"net/netip"
	"os"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// provider is the namespace with everything at the far end of the guest's
// cables and radios: one bridge that they all lead to.
const provider = "isp"

// world is what a description needs around its machine: a cable for each
// wired link, an access point for each wireless one, the gateway, and every
// address that it says something about.
type world struct {
	doc     *schema.Document
	cables  []string
	points  []*accessPoint
	gateway netip.Addr
}

func buildWorld(doc *schema.Document) (*world, error) {
	w := &world{doc: doc}
	if err := all(
		"modprobe bonding max_bonds=0",
		"ip netns add "+provider,
		"ip -n "+provider+" link set lo up",
		"ip -n "+provider+" link add br0 type bridge",
		"ip -n "+provider+" link set br0 up",
	); err != nil {
		return nil, err
	}
	wifis := map[string]*schema.Wifi{}
	var radios []string
	for _, end := range ends(doc) {
		if end.wifi == nil {
			if err := w.layCable(end); err != nil {
				return nil, err
			}
			continue
		}
		wifis[end.name] = end.wifi
		radios = append(radios, end.name)
	}
	if err := w.layRadios(radios, wifis); err != nil {
		return nil, err
	}
	return w, w.address()
}

// end is a link of the description that leads out of the machine.
type end struct {
	name string
	wifi *schema.Wifi
	// partner is the far side's bond that the link leads to; empty for the bridge itself.
	partner string
}

func ends(doc *schema.Document) []end {
	var found []end
	for i, bond := range doc.Bonds {
		partner := ""
		if mode, _ := bond.Mode(); mode == schema.Mode8023AD {
			partner = fmt.Sprintf("lag%d", i)
		}
		for _, slave := range bond.Slaves {
			found = append(found, end{slave.Name.Value, slave.Wifi, partner})
		}
	}
	for _, link := range doc.Links {
		if link.Kind == schema.Ethernet || link.Wifi != nil {
			found = append(found, end{name: link.Name.Value, wifi: link.Wifi})
		}
	}
	return found
}

// layCable makes a wired link; its far end has the same name.
func (w *world) layCable(e end) error {
	w.cables = append(w.cables, e.name)
	master := "br0"
	if e.partner != "" {
		master = e.partner
		if err := aggregate(e.partner); err != nil {
			return err
		}
	}
	return all(
		fmt.Sprintf("ip link add %s numtxqueues 16 numrxqueues 16 type veth peer name %s netns %s", e.name, e.name, provider),
		fmt.Sprintf("ip -n %s link set %s master %s", provider, e.name, master), // a bond takes only links that are down
		fmt.Sprintf("ip -n %s link set %s up", provider, e.name),
	)
}

// aggregate makes the far side's end of a link aggregation, unless it is there.
func aggregate(name string) error {
	if do("ip -n %s link show %s", provider, name) == nil {
		return nil
	}
	return all(
		fmt.Sprintf("ip -n %s link add %s type bond mode 802.3ad miimon 100 lacp_rate fast", provider, name),
		fmt.Sprintf("ip -n %s link set %s master br0 up", provider, name),
	)
}

// address gives the far side the addresses that the description expects there.
func (w *world) address() error {
	for _, bond := range w.doc.Bonds {
		if err := w.addressFor(&bond.Network); err != nil {
			return err
		}
		for _, option := range []string{"arp_ip_target", "ns_ip6_target"} {
			setting, _ := bond.Settings.Get(option)
			for _, target := range setting.Value.Items() {
				assign(&bond.Network, netip.MustParseAddr(target))
			}
		}
	}
	for _, link := range w.doc.Links {
		if err := w.addressFor(&link.Network); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) addressFor(network *schema.Network) error {
	for _, ip := range []*schema.IP{network.IPv4, network.IPv6} {
		if ip == nil || !ip.Gateway.Known() {
			continue
		}
		if !w.gateway.IsValid() {
			w.gateway = ip.Gateway.Value
		}
		assign(network, ip.Gateway.Value)
	}
	return w.serveDHCP(network)
}

// assign gives the bridge an address, in the subnet that the link's own
// addresses have. Two links may know the same neighbour: the second time fails.
func assign(network *schema.Network, address netip.Addr) {
	bits := address.BitLen()
	for _, ip := range []*schema.IP{network.IPv4, network.IPv6} {
		if ip == nil {
			continue
		}
		for _, own := range ip.Addresses.Values() {
			if own.Contains(address) {
				bits = own.Bits()
			}
		}
	}
	_ = do("ip -n %s address add %s/%d dev br0", provider, address, bits)
}

// serveDHCP hands out addresses where the description wants them learned.
func (w *world) serveDHCP(network *schema.Network) error {
	if network.IPv4 == nil || !network.IPv4.DHCP.Value {
		return nil
	}
	if _, err := os.Stat("/run/bondlab/dnsmasq.pid"); err == nil {
		return nil
	}
	if !w.gateway.IsValid() {
		w.gateway = netip.MustParseAddr("198.51.100.1")
	}
	return all(
		"ip -n "+provider+" address add 198.51.100.1/24 dev br0",
		"ip netns exec "+provider+" dnsmasq --conf-file=/dev/null --port=0 --interface=br0 --pid-file=/run/bondlab/dnsmasq.pid"+
			" --dhcp-range=198.51.100.100,198.51.100.200,1h --dhcp-authoritative --leasefile-ro",
	)
}

// cable pulls a wired link's plug or puts it back, at the far end.
func (w *world) cable(action, name string) error {
	state, ok := map[string]string{"cut": "down", "plug": "up"}[action]
	if !ok {
		return fmt.Errorf("a cable is cut or plugged, not %q", action)
	}
	return do("ip -n %s link set %s %s", provider, name, state)
}

func (w *world) String() string {
	var ssids []string
	for _, point := range w.points {
		ssids = append(ssids, fmt.Sprintf("%q", string(point.wifi.SSID.Value)))
	}
	return fmt.Sprintf("cables %s; access points %s; gateway %s", strings.Join(w.cables, " "), strings.Join(ssids, " "), w.gateway)
}
