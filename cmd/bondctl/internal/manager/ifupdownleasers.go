package manager

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// Where scripts have ISC's client, and what has it.
const (
	dhclientPath    = "/sbin/dhclient"
	dhclientPackage = "isc-dhcp-client"
)

// ifupdownLeasers are the clients that ifupdown 0.8 looks for, in its order (inet.defn,
// inet6.defn): for IPv6 it knows dhclient alone.
func ifupdownLeasers() leasers {
	return leasers{
		{
			keeper: keeper{program: ifupdownDhclient, path: dhclientPath, atOnce: "-nw"},
			family: schema.IPv4, packaged: dhclientPackage, leasing: dhclientWords, metricFlag: "-e", dropping: unix.SIGTERM,
		},
		{
			keeper: keeper{program: ifupdownUdhcpc, path: "/sbin/udhcpc"},
			family: schema.IPv4, dropping: unix.SIGTERM,
		},
		{
			keeper: keeper{program: ifupdownDhcpcd, path: "/sbin/dhcpcd", atOnce: "-b"},
			family: schema.IPv4, packaged: "dhcpcd-base", leasing: dhcpcdWords, metricFlag: "-m", dropping: unix.SIGALRM, leaves: leftOver,
		},
		{
			keeper: keeper{program: ifupdownDhclient6, path: dhclientPath, atOnce: "-nw"},
			family: schema.IPv6, packaged: dhclientPackage, leasing: dhclient6Words, dropping: unix.SIGTERM,
		},
	}
}

// leaseFile is where dhclient keeps a link's leases; each of the two clients of a link
// is told the other's, for they share an identifier.
func leaseFile(name, link string) string { return "/var/lib/dhcp/" + name + "." + link + ".leases" }

func dhclientWords(link string, metric schema.Attr[int]) []string {
	words := []string{
		dhclient, "-4", "-v", "-i", "-pf", ifupdownDhclient.file(link),
		"-lf", leaseFile(dhclient, link), "-I", "-df", leaseFile("dhclient6", link), link,
	}
	return append(words, metricWord(metric)...)
}

func dhclient6Words(link string, _ schema.Attr[int]) []string {
	return []string{
		dhclient, "-6", "-v", "-pf", ifupdownDhclient6.file(link),
		"-lf", leaseFile("dhclient6", link), "-I", "-df", leaseFile(dhclient, link), link,
	}
}

// dhcpcdWords are as [Host.dhcpcdWords] finds them in a stanza of the same document.
func dhcpcdWords(link string, metric schema.Attr[int]) []string {
	words := []string{dhcpcd}
	if metric.Known() {
		words = append(words, "-m", strconv.Itoa(metric.Value))
	}
	return append(words, link)
}

// metricWord is how dhclient's script is told the metric of its routes.
func metricWord(metric schema.Attr[int]) []string {
	if !metric.Known() {
		return nil
	}
	return []string{"-e", "IF_METRIC=" + strconv.Itoa(metric.Value)}
}
