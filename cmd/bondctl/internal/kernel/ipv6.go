package kernel

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// IPv6 is how the kernel configures IPv6 on a link by itself: settings by the names
// that Documentation/networking/ip-sysctl.rst has for them. In a change, those that
// are not named stay.
type IPv6 map[string]uint32

// The settings that bondctl knows of.
const (
	// AcceptRA is 0 to ignore router advertisements, 1 to heed them unless the host
	// forwards packets, 2 to heed them always.
	AcceptRA = "accept_ra"
	// Autoconf is 1 to make addresses of the prefixes that are advertised.
	Autoconf = "autoconf"
	// AdvertisedMetric is that of the default routes that are advertised (Linux 5.12).
	AdvertisedMetric = "ra_defrtr_metric"
	// DisableIPv6 is 1 to keep IPv6 off the link.
	DisableIPv6 = "disable_ipv6"
)

// Is tells whether a link that is configured in this way is as wanted. What the
// kernel does not tell, it does not know.
func (now IPv6) Is(want IPv6) bool {
	for setting, value := range want {
		if has, ok := now[setting]; ok && has != value {
			return false
		}
	}
	return true
}

// String lists the settings: "accept_ra 2, autoconf 1".
func (now IPv6) String() string {
	var parts []string
	for _, s := range ipv6Settings {
		if value, ok := now[s.name]; ok {
			parts = append(parts, fmt.Sprintf("%s %d", s.name, value))
		}
	}
	return strings.Join(parts, ", ")
}

// ipv6Settings are these, with their places in IFLA_INET6_CONF (DEVCONF_*,
// include/uapi/linux/ipv6.h), in the order in which they are set: with the last the
// kernel asks for routers by itself.
var ipv6Settings = []struct {
	name  string
	place int
}{{AcceptRA, 3}, {Autoconf, 5}, {AdvertisedMetric, 52}, {DisableIPv6, 26}}

const (
	// inet6Conf is IFLA_INET6_CONF (include/uapi/linux/if_link.h): 4 bytes for each.
	inet6Conf     = 2
	inet6ConfSize = 4
)

// decodeIPv6 reads an IFLA_AF_SPEC, nil for a link without IPv6.
func decodeIPv6(spec []byte) (IPv6, error) {
	families, err := parseAttrs(spec)
	for _, family := range families {
		if family.Number != unix.AF_INET6 {
			continue
		}
		attrs, err := parseAttrs(family.Data)
		for _, a := range attrs {
			if a.Number == inet6Conf {
				return readConf(a.Data), err
			}
		}
		return nil, err
	}
	return nil, err
}

func readConf(conf []byte) IPv6 {
	now := IPv6{}
	for _, s := range ipv6Settings {
		if at := s.place * inet6ConfSize; at+inet6ConfSize <= len(conf) { // an older kernel has fewer
			now[s.name] = native.Uint32(conf[at:])
		}
	}
	return now
}

// SetIPv6 implements [Links]. A kernel that does not know a setting goes without.
func (h *Host) SetIPv6(name string, want IPv6) error {
	if _, err := h.index(name); err != nil {
		return about("configure IPv6 on "+name, err)
	}
	for _, s := range ipv6Settings {
		value, ok := want[s.name]
		if !ok {
			continue
		}
		if err := writeConf(name, s.name, value); err != nil {
			return about(fmt.Sprintf("set %s of %s to %d", s.name, name, value), err)
		}
	}
	if want[AcceptRA] != 0 {
		h.again(func() { solicit(name) })
	}
	return nil
}

// writeConf writes one setting of a link, and makes no file.
func writeConf(link, setting string, value uint32) error {
	f, err := os.OpenFile("/proc/sys/net/ipv6/conf/"+link+"/"+setting, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(strconv.FormatUint(uint64(value), 10))
	return errors.Join(err, f.Close())
}
