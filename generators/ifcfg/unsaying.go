package ifcfg

import (
	"regexp"
	"slices"
	"strings"
)

// unsaying are variables that say nothing new with the value given, or with
// any where none is.
type unsaying map[string]string

// ofLink are those of a link's file.
var ofLink = unsaying{
	"NAME": "", "UUID": "", "TYPE": "", "HWADDR": "", "BONDING_MASTER": "", "VLAN": "", "NM_CONTROLLED": "", "USERCTL": "no",
	"HOTPLUG": "yes", "NETWORK": "", "NETMASK": "", "PROXY_METHOD": "none", "BROWSER_ONLY": "no", "IPV4_FAILURE_FATAL": "no",
	"IPV6_FAILURE_FATAL": "no", "IPV6_ADDR_GEN_MODE": "", "IPV6_PRIVACY": "no", "NOZEROCONF": "", "IPV6FORWARDING": "",
	"ONBOOT": "yes", "DEFROUTE": "yes", "PEERDNS": "yes", "PEERROUTES": "yes", "IPV6_DEFROUTE": "yes", "IPV6_PEERDNS": "yes",
	"IPV6_PEERROUTES": "yes", "WPA_ALLOW_WPA2": "yes", "REORDER_HDR": "yes", "SLAVE": "yes", "ONPARENT": "yes", "NO_ALIASROUTING": "",
	"PERSISTENT_DHCLIENT": "yes", "MAC_ADDRESS_RANDOMIZATION": "default", "ISALIAS": "no",
}

// ofHost are those of the file for all links.
var ofHost = unsaying{
	"NETWORKING": "yes", "NETWORKING_IPV6": "yes", "HOSTNAME": "", "NISDOMAIN": "", "NOZEROCONF": "", "VLAN": "", "NETWORKDELAY": "",
	"WAIT_UNTIL_REACHABLE": "", "IFDOWN_ON_SHUTDOWN": "", "PEERNTP": "", "NTPSERVERARGS": "", "DEPRECATION_WARNING_ISSUED": "",
	"FORWARD_IPV4": "", "IPV6FORWARDING": "", "IPV6_AUTOCONF": "yes", "IPV6_AUTOTUNNEL": "no", "IPV6_ROUTER": "", "NM_CONTROLLED": "",
	"IPV6INIT": "", // it is looked up for each link that does not say
}

// ofSlave are those that have no effect in a slave's file, which has no IP.
var ofSlave = []string{
	"DEFROUTE", "PEERDNS", "PEERROUTES", "IPV6INIT", "IPV6_AUTOCONF", "IPV6_DISABLED", "IPV6_DEFROUTE", "IPV6_PEERDNS", "IPV6_PEERROUTES",
	"IPV6_PRIVACY", "IPV4_FAILURE_FATAL", "IPV6_FAILURE_FATAL", "DHCPV6C",
}

// numbered are the variables of numbered addresses.
var numbered = regexp.MustCompile(`^(NETMASK|NETWORK)[0-9]+$`)

// says tells whether a variable says more than nothing.
func (u unsaying) says(v *variable) bool {
	usual, known := u[strings.TrimRight(v.key, "0123456789")]
	if !numbered.MatchString(v.key) {
		usual, known = u[v.key]
	}
	return !known || usual != "" && !sameWord(v.value, usual)
}

// sameWord tells whether two words are one, such as 1 and yes.
func sameWord(value, usual string) bool {
	value = strings.ToLower(value)
	for _, words := range [][]string{yesWords, noWords} {
		if slices.Contains(words, value) && slices.Contains(words, usual) {
			return true
		}
	}
	return value == usual || value == ""
}

// leftovers reports what no one has read.
func (c *config) leftovers(u unsaying) {
	for _, v := range c.vars {
		if !v.used && u.says(v) {
			c.report.NotUnderstood(v.path, v.line, "A document cannot say "+v.key+" so.")
		}
	}
}
