package manager

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bondctl/bondctl/generators"
)

// systemd-networkd takes a link for the one that its .netdev file would make
// only when the kernel tells of the link after the file was read. On a reload
// it has it made first, the kernel refuses, and the daemon gives up on the file:
// "Failed to create netdev: File exists", and what waits for the link stays
// "configuring" for good (netdev_reload and netdev_create_handler in
// src/network/netdev/netdev.c, systemd 257). A file that has changed since is
// read once more, and by then the kernel can have told.

const (
	// adoptTries bounds how often the daemon is told of a link. Those before 257
	// need it not at all, and do not show it.
	adoptTries = 3
	// adoptPause is what it takes to hear of a link, and to write down what it knows.
	adoptPause = 100 * time.Millisecond
)

// reloadWith has the daemon read its files anew, and take the links that others
// have made for those of its files.
func (d *linkDaemon) reloadWith(ctx context.Context, h Host, links []string) error {
	foreign := h.foreign(h.netdevs(links))
	made := foreign
	err := h.reload(ctx)
	for try := 0; err == nil && try < adoptTries && len(foreign) > 0; try++ {
		if err = d.tellOf(foreign); err != nil {
			break
		}
		time.Sleep(adoptPause)
		if err = h.reload(ctx); err == nil {
			time.Sleep(adoptPause)
			foreign = h.foreign(foreign)
		}
	}
	if err == nil && len(made) > 0 {
		err = d.retell(made)
	}
	return err
}

// netdev is a link that a .netdev file would make.
type netdev struct{ link, file string }

// netdevs lists those of the links that the daemon's files would make. Of
// several files for a link the first by name counts.
func (h Host) netdevs(links []string) []netdev {
	var f Facts
	h.files(&f)
	slices.SortStableFunc(f.Files, func(a, b generators.File) int { return strings.Compare(path.Base(a.Path), path.Base(b.Path)) })
	var list []netdev
	for _, file := range f.Files {
		if path.Ext(file.Path) != ".netdev" || f.masked(file.Path) {
			continue
		}
		for _, m := range mentions(file) {
			listed := slices.ContainsFunc(list, func(n netdev) bool { return n.link == m.Pattern })
			if slices.Contains(links, m.Pattern) && !listed {
				list = append(list, netdev{m.Pattern, file.Path})
			}
		}
	}
	return list
}

// foreign keeps those that are there and that the daemon does not take for its
// file's: it would name the file (link_save, src/network/networkd-state-file.c).
func (h Host) foreign(all []netdev) []netdev {
	return slices.DeleteFunc(slices.Clone(all), func(n netdev) bool {
		index, err := fs.ReadFile(h.Root, path.Join("sys/class/net", n.link, "ifindex"))
		if err != nil {
			return true
		}
		state, _ := fs.ReadFile(h.Root, "run/systemd/netif/links/"+strings.TrimSpace(string(index))) // it may not know the link yet
		return strings.Contains("\n"+string(state), "\nNETDEV_FILE="+n.file+"\n")
	})
}

// tellOf has the kernel tell of links, and their files look changed.
func (d *linkDaemon) tellOf(all []netdev) error {
	now := time.Now()
	for _, n := range all {
		if err := touchAlias(filepath.Join(d.root, "sys/class/net", n.link, "ifalias")); err != nil {
			return err
		}
		if err := os.Chtimes(filepath.Join(d.root, n.file), now, now); err != nil {
			return fmt.Errorf("having %s read once more: %w", n.file, err)
		}
	}
	return nil
}

// touchAlias has the kernel tell everybody of a link, by the alias that it has:
// ifalias_store in net/core/net-sysfs.c.
func touchAlias(alias string) error {
	f, err := os.OpenFile(alias, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("having the kernel tell of a link: %w", err)
	}
	text := make([]byte, 256) // IFALIASZ
	n, _ := f.Read(text)      // an empty alias is the end of the file
	_, err = f.WriteAt([]byte(strings.TrimSuffix(string(text[:n]), "\n")+"\n"), 0)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("having the kernel tell of a link: %w", err)
	}
	return nil
}
