package manager

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
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
	// clients keep DHCP clients, stations keeps those that join networks; the
	// latter's path is empty where the files have no word for Wi-Fi.
	clients  leasers
	stations keeper
	// joining is the command line of a link's station, which reads a file.
	joining func(link string) []string
	// metric finds in a link's file what the IPv4 client's script reads there of the
	// metric; nil where the command line says it.
	metric func(link string, file plan.Step) (was, is string)
	// configures is how the scripts have the kernel configure IPv6 on a link.
	configures func(schema.Network) kernel.IPv6
	observe    func() (*kernel.State, error)
	// begun is set once a change has begun, whose own steps see to the programs.
	begun bool
}

// newScripted has the programs of the host below root run by their own ways.
func newScripted(name, root string, list leasers) scripted {
	host := Host{Root: os.DirFS(root)}
	s := scripted{
		name:     name,
		clients:  list,
		stations: keeper{root: root, host: host, run: run, signal: tell},
		observe: func() (*kernel.State, error) {
			k, err := kernel.Open()
			if err != nil {
				return nil, err
			}
			defer k.Close()
			return k.Observe()
		},
	}
	for i := range list {
		c := &list[i]
		c.root, c.host, c.run, c.signal = root, host, run, tell
		c.there = host.any(strings.TrimPrefix(c.path, "/"))
	}
	return s
}

// prepare has the clients wait for what they need, and the kernel take back what is
// its own.
func (s *scripted) prepare() {
	for i := range s.clients {
		c := &s.clients[i]
		if c.family == schema.IPv6 {
			c.ready = s.awaitLinkLocal
		}
		if c.name == dhcpcd {
			c.ended = c.configuresItself
		}
	}
}

// tell sends a process a signal.
func tell(pid int, signal syscall.Signal) error { return unix.Kill(pid, signal) }

// Insists implements [Leader].
func (*scripted) Insists() bool { return false }

// canTake refuses what can be done only by a boot, or not by the programs that are there.
func (s *scripted) canTake(doc *schema.Document) error {
	var errs []error
	leases(doc, func(link string, ip *schema.IP) { errs = append(errs, s.canLease(link, ip.Family)) })
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

func (s *scripted) canJoin(link string) error {
	runs, there := s.stations.runs(link)
	switch {
	case s.stations.path == "":
		return fmt.Errorf("%s: %s know no WPA, and cannot join its network: have NetworkManager take up the files, or name another backend with --backend", link, s.name)
	case !s.stations.host.any(strings.TrimPrefix(s.stations.path, "/")):
		return fmt.Errorf("%s: %s is not there, which joins the network: install wpasupplicant", link, s.stations.path)
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

// leases visits what the links of a document lease, but for dialled ones.
func leases(doc *schema.Document, visit func(link string, ip *schema.IP)) {
	for link, n := range networks(doc) {
		for _, ip := range []*schema.IP{n.IPv4, n.IPv6} {
			if ip != nil && ip.DHCP.Or(false) {
				visit(link, ip)
			}
		}
	}
}

// Carry implements [Leader].
func (s *scripted) Carry(ctx context.Context, c plan.Change) error {
	switch c.Verb { //nolint:exhaustive // no other is led
	case plan.Lease, plan.EndLease:
		return s.lease(ctx, c)
	case plan.EndProgram:
		return s.EndPrograms(ctx, []string{c.Link})
	case plan.Activate:
		return s.stations.begin(ctx, c.Link, c.Words)
	case plan.Forget:
		return s.stations.end(ctx, c.Link)
	}
	return nil
}

// lease has a client lease addresses for a link, or end.
func (s *scripted) lease(ctx context.Context, c plan.Change) error {
	client, ok := s.clients.keeping(c.Files[0])
	if !ok {
		return fmt.Errorf("%s runs no %s that keeps its number in %s", s.name, c.By, c.Files[0])
	}
	if c.Verb == plan.EndLease {
		return client.end(ctx, c.Link)
	}
	if err := client.begin(ctx, c.Link, c.Words); err != nil {
		return err
	}
	return s.awaitLease(ctx, c.Link, client.family)
}

// resolvers is the file into which dhclient-script(8) and dhcpcd-run-hooks(8) write
// the name servers of a lease, where no hook has another place for them.
const resolvers = "/etc/resolv.conf"

// Writes implements [Writer]. A symbolic link leads to a file of somebody else's,
// whose hook the client has then.
func (s *scripted) Writes(changes []plan.Change) []string {
	info, err := fs.Lstat(s.stations.host.Root, strings.TrimPrefix(resolvers, "/"))
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

// awaitLease waits until a link has an address of a family that is not for ever, and
// that no other host has; one that is leased by DHCPv6 is a network of its own (RFC
// 5942, section 4).
func (s *scripted) awaitLease(ctx context.Context, link string, family schema.Family) error {
	return s.awaitAddress(ctx, leaseLimit, link, func(a kernel.Address) bool {
		leased := family == schema.IPv4 || a.Prefix.IsSingleIP()
		return schema.FamilyOf(a.Prefix.Addr()) == family && leased && a.Flags&(unix.IFA_F_PERMANENT|unix.IFA_F_TENTATIVE) == 0
	})
}

// linkLocalLimit is how long ifupdown lets a link look for others with the
// link-local address that it has given itself (wait-for-ll6.sh).
const linkLocalLimit = 6 * time.Second

// awaitLinkLocal waits until a link has that address, without which dhclient gives up.
func (s *scripted) awaitLinkLocal(ctx context.Context, link string) error {
	return s.awaitAddress(ctx, linkLocalLimit, link, func(a kernel.Address) bool {
		return a.Prefix.Addr().Is6() && a.Prefix.Addr().IsLinkLocalUnicast() && a.Flags&unix.IFA_F_TENTATIVE == 0
	})
}

// awaitAddress waits a while for an address of a link, and goes on without.
func (s *scripted) awaitAddress(ctx context.Context, limit time.Duration, link string, is func(kernel.Address) bool) error {
	err := await(ctx, limit, func() bool {
		state, err := s.observe()
		return err != nil || slices.ContainsFunc(state.Addresses, func(a kernel.Address) bool { return a.Link == link && is(a) })
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
	var errs []error
	for _, c := range s.clients {
		back := comeback{c.keeper, c.dropping, known.Clients}
		errs = append(errs, back.restore(ctx, links))
	}
	back := comeback{s.stations, unix.SIGTERM, known.Stations}
	errs = append(errs, back.restore(ctx, links))
	for _, link := range links {
		errs = append(errs, s.stations.configure(link, known.Autoconf[link]))
	}
	return errors.Join(errs...)
}

// comeback has those programs of a keeper run again that ran before, and no others.
type comeback struct {
	keeper
	// ending is the signal for those that did not run.
	ending syscall.Signal
	before []Daemon
}

func (b comeback) restore(ctx context.Context, links []string) error {
	now := b.running()
	var errs []error
	for _, link := range links {
		was, ran := b.of(b.before, link)
		switch is, runs := b.of(now, link); {
		case ran && (!runs || is.PID != was.PID):
			errs = append(errs, b.begin(ctx, link, was.Words))
		case !ran && runs:
			errs = append(errs, b.endBy(ctx, link, b.ending))
		}
	}
	return errors.Join(errs...)
}
