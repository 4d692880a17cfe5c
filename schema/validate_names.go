package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// maxName is the longest name of a link in bytes (IFNAMSIZ without its end).
const maxName = 15

// nameRule is a reason against a name for a link.
type nameRule struct {
	against  func(string) bool
	severity hcl.DiagnosticSeverity
	summary  string
	why      string
}

// nameRules are in order of weight; the first that holds is reported. The
// first errors are the kernel's (dev_valid_name in net/core/dev.c).
var nameRules = []nameRule{
	{
		func(n string) bool { return n == "" }, hcl.DiagError, "Empty link name",
		"A link needs a name of 1 to 15 bytes.",
	},
	{
		func(n string) bool { return len(n) > maxName }, hcl.DiagError, "Link name too long",
		"The kernel's names have at most 15 bytes. Choose a shorter one; the name attribute of a vlan block sets its link's.",
	},
	{
		func(n string) bool { return n == "." || n == ".." }, hcl.DiagError, "Reserved link name",
		"The kernel refuses it, for each link is a directory in sysfs. Choose another.",
	},
	{
		func(n string) bool { return strings.ContainsFunc(n, isControl) || strings.ContainsAny(n, "/: ") }, hcl.DiagError,
		"Forbidden character in link name", "The kernel refuses blanks, slashes and colons, and nothing reads control characters. Remove them.",
	},
	{
		func(n string) bool { return strings.IndexByte(n, '\xa0') >= 0 }, hcl.DiagError, "Forbidden character in link name",
		"The kernel looks at bytes and takes 0xa0, which is a part of some letters, for a blank. Use ASCII letters.",
	},
	{
		func(n string) bool { return strings.Contains(n, "%") }, hcl.DiagError, "Forbidden character in link name",
		"The kernel puts a number in place of %d, and network managers refuse the percent sign. Remove it.",
	},
	{
		func(n string) bool { return n == "all" || n == "default" }, hcl.DiagError, "Reserved link name",
		"The kernel keeps the settings of all links and of new ones under these names. Choose another.",
	},
	{
		func(n string) bool { return n == "bonding_masters" }, hcl.DiagError, "Reserved link name",
		"The bonding driver has a file of that name where links are listed. Choose another.",
	},
	{
		func(n string) bool { return n == "lo" }, hcl.DiagError, "Reserved link name",
		"lo is the loopback link, which every host has and no bond can enslave. Choose another.",
	},
	{
		func(n string) bool { return strings.Trim(n, "0123456789") == "" }, hcl.DiagWarning, "Unwise link name",
		"systemd-networkd ignores links whose names are all digits, and ip(8) takes them for numbers. Add a letter.",
	},
	{
		func(n string) bool { return strings.HasPrefix(n, "-") }, hcl.DiagWarning, "Unwise link name",
		"Commands take a name that starts with a hyphen for an option. Choose another.",
	},
	{
		func(n string) bool { return strings.ContainsFunc(n, isOutsideCommonSet) }, hcl.DiagWarning, "Unwise link name",
		"Only ASCII letters, digits, dots, hyphens and underscores are understood everywhere: " +
			"systemd-networkd and netplan refuse other letters, and shells give meaning to other signs. Rename it.",
	},
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func isOutsideCommonSet(r rune) bool {
	return !isASCIILetterOrDigit(r) && !strings.ContainsRune("._-", r)
}

func isASCIILetterOrDigit(r rune) bool {
	return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9')
}

// linkNames checks every name that a link has, and that no two have the same.
func (f *finder) linkNames() {
	for _, c := range f.carriers {
		f.linkName(c.name, c.place)
		if first := f.byName[c.name]; first != c && !sameVLAN(first, c) {
			f.refuse(c.place, "Duplicate link name", "%q is already the name of the %s at %s. Rename one of the two, or merge the blocks.",
				c.name, first.what, where(first.place))
		}
		if c.isBond() {
			f.bondName(c)
		}
	}
	for _, b := range f.doc.Bonds {
		for _, slave := range b.Slaves {
			f.linkName(slave.Name.Value, slave.Name.Range)
		}
	}
}

// scripts are the kinds of links that RHEL's network-scripts bring up by
// scripts of their own (ifup-KIND); they know the kind by the name without
// its digits.
var scripts = []string{"aliases", "bnep", "ippp", "plip", "ppp", "routes", "sit", "sl", "tunnel", "wireless"}

// bondName: some programs tell by its name what a link is.
func (f *finder) bondName(c *carrier) {
	kind := strings.TrimRight(c.name, "0123456789")
	switch {
	case looksLikeVLAN(c.name):
		f.warn(c.place, "Unwise link name", "ifupdown takes %q for a VLAN and makes it on another link. Choose another name.", c.name)
	case slices.Contains(scripts, kind):
		f.warn(c.place, "Unwise link name", "RHEL's network-scripts bring up %q by the script ifup-%s, which makes no bond. Choose another name.", c.name, kind)
	}
}

func (f *finder) linkName(name string, place hcl.Range) {
	for _, rule := range nameRules {
		if rule.against(name) {
			f.report(rule.severity, place, rule.summary, fmt.Sprintf("%q: %s", name, rule.why))
			return
		}
	}
}

// sameVLAN tells whether the names are equal because the VLANs are, which has
// a finding of its own.
func sameVLAN(a, b *carrier) bool {
	return a.parent != nil && a.parent == b.parent && a.vlan.ID.Value == b.vlan.ID.Value
}

// looksLikeVLAN tells whether interfaces(5) would read the name as that of a
// VLAN: a dot with digits at its end, or vlan with digits.
func looksLikeVLAN(name string) bool {
	digits, isVLAN := strings.CutPrefix(name, "vlan")
	if dot := strings.LastIndexByte(name, '.'); dot > 0 {
		digits, isVLAN = name[dot+1:], true
	}
	return isVLAN && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// where names a place for a sentence about another one.
func where(place hcl.Range) string {
	if place.Filename == "" {
		return "another place"
	}
	return fmt.Sprintf("%s:%d", place.Filename, place.Start.Line)
}

// peerName checks the name that pon(1) is called with: pppd refuses to read
// options from outside its directory.
func (f *finder) peerName(c *carrier) {
	if c.link == nil || !c.link.Peer.Known() {
		return
	}
	peer := c.link.Peer
	if peer.Value == "" || strings.HasPrefix(peer.Value, "/") || strings.Contains(peer.Value, "..") ||
		strings.ContainsFunc(peer.Value, isControl) || strings.ContainsAny(peer.Value, " ") {
		f.refuse(peer.Range, "Unsuitable peer name", "peer is the name of a file in /etc/ppp/peers, without blanks or a path to elsewhere.")
	}
}
