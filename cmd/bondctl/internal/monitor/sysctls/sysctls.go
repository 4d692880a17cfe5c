// Package sysctls has the kernel's settings of the fallbacks' links as failing over
// needs them, and puts back what they were.
//
// A route whose link has lost its carrier is not used any more
// (ignore_routes_with_linkdown): the kernel alone takes the next default route.
// Neighbours are asked with an address of the link asked over (arp_announce): a
// gateway with a strict reverse path filter answers no other.
//
// The values of a link suffice, whatever "all" says: the kernel takes the link's
// own for ignore_routes_with_linkdown, and for arp_announce the greater of the
// two (include/linux/inetdevice.h and ip6_ignore_linkdown in include/net/addrconf.h).
package sysctls

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/ledger"
)

// settings are what each link gets.
var settings = []setting{
	{"ipv4", "ignore_routes_with_linkdown", "1"},
	{"ipv6", "ignore_routes_with_linkdown", "1"},
	{"ipv4", "arp_announce", "2"},
}

type setting struct{ family, name, value string }

// path is where the kernel has the setting of a link: that of the network namespace
// of the thread that opens it.
func (s setting) path(link string) string {
	return filepath.Join("/proc/sys/net", s.family, "conf", link, s.name)
}

// key is a setting of a link that lives as long as its index does, whatever its name.
type key struct {
	Link   int    `json:"link"`
	Family string `json:"family"`
	Name   string `json:"name"`
}

// old is a value that was changed.
type old struct {
	key
	Value string `json:"value"`
}

// Keeper changes the settings in one network namespace. It is for one goroutine.
type Keeper struct {
	old *ledger.Ledger[old]
	// set are those that this keeper has looked after once. If another hand changes
	// one later it is not fought over.
	set map[key]bool
}

// Open takes up what another keeper of the same boot remembered in the file at a
// target path.
func Open(files *hostfs.Root, path, boot string) (*Keeper, error) {
	remembered, err := ledger.Open[old](files, path, boot)
	if err != nil {
		return nil, err
	}
	return &Keeper{old: remembered, set: map[key]bool{}}, nil
}

// Prepare sets what it has not yet set of these links, by their names, and puts back
// what it set of others. A link that is missing is passed over: after it was made,
// and each time that it is made anew, Prepare must be called again. Every value to be
// changed is on disk before.
//
// A value that is not the one set here is another hand's and is not put back.
func (k *Keeper) Prepare(links []string) error {
	found, err := net.Interfaces()
	if err != nil {
		return fmt.Errorf("list the links: %w", err)
	}
	remembered, back := k.giveBack(links, found)
	wanted, look := k.changes(links, found)
	for _, c := range wanted {
		remembered = append(slices.DeleteFunc(remembered, func(o old) bool { return o.key == c.key }), c.old)
	}
	if err := k.remember(remembered); err != nil {
		return errors.Join(back, look, fmt.Errorf("remember the settings of the links: %w; they were not changed", err))
	}
	errs := []error{back, look}
	for _, c := range wanted {
		bad := write(c.setting, c.link, c.setting.value)
		k.set[c.key] = bad == nil
		errs = append(errs, bad)
	}
	return errors.Join(errs...)
}

// Restore puts everything back.
func (k *Keeper) Restore() error { return k.Prepare(nil) }

// remember writes what has changed.
func (k *Keeper) remember(entries []old) error {
	if slices.Equal(entries, k.old.Entries()) {
		return nil
	}
	return k.old.Write(entries)
}

// giveBack puts back what links other than these were, and gives what stays
// remembered: that of these links, and what could not be put back.
func (k *Keeper) giveBack(links []string, found []net.Interface) (kept []old, err error) {
	for _, o := range k.old.Entries() {
		i := slices.IndexFunc(found, func(l net.Interface) bool { return l.Index == o.Link })
		switch {
		case i < 0: // it took its settings with it
		case slices.Contains(links, found[i].Name):
			kept = append(kept, o)
		default:
			bad := o.putBack(found[i].Name)
			if bad != nil {
				kept = append(kept, o)
			}
			delete(k.set, o.key)
			err = errors.Join(err, bad)
		}
	}
	return kept, err
}

func (o old) putBack(link string) error {
	i := slices.IndexFunc(settings, func(s setting) bool { return s.family == o.Family && s.name == o.Name })
	if i < 0 {
		return nil // of a version that set more
	}
	now, err := read(settings[i], link)
	if err != nil || now != settings[i].value {
		return err
	}
	return write(settings[i], link, o.Value)
}

// change is a setting of a link that has another value.
type change struct {
	setting setting
	link    string
	old
}

// changes lists what is to be set. What has the value already is not ours to put
// back, unless it is remembered from before.
func (k *Keeper) changes(links []string, found []net.Interface) (list []change, err error) {
	for _, l := range found {
		if !slices.Contains(links, l.Name) {
			continue
		}
		for _, s := range settings {
			of := key{l.Index, s.family, s.name}
			if k.set[of] {
				continue
			}
			now, bad := read(s, l.Name)
			switch {
			case bad != nil:
				err = errors.Join(err, bad)
			case now == s.value:
				k.set[of] = true
			case now != "":
				list = append(list, change{s, l.Name, old{of, now}})
			}
		}
	}
	return list, err
}

// read gives a value; none where the link knows no such setting, as one without IPv6.
func read(s setting, link string) (string, error) {
	content, err := os.ReadFile(s.path(link))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(content)), err
}

func write(s setting, link, value string) error {
	file, err := os.OpenFile(s.path(link), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it went with its link
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(value)
	return errors.Join(err, file.Close())
}
