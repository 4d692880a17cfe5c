package manager

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Link is a link of this host, as detection needs it.
type Link struct {
	Name  string
	Index uint32
}

// Detect finds out which backend owns links, from what the network systems of
// the host leave in /run and /etc, and says why; root is the host's "/". Those
// links count that exist: of the links of a description, the slaves. Where none
// of them is in anybody's hands, it is what the host is set up for. That two
// own links, or none is there, is an error that names what was found.
func Detect(root fs.FS, links []Link) (backend string, reasons []string, err error) {
	var found []evidence
	for _, l := range links {
		found = append(found, owners(root, l)...)
	}
	if len(found) == 0 {
		found = setUp(root)
	}
	for _, e := range found {
		reasons = append(reasons, e.text)
		if backend == "" {
			backend = e.backend
		}
	}
	switch {
	case backend == "":
		return "", nil, fmt.Errorf("which backend? No network system has any of these links in its hands, and none is set up; give --backend, or set backend in the document")
	case slices.ContainsFunc(found, func(e evidence) bool { return e.backend != backend }):
		return "", nil, fmt.Errorf("which backend? %s; give --backend, or set backend in the document", strings.Join(reasons, "; "))
	}
	return backend, reasons, nil
}

// evidence speaks for a backend.
type evidence struct{ backend, text string }

// owners says who has a link in its hands.
func owners(root fs.FS, l Link) []evidence {
	var found []evidence
	for _, look := range []func(fs.FS, Link) (evidence, bool){networkdOwns, networkManagerOwns, ifupdownOwns} {
		if e, ok := look(root, l); ok {
			found = append(found, e)
		}
	}
	return found
}

// networkdOwns reads the state that systemd-networkd keeps of each link. A file
// of the name that netplan gives belongs to netplan.
func networkdOwns(root fs.FS, l Link) (evidence, bool) {
	state := assignments(root, "run/systemd/netif/links/"+strconv.FormatUint(uint64(l.Index), 10))
	file := state["NETWORK_FILE"]
	if file == "" || state["ADMIN_STATE"] == "unmanaged" {
		return evidence{}, false
	}
	if strings.Contains(path.Base(file), "-netplan-") {
		return evidence{"netplan", fmt.Sprintf("systemd-networkd manages %s by netplan's %s", l.Name, file)}, true
	}
	return evidence{"networkd", fmt.Sprintf("systemd-networkd manages %s by %s", l.Name, file)}, true
}

// networkManagerOwns reads the state that NetworkManager keeps of each link,
// and finds the profile that it is active with.
func networkManagerOwns(root fs.FS, l Link) (evidence, bool) {
	state := assignments(root, "run/NetworkManager/devices/"+strconv.FormatUint(uint64(l.Index), 10))
	uuid := state["connection-uuid"]
	if uuid == "" || state["managed"] == "false" {
		return evidence{}, false
	}
	for _, home := range profiles {
		if file, ok := containing(root, home.dir, uuid); ok && strings.HasPrefix(path.Base(file), home.prefix) {
			return evidence{home.backend, fmt.Sprintf("NetworkManager manages %s by /%s", l.Name, file)}, true
		}
	}
	return evidence{"keyfile", fmt.Sprintf("NetworkManager manages %s by a profile in memory", l.Name)}, true
}

// profiles are where NetworkManager's profiles can lie, and whose they are.
var profiles = []struct{ dir, prefix, backend string }{
	{"run/NetworkManager/system-connections", "netplan-", "netplan"},
	{"etc/sysconfig/network-scripts", "ifcfg-", "ifcfg"},
	{"etc/NetworkManager/system-connections", "", "keyfile"},
	{"run/NetworkManager/system-connections", "", "keyfile"},
	{"usr/lib/NetworkManager/system-connections", "", "keyfile"},
}

// containing finds the file of a directory that has a text.
func containing(root fs.FS, dir, text string) (string, bool) {
	entries, _ := fs.ReadDir(root, dir)
	for _, entry := range entries {
		file := path.Join(dir, entry.Name())
		if content, err := fs.ReadFile(root, file); err == nil && bytes.Contains(content, []byte(text)) {
			return file, true
		}
	}
	return "", false
}

// ifupdownOwns reads which links ifup has brought up.
func ifupdownOwns(root fs.FS, l Link) (evidence, bool) {
	stanza, up := assignments(root, ifstate)[l.Name]
	return evidence{"ifupdown", fmt.Sprintf("ifupdown has brought up %s, by its stanza %s", l.Name, stanza)}, up && stanza != ""
}

// assignments reads lines of NAME=VALUE; none from a file that is not there.
func assignments(root fs.FS, file string) map[string]string {
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return nil
	}
	values := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if name, value, ok := strings.Cut(strings.TrimSpace(lines.Text()), "="); ok {
			values[name] = value
		}
	}
	return values
}

// setUp says what a host is set up for whose links are in nobody's hands. The
// first that is found decides: netplan stands above the others, and they above
// ifupdown, which stays installed beside them.
func setUp(root fs.FS) []evidence {
	for _, system := range []struct {
		backend, there, files, text string
	}{
		{"netplan", "usr/sbin/netplan", "etc/netplan/*.yaml", "netplan is installed and configured by /%s"},
		{"ifcfg", "etc/sysconfig/network-scripts", "etc/sysconfig/network-scripts/ifcfg-[^l]*", "links are configured by /%s"},
		{"keyfile", "run/NetworkManager", "etc/NetworkManager/system-connections/*", "NetworkManager runs and is configured by /%s"},
		{"networkd", "run/systemd/netif", "etc/systemd/network/*.network", "systemd-networkd runs and is configured by /%s"},
		{"ifupdown", "usr/sbin/ifup", "etc/network/interfaces", "ifupdown is installed and reads /%s"},
		{"keyfile", "run/NetworkManager", "run/NetworkManager", "NetworkManager runs: /%s is there"},
		{"networkd", "run/systemd/netif", "run/systemd/netif", "systemd-networkd runs: /%s is there"},
	} {
		files, _ := fs.Glob(root, system.files) // the patterns are right
		if _, err := fs.Stat(root, system.there); err == nil && len(files) > 0 {
			return []evidence{{system.backend, fmt.Sprintf(system.text, files[0])}}
		}
	}
	return nil
}
