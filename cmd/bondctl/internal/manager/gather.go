package manager

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
	stanzas "github.com/bondctl/bondctl/generators/ifupdown"
)

// Host is where facts are gathered from.
type Host struct {
	// Root is the host's file system: os.DirFS("/").
	Root fs.FS
	// Bus is the host's D-Bus, nil where it has none.
	Bus Bus
	// Patience bounds the wait for each answer over the bus.
	Patience time.Duration
}

// patience is what a loaded machine may take to answer; a daemon that hangs
// must not hold up a plan for longer.
const patience = 5 * time.Second

// Look gathers the facts of the host that this process runs on.
func Look(ctx context.Context) Facts {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	bus, err := OpenBus(within, SystemBus)
	h := Host{Root: os.DirFS("/"), Patience: patience}
	if err == nil {
		defer bus.Close()
		h.Bus = bus
	}
	facts := Gather(ctx, h)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		facts.Silent = append(facts.Silent, "D-Bus did not answer, so systemd and NetworkManager could not be asked: "+err.Error())
	}
	return facts
}

// Gather looks at a host and changes nothing. What cannot be read or does not
// answer is told by the facts.
func Gather(ctx context.Context, h Host) Facts {
	f := &Facts{}
	h.files(f)
	f.IfUp = h.ifUp()
	f.Netplan = h.any("usr/sbin/netplan", "usr/libexec/netplan/generate", "usr/lib/netplan/generate")
	f.IfcfgPlugin = h.ifcfgPlugin()
	f.Managed = h.managed()
	f.Systemd = h.any(systemdBooted)
	f.Up = h.up()
	f.Clients = h.daemons(ifupdownDhclient, ifupdownUdhcpc, ifupdownDhcpcd, ifupdownDhclient6, scriptsDhclient, scriptsDhclient6)
	f.Stations = h.daemons(ifupdownStation)
	f.Told = h.told(f.Stations)
	h.units(ctx, f)
	h.devices(ctx, f)
	return *f
}

// places are where the systems look for files. In NetworkManager's own
// directory any name will do.
var places = []string{
	"etc/netplan/*.yaml", "run/netplan/*.yaml", "usr/lib/netplan/*.yaml",
	"etc/sysconfig/network-scripts/ifcfg-*",
	"etc/NetworkManager/system-connections/*",
	"run/NetworkManager/system-connections/*.nmconnection", "usr/lib/NetworkManager/system-connections/*.nmconnection",
	"etc/systemd/network/*.net*", "run/systemd/network/*.net*", "usr/local/lib/systemd/network/*.net*", "usr/lib/systemd/network/*.net*",
}

func (h Host) files(f *Facts) {
	for _, place := range places {
		for _, name := range h.glob(place) {
			h.take(f, name)
		}
	}
	h.interfaces(f, strings.TrimPrefix(mainInterfaces, "/"))
	slices.SortFunc(f.Files, func(a, b generators.File) int { return strings.Compare(a.Path, b.Path) })
}

// interfaces takes a file of interfaces(5) and those that it includes, each once.
func (h Host) interfaces(f *Facts, name string) {
	if f.has("/" + name) {
		return
	}
	content, ok := h.take(f, name)
	if !ok {
		return
	}
	for _, include := range stanzas.Includes(generators.File{Path: "/" + name, Content: content}) {
		found, _ := fs.Glob(h.Root, strings.TrimPrefix(include.Pattern, "/")) // a bad pattern finds nothing
		for _, name := range found {
			if include.Takes(name) {
				h.interfaces(f, name)
			}
		}
	}
}

// glob lists what matches, without backups and hidden files, which no system reads.
func (h Host) glob(pattern string) []string {
	names, err := fs.Glob(h.Root, pattern)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(names, func(name string) bool {
		base := path.Base(name)
		return strings.HasPrefix(base, ".") || isBackup(base)
	})
}

// take reads a file into the facts. A link to /dev/null, by which systemd's
// files are masked, is an empty file.
func (h Host) take(f *Facts, name string) (content []byte, ok bool) {
	info, err := fs.Stat(h.Root, name)
	if err != nil || info.IsDir() {
		return nil, false
	}
	if info.Mode().IsRegular() {
		content, err = fs.ReadFile(h.Root, name)
	}
	if errors.Is(err, fs.ErrPermission) {
		f.Unread = append(f.Unread, "/"+name)
	}
	if err != nil {
		return nil, false
	}
	f.Files = append(f.Files, generators.File{Path: "/" + name, Mode: info.Mode().Perm(), Content: content})
	return content, true
}

func (h Host) any(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, err := fs.Stat(h.Root, name)
		return err == nil
	})
}

// ifUp tells what the command ifup belongs to. ifupdown's is a binary,
// ifupdown2's a Python program, and that of network-scripts a shell script
// beside which there is the directory's own network-functions.
func (h Host) ifUp() string {
	for _, name := range []string{"sbin/ifup", "usr/sbin/ifup"} {
		content, err := fs.ReadFile(h.Root, name)
		if err != nil {
			continue
		}
		target, _ := fs.ReadLink(h.Root, name)
		first, _, _ := bytes.Cut(content, []byte("\n"))
		switch {
		case strings.Contains(target, ifupdown2), bytes.HasPrefix(first, []byte("#!")) && bytes.Contains(first, []byte("python")):
			return ifupdown2
		case !bytes.HasPrefix(first, []byte("#!")):
			return ifupdown
		case h.any("etc/sysconfig/network-scripts/network-functions"):
			return networkScripts
		}
	}
	return ""
}

// ifcfgPlugin tells whether NetworkManager has the plugin and is not told to
// do without it by plugins= (NetworkManager.conf(5)).
func (h Host) ifcfgPlugin() bool {
	const plugin = "NetworkManager/*/libnm-settings-plugin-ifcfg-rh.so"
	if len(h.glob("usr/lib*/"+plugin)) == 0 && len(h.glob("usr/lib/*/"+plugin)) == 0 {
		return false
	}
	has := true
	files := append([]string{"etc/NetworkManager/NetworkManager.conf"}, h.glob("etc/NetworkManager/conf.d/*.conf")...)
	for _, name := range files {
		content, err := fs.ReadFile(h.Root, name)
		if err != nil {
			continue
		}
		for _, section := range ini.GKeyFile.Read(content).Named("main") {
			if e, ok := section.Get("plugins"); ok {
				has = slices.Contains(strings.FieldsFunc(e.Value, isSeparator), "ifcfg-rh")
			}
		}
	}
	return has
}

// managed reads what systemd-networkd keeps of each link (link_save,
// src/network/networkd-state-file.c).
func (h Host) managed() []Managed {
	var list []Managed
	for _, name := range h.glob("sys/class/net/*/ifindex") {
		index, err := fs.ReadFile(h.Root, name)
		if err != nil {
			continue
		}
		state, err := fs.ReadFile(h.Root, "run/systemd/netif/links/"+strings.TrimSpace(string(index)))
		if err != nil {
			continue
		}
		m := Managed{Link: path.Base(path.Dir(name))}
		for line := range strings.Lines(string(state)) {
			switch key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "="); key {
			case "ADMIN_STATE":
				m.Admin = value
			case "NETWORK_FILE":
				m.File = value
			}
		}
		list = append(list, m)
	}
	return list
}

// up reads what ifupdown keeps of the links that it has brought up.
func (h Host) up() []string {
	content, err := fs.ReadFile(h.Root, "run/network/ifstate")
	if err != nil {
		return nil
	}
	var links []string
	for line := range strings.Lines(string(content)) {
		if link, _, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			links = append(links, link)
		}
	}
	return links
}
