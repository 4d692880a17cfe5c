package manager

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// scripted is what ifupdown and network-scripts have in common: links are
// brought up by scripts, which run for some a DHCP client or wpa_supplicant.
// bondctl changes the links itself, and runs these programs as the scripts do,
// so that those find them again.
type scripted struct {
	name string
	// client keeps DHCP clients, stations keeps those that join networks; the
	// latter's program is empty where the files have no word for Wi-Fi.
	client, stations keeper
	// leasing is the command line of a link's client, with a metric of its routes or
	// without; joining that of its station, which reads a file.
	leasing func(link string, metric schema.Attr[int]) []string
	joining func(link string) []string
	// metric finds in a link's file what the client's script reads there of the
	// metric; nil where the command line says it.
	metric  func(link string, file plan.Step) (was, is string)
	observe func() (*kernel.State, error)
	// begun is set once a change has begun, whose own steps see to the programs.
	begun bool
}

// dhclientProgram is the path that inet.defn of ifupdown 0.8 and ifup-eth have it by.
const dhclientProgram = "/sbin/dhclient"

// newScripted has the programs of the host below root run by their own ways.
func newScripted(name, root, clientPrefix string) scripted {
	host := Host{Root: os.DirFS(root)}
	return scripted{
		name:   name,
		client: keeper{program: dhclientProgram, prefix: clientPrefix, atOnce: "-nw", root: root, host: host, run: run, signal: tell},
		observe: func() (*kernel.State, error) {
			k, err := kernel.Open()
			if err != nil {
				return nil, err
			}
			defer k.Close()
			return k.Observe()
		},
	}
}

// tell sends a process a signal.
func tell(pid int, signal syscall.Signal) error { return unix.Kill(pid, signal) }

// Insists implements [Leader].
func (*scripted) Insists() bool { return false }

// canTake refuses what can be done only by a boot, or not by the programs that are there.
func (s *scripted) canTake(doc *schema.Document) error {
	var errs []error
	networks(doc, func(link string, n schema.Network) { errs = append(errs, s.canLease(link, n)) })
	for _, l := range doc.Links {
		if l.Kind == schema.PPP {
			errs = append(errs, fmt.Errorf("%s: this version cannot have a link dialled on a running host", l.Name.Value))
		}
	}
	for _, link := range doc.Stations() {
		errs = append(errs, s.canJoin(link))
	}
	return errors.Join(errs...)
}

func (s *scripted) canLease(link string, n schema.Network) error {
	switch {
	case n.IPv6 != nil && n.IPv6.DHCP.Or(false):
		return fmt.Errorf("%s: this version cannot have %s lease an IPv6 address on a running host: write its files with apply --root DIR, then boot", link, s.name)
	case n.IPv4 == nil || !n.IPv4.DHCP.Or(false):
		return nil
	case !s.client.host.any(strings.TrimPrefix(dhclientProgram, "/")):
		return fmt.Errorf("%s: this version has %s lease an address by dhclient, which is not there: install isc-dhcp-client, or write its files with apply --root DIR, then boot", link, s.name)
	}
	return nil
}

func (s *scripted) canJoin(link string) error {
	runs, there := daemonOf(s.stations.running(), link)
	switch {
	case s.stations.program == "":
		return fmt.Errorf("%s: %s know no WPA, and cannot join its network: have NetworkManager take up the files, or name another backend with --backend", link, s.name)
	case !s.stations.host.any(strings.TrimPrefix(s.stations.program, "/")):
		return fmt.Errorf("%s: %s is not there, which joins the network: install wpasupplicant", link, s.stations.program)
	case there && !readsFile(runs.Words) && !s.knows(link):
		return fmt.Errorf("%s: its wpa_supplicant reads no file, and what it was told no stanza says by fields of a network such as wpa-ssid: it could not be brought back to that; have wpa-conf name a file instead, then ifdown %s and ifup %s", link, link, link)
	}
	return nil
}

// knows tells whether the stanzas say what a station joins.
func (s *scripted) knows(link string) bool {
	_, ok := s.stations.host.network(link)
	return ok
}

// networks visits the links of a document that carry addresses, but for dialled ones.
func networks(doc *schema.Document, visit func(link string, n schema.Network)) {
	all := func(link string, n schema.Network, vlans []*schema.VLAN) {
		visit(link, n)
		for _, v := range vlans {
			visit(v.Name(link), v.Network)
		}
	}
	for _, b := range doc.Bonds {
		all(b.Name.Value, b.Network, b.VLANs)
	}
	for _, l := range doc.Links {
		if l.Kind != schema.PPP {
			all(l.Name.Value, l.Network, l.VLANs)
		}
	}
}

// Carry implements [Leader].
func (s *scripted) Carry(ctx context.Context, c plan.Change) error {
	switch c.Verb { //nolint:exhaustive // no other is led
	case plan.Lease:
		if err := s.client.begin(ctx, c.Link, c.Words); err != nil {
			return err
		}
		return s.awaitLease(ctx, c.Link)
	case plan.EndLease:
		return s.client.end(ctx, c.Link)
	case plan.EndProgram:
		return s.EndPrograms(ctx, []string{c.Link})
	case plan.Activate:
		return s.stations.begin(ctx, c.Link, c.Words)
	case plan.Forget:
		return s.stations.end(ctx, c.Link)
	}
	return nil
}

// resolvers is the file into which dhclient-script(8) writes the name servers of a
// lease, where no hook has another place for them.
const resolvers = "/etc/resolv.conf"

// Writes implements [Writer]. A symbolic link leads to a file of somebody else's,
// whose hook dhclient-script has then.
func (s *scripted) Writes(changes []plan.Change) []string {
	info, err := fs.Lstat(s.client.host.Root, strings.TrimPrefix(resolvers, "/"))
	leases := slices.ContainsFunc(changes, func(c plan.Change) bool { return c.Verb == plan.Lease })
	if !leases || err == nil && !info.Mode().IsRegular() {
		return nil
	}
	return []string{resolvers}
}

// leaseLimit is how long a server may take to answer before the change goes on
// without: a lease comes when it comes, and the guard's verifiers tell what it is
// needed for.
const leaseLimit = 10 * time.Second

// awaitLease waits until a link has an address that is not for ever.
func (s *scripted) awaitLease(ctx context.Context, link string) error {
	err := await(ctx, leaseLimit, func() bool {
		state, err := s.observe()
		return err != nil || slices.ContainsFunc(state.Addresses, func(a kernel.Address) bool {
			return a.Link == link && a.Prefix.Addr().Is4() && a.Flags&unix.IFA_F_PERMANENT == 0
		})
	})
	if ctx.Err() != nil {
		return err
	}
	return nil
}

// restore has the programs run again that ran, and no others. One that was
// started anew meanwhile has read other files, or lost its link.
func (s *scripted) restore(ctx context.Context, links []string, known scriptedMemory) error {
	if s.begun {
		return nil
	}
	return errors.Join(bringBack(ctx, s.client, links, known.Clients), bringBack(ctx, s.stations, links, known.Stations))
}

func bringBack(ctx context.Context, k keeper, links []string, before []Daemon) error {
	now := k.running()
	var errs []error
	for _, link := range links {
		was, ran := daemonOf(before, link)
		switch is, runs := daemonOf(now, link); {
		case ran && (!runs || is.PID != was.PID):
			errs = append(errs, k.begin(ctx, link, was.Words))
		case !ran && runs:
			errs = append(errs, k.end(ctx, link))
		}
	}
	return errors.Join(errs...)
}

// metricWord is how a client's script is told the metric of its routes.
func metricWord(metric schema.Attr[int]) []string {
	if !metric.Known() {
		return nil
	}
	return []string{"-e", "IF_METRIC=" + strconv.Itoa(metric.Value)}
}
