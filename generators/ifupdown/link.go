package ifupdown

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// link is what all stanzas of one link say.
type link struct {
	name  string
	place hcl.Range
	// bond is set where something makes a bond of the link.
	bond bool
	// slaves are those that the link's own stanza names, master is the bond
	// that it is enslaved to.
	slaves []schema.Attr[string]
	master schema.Attr[string]
	// settings are options of a bond, slaveSettings those of a slave.
	settings, slaveSettings schema.Settings
	// module are options that a command gives to the driver's module.
	module schema.Settings
	// raised are links that a command sets up or down by themselves, and
	// starts those that one brings up by their stanzas.
	raised, starts []schema.Attr[string]
	network        schema.Network
	// noIPv6 is set where a command turns IPv6 off.
	noIPv6 bool
	// parent and id are set where the link is a VLAN.
	parent string
	id     int
	ppp    bool
	peer   schema.Attr[string]
	// negotiatesIPv6 is whether pppd is told to, or not to.
	negotiatesIPv6 schema.Attr[bool]
	// wpaConf names a file for wpa_supplicant, wpa are options in its stead.
	wpaConf schema.Attr[string]
	wpa     []option
	// bridge is where wpa_supplicant listens besides. Of a slave that is its
	// bond, for kernels before 2.6.30.
	bridge schema.Attr[string]
	// loopback is set for the link that every host has, foreign for one of a
	// kind that a document does not have, plain once a method was understood.
	loopback, foreign, plain bool
}

// linkReader reads one stanza into its link.
type linkReader struct {
	*link
	report *generators.Report
	block  *block
	// ip is the family's part of the link, nil where the method has none.
	ip *schema.IP
	// address and netmask wait for the end of the stanza, for the place before
	// those that the stanza's commands add; so does the parent of a VLAN, for
	// its number may stand below.
	address, netmask option
	first            int
	rawDevice        option
}

// readBlock adds what a stanza says to its link.
func readBlock(l *link, b *block, report *generators.Report) {
	r := &linkReader{link: l, report: report, block: b}
	if !r.begin() {
		return
	}
	for _, o := range b.options {
		r.option(o)
	}
	r.end()
}

// begin takes the method, and tells whether the options mean anything here.
func (r *linkReader) begin() bool {
	family, method := r.block.family, r.block.method
	switch {
	case method == "loopback" || r.name == loopback:
		r.ofLoopback()
		return false
	case family == "": // each address has its own
	case family == inet && method == ppp:
		r.ppp = true
	case family == inet && (method == static || method == dhcp || method == manual):
		r.ip = familyOf(&r.network.IPv4, schema.IPv4, r.block.place)
	case family == inet6 && (method == static || method == dhcp || method == auto):
		r.ip = familyOf(&r.network.IPv6, schema.IPv6, r.block.place)
	case family == inet6 && method == manual: // the kernel's own ways are the document's default
	default:
		r.refuse(r.block.place.Filename, r.block.place.Start.Line, "A document has nothing like the method "+method+" of "+family+".")
		return true
	}
	r.plain = true
	if r.ip != nil {
		r.first = len(r.ip.Addresses.Items)
	}
	if r.ip != nil && method == dhcp {
		r.ip.DHCP = placed(true, r.block.place)
	}
	if r.ip != nil && family == inet6 && method != static && !r.ip.AcceptRA.Set {
		r.ip.AcceptRA = placed(true, r.block.place)
	}
	return true
}

// loopback is the link that every host has, and that no document describes.
const loopback = "lo"

// ofLoopback reports what a stanza adds to the loopback.
func (r *linkReader) ofLoopback() {
	r.loopback = true
	for _, o := range r.block.options {
		r.notUnderstood(o, "is for the loopback, which a document does not describe")
	}
}

func familyOf(ip **schema.IP, family schema.Family, place hcl.Range) *schema.IP {
	if *ip == nil {
		*ip = &schema.IP{Family: family, Range: place}
	}
	return *ip
}

func (r *linkReader) end() {
	if r.rawDevice.value != "" {
		r.onDevice(r.rawDevice)
	} else if r.id != 0 && !r.isVLAN() {
		r.refuse(r.block.place.Filename, r.block.place.Start.Line, "A VLAN with a vlan-id has a "+rawDevice+".")
	}
	if r.isFree() && r.network.IPv4 == nil && r.network.IPv6 == nil {
		familyOf(&r.network.IPv4, schema.IPv4, r.block.place)
	}
	if r.address.value != "" {
		r.endAddress()
	}
}

// endAddress puts address and netmask together. A netmask wins over a prefix
// length, as it does in ifupdown; with neither, IPv4 has that of the address's
// class.
func (r *linkReader) endAddress() {
	text, length, _ := strings.Cut(r.address.value, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || !r.hasFamily(addr) {
		r.notUnderstood(r.address, "wants an address of "+cmp.Or(r.block.family, "IPv4 or IPv6"))
		return
	}
	length = cmp.Or(r.netmask.value, length)
	if length == "" && r.isFree() {
		length = strconv.Itoa(addr.BitLen())
	}
	bits, ok := prefixLength(length, addr)
	if !ok {
		r.notUnderstood(r.address, "wants a prefix length or netmask beside it")
		return
	}
	ip, at := r.ofAddress(addr), r.first
	if r.isFree() {
		at = len(ip.Addresses.Items)
	}
	addAddress(ip, at, netip.PrefixFrom(addr, bits), r.address)
}

func addAddress(ip *schema.IP, at int, prefix netip.Prefix, o option) {
	list := &ip.Addresses
	if !list.Set {
		list.Set, list.Range = true, o.place()
	}
	list.Items = slices.Insert(list.Items, at, placed(prefix, o.place()))
}

// prefixLength reads a length or a netmask in digits and dots.
func prefixLength(text string, addr netip.Addr) (bits int, ok bool) {
	if text == "" {
		return defaultLength(addr), true
	}
	if mask, err := netip.ParseAddr(text); err == nil && mask.Is4() && addr.Is4() {
		return maskLength(mask.As4())
	}
	bits, err := strconv.Atoi(text)
	return bits, err == nil && bits >= 0 && bits <= addr.BitLen()
}

// maskLength counts the leading ones of a mask that has no other ones.
func maskLength(mask [4]byte) (bits int, ok bool) {
	text := fmt.Sprintf("%08b%08b%08b%08b", mask[0], mask[1], mask[2], mask[3])
	ones := strings.TrimRight(text, "0")
	return len(ones), !strings.Contains(ones, "0")
}

func defaultLength(addr netip.Addr) int {
	switch first := addr.AsSlice()[0]; {
	case addr.Is6():
		return 64
	case first < 128:
		return 8
	case first < 192:
		return 16
	}
	return 24
}

// notUnderstood reports an option: why goes on from the option's name.
func (r *linkReader) notUnderstood(o option, why string) {
	r.refuse(o.path, o.line, o.key+" "+why+".")
}

func (r *linkReader) refuse(path string, line int, why string) {
	r.report.NotUnderstood(path, line, why)
}

// placed is a value that a file has at a place.
func placed[T any](value T, place hcl.Range) schema.Attr[T] {
	return schema.Attr[T]{Value: value, Set: true, Range: place}
}

// isSelf tells whether a word of a command is the link itself.
func (l *link) isSelf(word string) bool { return word == l.name || isIface(word) }

// isIface tells whether a word of a command is the variable that ifup sets to
// the link's name.
func isIface(word string) bool {
	return slices.Contains([]string{"$IFACE", "${IFACE}", `"$IFACE"`, `"${IFACE}"`}, word)
}
