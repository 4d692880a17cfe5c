// Package resolvers has the host ask the resolvers of the route that carries.
//
// Where systemd-resolved has /etc/resolv.conf, it is told over D-Bus and asks them
// before those of other links. Elsewhere they stand before the host's own in
// /etc/resolv.conf, between marks.
package resolvers

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
)

// resolvConf is the file that programs find their resolvers in (resolv.conf(5)).
const resolvConf = "/etc/resolv.conf"

// resolvedFiles are those by which /etc/resolv.conf leads to systemd-resolved
// (systemd-resolved.service(8), section "/etc/resolv.conf").
var resolvedFiles = []string{
	"/run/systemd/resolve/stub-resolv.conf", "/run/systemd/resolve/resolv.conf",
	"/usr/lib/systemd/resolv.conf", "/lib/systemd/resolv.conf",
}

// patience is what systemd-resolved may take for everything.
const patience = 2 * time.Second

// Config is where the resolvers of a host are looked after.
type Config struct {
	// Root is the directory of the host's files.
	Root string
	// Memory is the target path of the file that remembers what links had before.
	Memory string
	// BootID is that of this boot.
	BootID string
	// Dial connects to the system's bus. It is not called where nobody is to be told.
	Dial func(context.Context) (Bus, error)
}

// Bus is a connection to the bus.
type Bus interface {
	manager.Bus
	Close()
}

// Host is a host whose resolvers are looked after. It is for one goroutine.
type Host struct {
	root   string
	files  *hostfs.Root
	daemon daemon
}

// Open takes up what another process has left in use.
func Open(c Config) (*Host, error) {
	files, err := hostfs.Open(c.Root)
	if err != nil {
		return nil, err
	}
	h := &Host{root: c.Root, files: files, daemon: daemon{dial: c.Dial}}
	if err := h.daemon.remember(files, c.Memory, c.BootID); err != nil {
		return nil, errors.Join(err, files.Close())
	}
	return h, nil
}

// Close leaves in use what is in use.
func (h *Host) Close() error { return h.files.Close() }

// set is what is asked over a link; nothing where it names neither servers nor
// domains.
type set struct {
	link string
	// servers are asked in their order.
	servers []netip.Addr
	// search are domains that are tried after a name without dots.
	search []string
}

func (s set) empty() bool { return len(s.servers)+len(s.search) == 0 }

// UseResolvers has the host ask these servers over a link, and try these domains
// after a name without dots. What was in use before is given back; with neither
// servers nor domains the host has its own again.
//
// It restores what others have overwritten and changes nothing that is as it should
// be. It waits for the disk, and for systemd-resolved up to two seconds.
func (h *Host) UseResolvers(link string, servers []netip.Addr, search []string) error {
	wanted := set{link, servers, search}
	target, err := os.Readlink(filepath.Join(h.root, resolvConf))
	switch {
	case err != nil: // no link: a file, or nothing yet
		return errors.Join(h.daemon.use(set{}), h.write(wanted))
	case slices.Contains(resolvedFiles, absolute(target)):
		return h.daemon.use(wanted)
	case wanted.empty():
		return h.daemon.use(set{})
	}
	return errors.Join(h.daemon.use(set{}), fmt.Errorf(
		"%s leads to %s, which another program writes: put a file in its place, or have systemd-resolved run and link it to %s, or take the dns block of %s out of the document",
		resolvConf, target, resolvedFiles[0], wanted.link))
}

// absolute is where a link in the directory of resolvConf leads.
func absolute(target string) string {
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(resolvConf), target)
	}
	return filepath.Clean(target)
}
