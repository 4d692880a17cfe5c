package manager

import (
	"context"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// scripts are RHEL's network-scripts, which keep no record of what they have
// brought up: ifdown and ifup look at the kernel, and for a link's DHCP client at
// the file with its number.
type scripts struct{ scripted }

var _ Writer = (*scripts)(nil)

// newScripts are network-scripts below root. The metric of an IPv4 lease's routes
// the client's script finds in the link's file.
func newScripts(root string) *scripts {
	m := &scripts{newScripted(networkScripts, root, scriptsLeasers())}
	m.prepare()
	m.configures = ifcfgConfigures
	m.metric = func(link string, file plan.Step) (was, is string) {
		if file.Path != dirScripts+"ifcfg-"+link {
			return "", ""
		}
		return metricOf(file.Old), metricOf(file.New)
	}
	return m
}

// scriptsPackage has ISC's client since RHEL 8.
const scriptsPackage = "dhcp-client"

// scriptsLeasers are the clients that ifup-eth runs (initscripts 9 and 10, where
// /var/run is /run): one of ISC's for each family.
func scriptsLeasers() leasers {
	return leasers{
		{
			keeper: keeper{program: scriptsDhclient, path: dhclientPath, atOnce: "-nw"},
			family: schema.IPv4, packaged: scriptsPackage, dropping: unix.SIGTERM,
			leasing: func(link string, _ schema.Attr[int]) []string {
				return []string{dhclientPath, "-1", "-q", "-lf", scriptsLeases(dhclient, link), "-pf", scriptsDhclient.file(link), link}
			},
		},
		{
			keeper: keeper{program: scriptsDhclient6, path: dhclientPath, atOnce: "-nw"},
			family: schema.IPv6, packaged: scriptsPackage, dropping: unix.SIGTERM,
			leasing: func(link string, _ schema.Attr[int]) []string {
				return []string{dhclientPath, "-6", "-1", "-lf", scriptsLeases("dhclient6", link), "-pf", scriptsDhclient6.file(link), link}
			},
		},
	}
}

// scriptsLeases is where a client keeps a link's leases: of two names, that which
// ifup-eth prefers (generate_lease_file_name).
func scriptsLeases(name, link string) string {
	return "/var/lib/dhclient/" + name + "-" + link + ".leases"
}

// metricOf gives the line of an ifcfg file that has the metric of its default
// route, empty for none.
func metricOf(file *plan.File) string {
	if file == nil {
		return ""
	}
	for line := range strings.Lines(string(file.Content)) {
		if strings.HasPrefix(line, "METRIC=") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// Name implements [Manager].
func (*scripts) Name() string { return networkScripts }

// CanTake implements [Manager].
func (m *scripts) CanTake(doc *schema.Document, _ []string) error { return m.canTake(doc) }

// RouteProtocol implements [Manager]: ip route add says boot.
func (*scripts) RouteProtocol() uint8 { return unix.RTPROT_BOOT }

// Remember implements [Manager].
func (m *scripts) Remember(links []string) ([]byte, error) { return m.remember(links, nil) }

// Prepare implements [Manager].
func (*scripts) Prepare(context.Context) error { return nil }

// TakeUp implements [Manager].
func (*scripts) TakeUp(context.Context, *schema.Document, []string) error { return nil }

// Restore implements [Manager].
func (m *scripts) Restore(ctx context.Context, links []string, remembered []byte) error {
	known, err := recall(remembered)
	if err != nil {
		return err
	}
	return m.restore(ctx, links, known)
}
