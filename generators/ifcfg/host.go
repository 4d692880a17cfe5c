package ifcfg

import (
	"net/netip"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// hostFile reads the file for all links, empty where there is none.
func hostFile(files []generators.File, report *generators.Report) *config {
	for _, file := range files {
		if file.Path == hostPath {
			return open("", file, report)
		}
	}
	return open("", generators.File{Path: hostPath}, report)
}

// gateway reads the next hop of the IPv4 default route: the link's own, or
// that of the host where it is on the network of the link's first address.
func (r *reader) gateway(c *config, ip *schema.IP) {
	own := c.ownGateway()
	if ip.DHCP.Set {
		r.leased(c)
		if own.key != "" && len(ip.Addresses.Items) == 0 {
			c.refuse(own, "has no effect beside DHCP")
			return
		}
	}
	away := r.keptAway(c, ip)
	switch {
	case own.key != "" && away != "":
		c.refuse(own, "has no effect, for "+away)
	case own.key != "":
		ip.Gateway = c.address(own, own.value)
	case away == "":
		r.hostGateway(c, ip)
	}
}

// ownGateway gives the gateway of a link's file: GATEWAY, or that of the first
// numbered address that has one, as NetworkManager reads it.
func (c *config) ownGateway() variable {
	for _, number := range append([]string{""}, c.numbers()...) {
		if v, ok := c.get("GATEWAY" + number); ok {
			return v
		}
	}
	return variable{}
}

// The variables of the host's file for default routes.
const (
	gatewayDevice  = "GATEWAYDEV"
	gatewayDevice6 = "IPV6_DEFAULTDEV"
)

// leased reports that the host keeps the default route of a lease from the link.
func (r *reader) leased(c *config) {
	if dev, ok := r.host.get(gatewayDevice); ok && dev.value != c.device.value {
		r.host.refuse(dev, "keeps the default route of a lease from "+c.device.value+", which a document cannot")
	}
}

// keptAway tells why a link without a lease has no default route.
func (r *reader) keptAway(c *config, ip *schema.IP) string {
	if ip.DHCP.Set {
		return ""
	}
	dev, ok := r.host.get(gatewayDevice)
	switch {
	case !c.yes("DEFROUTE", true):
		return "DEFROUTE is no"
	case ok && dev.value != c.device.value:
		return gatewayDevice + " in " + hostPath + " names another link"
	}
	return ""
}

func (r *reader) hostGateway(c *config, ip *schema.IP) {
	v := r.host.peek("GATEWAY")
	addr, err := netip.ParseAddr(v)
	dev, named := r.host.get(gatewayDevice)
	switch {
	case ip.DHCP.Set || len(ip.Addresses.Items) == 0:
	case err == nil && ip.Addresses.Items[0].Value.Contains(addr):
		from, _ := r.host.get("GATEWAY")
		ip.Gateway = given(from, addr)
	case named && dev.value == c.device.value:
		r.host.refuse(dev, "names a link that has no gateway on the network of its first address")
	}
}

// gateway6 reads the next hop of the IPv6 default route.
func (r *reader) gateway6(c *config, ip *schema.IP) {
	automatic := ip.AcceptRA.Or(false) || ip.DHCP.Set
	v, ok := c.get("IPV6_DEFAULTGW")
	_, zone, _ := strings.Cut(v.value, "%")
	switch {
	case !ok:
		r.hostGateway6(c, ip)
	case !automatic && !c.yes("IPV6_DEFROUTE", true):
		c.refuse(v, "has no effect, for IPV6_DEFROUTE is no")
	case zone != "" && zone != c.device.value:
		c.refuse(v, "is over another link")
	default:
		ip.Gateway = c.unzoned(v)
	}
	if !automatic {
		c.idle("IPV6_DEFROUTE", "IPV6_PEERDNS", "IPV6_PEERROUTES")
	}
}

// unzoned reads an address that may name a link behind "%".
func (c *config) unzoned(v variable) schema.Attr[netip.Addr] {
	text, _, _ := strings.Cut(v.value, "%")
	return c.address(v, text)
}

func (r *reader) hostGateway6(c *config, ip *schema.IP) {
	text, zone, _ := strings.Cut(r.host.peek("IPV6_DEFAULTGW"), "%")
	addr, err := netip.ParseAddr(text)
	if err != nil || len(ip.Addresses.Items) == 0 {
		return
	}
	if zone == "" {
		zone = r.host.peek(gatewayDevice6)
	}
	if zone == c.device.value || zone == "" && ip.Addresses.Items[0].Value.Contains(addr) {
		v, _ := r.host.get("IPV6_DEFAULTGW")
		r.host.idle(gatewayDevice6)
		ip.Gateway = r.host.unzoned(v)
	}
}
