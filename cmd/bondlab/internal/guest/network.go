package guest

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
	"github.com/bondctl/bondctl/schema"
)

// placeClaims are what a description says about a link itself: its VLAN, MTU,
// Ethernet address, IP addresses and routes.
func placeClaims(mode string, p world.Place) []claim {
	var found []claim
	expect := func(path string, check func() error) { found = append(found, claim{mode, p.Path + "/" + path, check}) }
	if p.VLAN != 0 {
		found = append(found, claim{mode, p.Path, func() error { return isVLAN(p) }})
	}
	if p.MTU.Known() {
		expect("mtu", func() error { return hasFile(p.Link, "mtu", strconv.Itoa(p.MTU.Value)) })
	}
	if p.MACAddress.Known() {
		expect("mac_address", func() error { return hasFile(p.Link, "address", p.MACAddress.Value.String()) })
	}
	for _, ip := range []*schema.IP{p.IPv4, p.IPv6} {
		if ip == nil {
			continue
		}
		for _, prefix := range ip.Addresses.Values() {
			expect(ip.Family.String()+"/addresses", func() error { return hasAddress(p.Link, prefix) })
		}
		if ip.Gateway.Known() {
			expect(ip.Family.String()+"/gateway", func() error {
				return hasRoute(p.Link, schema.Route{To: schema.Attr[netip.Prefix]{Value: ip.Family.Default()}, Gateway: ip.Gateway, Metric: ip.Metric})
			})
		}
	}
	for _, route := range p.Routes {
		expect("route/"+route.String(), func() error { return hasRoute(p.Link, *route) })
	}
	return found
}

func hasFile(link, file, want string) error {
	got, err := sysfs(link, file)
	if err == nil && got != want {
		err = fmt.Errorf("%s of %s is %s, not %s", file, link, got, want)
	}
	return err
}

func hasAddress(link string, want netip.Prefix) error {
	addresses, err := addressesOf(link)
	if err == nil && !slices.Contains(addresses, want) {
		err = fmt.Errorf("the addresses of %s are %v, without %s", link, addresses, want)
	}
	return err
}

// isVLAN wants the link on top of its parent, with its number.
func isVLAN(p world.Place) error {
	text, err := sh.Out("ip", "-d", "-j", "link", "show", "dev", p.Link)
	if err != nil {
		return err
	}
	var shown []struct {
		Link     string
		Linkinfo struct {
			InfoData struct{ ID int } `json:"info_data"`
		}
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil || len(shown) != 1 {
		return fmt.Errorf("reading the link %s: %w", p.Link, err)
	}
	if shown[0].Link != p.Parent || shown[0].Linkinfo.InfoData.ID != p.VLAN {
		return fmt.Errorf("%s is VLAN %d of %s, not %d of %s", p.Link, shown[0].Linkinfo.InfoData.ID, shown[0].Link, p.VLAN, p.Parent)
	}
	return nil
}

// hasRoute wants a route of the main table. A metric that the description
// does not have may be any.
func hasRoute(link string, want schema.Route) error {
	destination := want.To.Value.Masked().String()
	if want.IsDefault() {
		destination = "default"
	}
	show := []string{"ip", "-j", "-" + strings.TrimPrefix(want.Family().String(), "ipv"), "route", "show", "dev", link, "table", "main"}
	text, err := sh.Out(append(show, destination)...)
	if err != nil {
		return err
	}
	var shown []struct {
		Gateway netip.Addr
		Metric  int
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil {
		return fmt.Errorf("reading the routes of %s: %w", link, err)
	}
	for _, r := range shown {
		if r.Gateway == want.Gateway.Value && (!want.Metric.Known() || sameMetric(want.Family(), want.Metric.Value, r.Metric)) {
			return nil
		}
	}
	return fmt.Errorf("%s has no route %s; to %s it has %s", link, want.String(), destination, strings.TrimSpace(text))
}

// sameMetric knows that the kernel keeps 1024 for an IPv6 route of metric 0.
func sameMetric(family schema.Family, want, got int) bool {
	if family == schema.IPv6 && want == 0 {
		want = 1024
	}
	return want == got
}
