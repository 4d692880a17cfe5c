package manager

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// dhcpcd, as ifupdown runs it, looks after a link's IPv6 too. It tells the kernel
// not to (if_setup_inet6 in src/if-linux.c of dhcpcd 10), and leaves that so when it
// ends, together with the routes that it has made of advertisements.

// autoconf is how the kernel configures IPv6 on a link by itself: settings and their
// values.
type autoconf map[string]string

// addressMode is how a link-local address is made.
const addressMode = "addr_gen_mode"

// autoconfSettings are these settings (ip-sysctl of the kernel's documentation) in
// the order in which they are given back: with the last two the kernel makes a
// link-local address, and asks for routers.
var autoconfSettings = []string{kernel.AcceptRA, kernel.Autoconf, kernel.AdvertisedMetric, kernel.DisableIPv6, addressMode}

// usualLink is where the kernel keeps what a new link gets.
const usualLink = "default"

func autoconfPath(link, setting string) string {
	return "proc/sys/net/ipv6/conf/" + link + "/" + setting
}

// autoconf reads them; a kernel without IPv6 has none.
func (h Host) autoconf(link string) autoconf {
	found := autoconf{}
	for _, setting := range autoconfSettings {
		if value, err := fs.ReadFile(h.Root, autoconfPath(link, setting)); err == nil {
			found[setting] = strings.TrimSpace(string(value))
		}
	}
	return found
}

// configuresItself has the kernel configure IPv6 on a link as it does on a new one, as
// far as dhcpcd has changed that.
func (k keeper) configuresItself(link string) error {
	usual := k.host.autoconf(usualLink)
	for _, untouched := range []string{kernel.AdvertisedMetric, kernel.DisableIPv6} {
		delete(usual, untouched)
	}
	return k.configure(link, usual)
}

// configure has the kernel configure IPv6 on a link by these settings. A link that
// is gone has none.
func (k keeper) configure(link string, want autoconf) error {
	now := k.host.autoconf(link)
	for _, setting := range autoconfSettings {
		if value, ok := want[setting]; !ok || value == now[setting] {
			continue
		}
		name := filepath.Join(k.root, autoconfPath(link, setting))
		if err := rewrite(name, want[setting]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("having the kernel configure IPv6 on %s as before: %w", link, err)
		}
	}
	return nil
}

// rewrite writes a setting, and makes no file.
func rewrite(name, value string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value + "\n")
	return errors.Join(err, f.Close())
}

// leftOver removes the routes that dhcpcd has made of advertisements on a link, and
// that are nobody's when it has ended.
func leftOver(state *kernel.State, link string) []plan.Change {
	var changes []plan.Change
	for _, r := range state.Routes {
		if r.Link == link && r.To.Addr().Is6() && r.Protocol == unix.RTPROT_RA {
			changes = append(changes, plan.Change{Verb: plan.RemoveRoute, Link: link, Route: r, Effect: plan.InPlace})
		}
	}
	return slices.Clip(changes)
}
