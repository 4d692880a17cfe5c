package networkd

import "github.com/bondctl/bondctl/schema"

// ppp reports a link that pppd makes: systemd-networkd neither dials nor can
// it touch such a link without taking pppd's addresses away.
func (g *generator) ppp(path string, l *schema.Link) {
	const leaves = "systemd-networkd leaves the link to pppd"
	g.report.NeedNotSay(path, l.Range, leaves+", and bondctl monitor makes its default route")
	g.report.DialledRoutes(path, l.Routes)
	if l.Peer.Known() {
		g.report.CannotSay(path+"/peer", l.Peer.Range, leaves+" and does not start it", "Start pppd by a unit of its own: pppd call "+l.Peer.Value)
	}
	if l.MTU.Known() {
		g.report.CannotSay(path+"/mtu", l.MTU.Range, leaves, "Set mtu in the peer's file")
	}
	if l.DNS != nil && len(l.DNS.Servers.Items)+len(l.DNS.Search.Items) > 0 {
		g.report.CannotSay(path+"/dns", l.DNS.Range, leaves, "Set usepeerdns in the peer's file")
	}
}
