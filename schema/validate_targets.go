package schema

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// target is what a verifier tests against, as far as the document tells.
type target struct {
	// addr is invalid where the target is a name or the gateway.
	addr netip.Addr
	// gateway is set for the route's own next hop.
	gateway bool
}

// GatewayTarget is the target that stands for the next hop of the way that is tested.
const GatewayTarget = "gateway"

// targetsFit checks each target of a verifier.
func (f *finder) targetsFit(c *check) {
	if c.Targets.Set && !c.Targets.Bad && len(c.Targets.Items) == 0 {
		f.refuse(c.Targets.Range, "No targets", "Something must be there that answers. Name hosts beyond the gateway.")
	}
	seen := make(map[string]bool, len(c.Targets.Items))
	for _, item := range c.Targets.Items {
		if !item.Known() {
			continue
		}
		if seen[item.Value] {
			f.warn(item.Range, "Duplicate target", "%s is already in the list and would count twice. Remove it.", item.Value)
			continue
		}
		seen[item.Value] = true
		t, why := c.target(item.Value)
		if why != "" {
			f.refuse(item.Range, "Unsuitable target", "%s", why)
			continue
		}
		f.targetAddress(c, t, item.Range)
	}
}

// target reads a target as the verifier's kind does; why says what is wrong.
func (c *check) target(text string) (t target, why string) {
	switch c.Kind.Value {
	case "http":
		return urlTarget(text)
	case "dns":
		t, why = hostTarget(text)
		if why == "" && !t.gateway && !t.addr.IsValid() {
			why = text + " is a name, and finding a resolver by name needs a resolver. Give its address."
		}
		return t, why
	}
	return hostTarget(text)
}

func hostTarget(text string) (t target, why string) {
	if text == GatewayTarget {
		return target{gateway: true}, ""
	}
	if addr, err := netip.ParseAddr(text); err == nil {
		return target{addr: addr.Unmap()}, ""
	}
	if !isHostName(trimDot(text)) || looksLikeAddress(text) {
		return target{}, text + " is neither an address nor the name of a host. Correct it."
	}
	return target{}, ""
}

// looksLikeAddress tells whether a name ends in digits, which no domain does
// (RFC 3696, 2), and is then a mistyped address.
func looksLikeAddress(text string) bool {
	last := text[strings.LastIndexByte(text, '.')+1:]
	return strings.Trim(last, "0123456789") == ""
}

func trimDot(name string) string { return strings.TrimSuffix(name, ".") }

func urlTarget(text string) (t target, why string) {
	u, why := httpURL(text)
	if why != "" {
		return target{}, why
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		t.addr = addr.Unmap()
	}
	return t, ""
}

// httpURL reads the address of a page; why never repeats it, for it may hold
// a password.
func httpURL(text string) (u *url.URL, why string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, "Not an address of the web: it starts with https:// or http://. Correct it."
	case u.Hostname() == "":
		return nil, "The address has no host. Write it as https://HOST/PATH."
	}
	return u, ""
}

// targetAddress: some addresses are answered by this host itself, whatever
// becomes of the path.
func (f *finder) targetAddress(c *check, t target, place hcl.Range) {
	if !t.addr.IsValid() {
		return
	}
	switch via, known := c.nextHop(); {
	case unusable(t.addr):
		f.refuse(place, "Unsuitable target", "%s is %s: whether it answers tells nothing about the path. Name a host beyond the gateway.", t.addr, kindOf(t.addr))
	case f.ownedBy[t.addr] != nil:
		f.refuse(place, "Target is this host", "%s is the address of %s here and always answers. Name a host beyond the gateway.", t.addr, f.ownedBy[t.addr].name)
	case known && FamilyOf(via) != FamilyOf(t.addr):
		f.refuse(place, "Target of the other family", "%s cannot be reached through %s. Name a target of the gateway's family.", t.addr, via)
	}
}

func (c *check) nextHop() (netip.Addr, bool) {
	if c.way == nil {
		return netip.Addr{}, false
	}
	return c.way.gateway()
}

// pathIsTested: a target on the link itself answers while everything beyond
// the router is dead. A resolver there may ask beyond, so dns is not judged.
func (f *finder) pathIsTested(c *check) {
	if c.way == nil || c.way.over == nil || c.Kind.Value == "dns" || len(c.Targets.Items) == 0 || !c.Targets.sound() {
		return
	}
	for _, item := range c.Targets.Items {
		if t, why := c.target(item.Value); why != "" || !c.way.isNear(t) {
			return
		}
	}
	f.warn(c.Targets.Range, "Path is not tested", "Every target is on the link of %s or the gateway itself, and answers while all beyond is dead. Name a host on the other side.",
		c.way.over.name)
}

// isNear tells whether a target is reached without passing the gateway.
func (w *way) isNear(t target) bool {
	if !t.addr.IsValid() {
		return t.gateway
	}
	prefixes, _ := w.over.onLink(FamilyOf(t.addr))
	via, known := w.gateway()
	return (known && via == t.addr) || Contains(prefixes, t.addr)
}

// certificateIsSeen: without TLS there is no certificate to have a name.
func (f *finder) certificateIsSeen(c *check) {
	if !c.ServerName.Set || !c.Targets.sound() || len(c.Targets.Items) == 0 {
		return
	}
	for _, item := range c.Targets.Items {
		if !strings.HasPrefix(item.Value, "http://") {
			return
		}
	}
	f.warn(c.ServerName.Range, "Setting without effect", "No target is fetched over https, so that no certificate is seen. Use https, or remove server_name.")
}
