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

// newScripts are network-scripts below root. The client is run as ifup-eth runs
// it (initscripts 9 and 10); /var/run is /run. The metric of its routes its script
// finds in the link's file.
func newScripts(root string) *scripts {
	m := &scripts{newScripted(networkScripts, root, leasers{{
		keeper: keeper{program: scriptsDhclient, path: dhclientPath, atOnce: "-nw"},
		family: schema.IPv4, packaged: dhclientPackage, dropping: unix.SIGTERM,
		leasing: func(link string, _ schema.Attr[int]) []string {
			return []string{dhclientPath, "-1", "-q", "-lf", "/var/lib/dhclient/dhclient-" + link + ".lease", "-pf", scriptsDhclient.file(link), link}
		},
	}})}
	m.metric = func(link string, file plan.Step) (was, is string) {
		if file.Path != dirScripts+"ifcfg-"+link {
			return "", ""
		}
		return metricOf(file.Old), metricOf(file.New)
	}
	return m
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
