package guest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// configured are the directories whose files make up a network configuration.
var configured = []string{
	"/etc/network", "/etc/netplan", "/etc/NetworkManager", "/etc/systemd/network", "/etc/sysconfig", "/etc/wpa_supplicant", "/etc/modprobe.d",
}

// portrait is all that a rollback must bring back: files with bytes, mode and
// owner, symbolic links and directories, and of the kernel bonds with their
// options, slaves with theirs, Ethernet addresses and MTU, IP addresses, routes
// and rules; and the DHCP clients that scripts have
// started. A line for each, sorted.
func portrait() ([]string, error) {
	var lines []string
	for _, look := range []func() ([]string, error){fileLines, linkLines, addressLines, routeLines, ruleLines, clientLines, stateLines} {
		found, err := look()
		if err != nil {
			return nil, err
		}
		lines = append(lines, found...)
	}
	slices.Sort(lines)
	return lines, nil
}

func fileLines() ([]string, error) {
	var lines []string
	for _, dir := range configured {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil {
				return err
			}
			line, err := entryLine(path)
			lines = append(lines, line)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("looking at %s: %w", dir, err)
		}
	}
	return lines, nil
}

// entryLine shows what a directory has under a name: kind and mode, owner, and
// the bytes of a file or the target of a symbolic link.
func entryLine(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	content := ""
	switch mode := info.Mode(); {
	case mode.IsRegular():
		var text []byte
		text, err = os.ReadFile(path)
		content = fmt.Sprintf(" %x", sha256.Sum256(text))
	case mode&fs.ModeSymlink != 0:
		content, err = os.Readlink(path)
		content = " -> " + content
	}
	owner := info.Sys().(*syscall.Stat_t) //nolint:forcetypeassert // it is Linux
	return fmt.Sprintf("file %s %v %d:%d%s", path, info.Mode(), owner.Uid, owner.Gid, content), err
}

func addressLines() ([]string, error) {
	var links []struct {
		Ifname string
		Infos  []struct {
			Local, Scope string
			Prefixlen    int
		} `json:"addr_info"`
	}
	if err := shown(&links, "address"); err != nil {
		return nil, err
	}
	var lines []string
	for _, l := range links {
		for _, a := range l.Infos {
			if a.Scope == "global" {
				lines = append(lines, fmt.Sprintf("address %s %s/%d", l.Ifname, a.Local, a.Prefixlen))
			}
		}
	}
	return lines, nil
}

func routeLines() ([]string, error) {
	var lines []string
	for _, family := range []string{"-4", "-6"} {
		var routes []struct {
			Dst, Gateway, Dev, Protocol, Prefsrc, Table string
			Metric                                      int
		}
		if err := shown(&routes, family, "route", "show", "table", "all"); err != nil {
			return nil, err
		}
		for _, r := range routes {
			if r.Protocol != "kernel" {
				lines = append(lines, fmt.Sprintf("route %s %+v", family, r))
			}
		}
	}
	return lines, nil
}

func ruleLines() ([]string, error) {
	var lines []string
	for _, family := range []string{"-4", "-6"} {
		text, err := sh.Out("ip", family, "rule")
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(text) {
			lines = append(lines, "rule "+family+" "+strings.TrimSpace(line))
		}
	}
	return lines, nil
}

// clientLines tells for which links DHCP clients run, by the files that have
// their numbers.
func clientLines() ([]string, error) {
	var lines []string
	for _, client := range []struct{ name, files string }{{"dhclient", "/run/dhclient*.pid"}, {"dhcpcd", "/run/dhcpcd/*.pid"}} {
		files, err := filepath.Glob(client.files)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			number, _ := os.ReadFile(file) // one that is gone has none
			name, _ := os.ReadFile(filepath.Join("/proc", strings.TrimSpace(string(number)), "comm"))
			if strings.TrimSpace(string(name)) == client.name {
				lines = append(lines, "client "+file)
			}
		}
	}
	return lines, nil
}

// stateLines tell which links ifupdown has up, and by which stanzas; the loopback,
// which a boot brings up, is nobody's.
func stateLines() ([]string, error) {
	text, err := os.ReadFile("/run/network/ifstate")
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if state := strings.TrimSpace(line); state != "lo=lo" {
			lines = append(lines, "ifupdown "+state)
		}
	}
	return lines, nil
}

// shown reads what ip(8) shows.
func shown(into any, args ...string) error {
	text, err := sh.Out(append([]string{"ip", "-j"}, args...)...)
	if err != nil {
		return err
	}
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("reading ip %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// doRemember keeps the configuration as it is under a name, in the script's
// directory, where it outlives a reboot.
func (s *stage) doRemember(ts *testscript.TestScript, args []string) error {
	lines, err := portrait()
	if err != nil {
		return err
	}
	return os.WriteFile(ts.MkAbs(args[0]+portraitExt), []byte(strings.Join(lines, "\n")), 0o600)
}

const portraitExt = ".portrait"

func (s *stage) doIs(ts *testscript.TestScript, args []string) error { return s.is(ts, args...) }

// is waits until the configuration is one of those remembered under the
// names, exactly.
func (*stage) is(ts *testscript.TestScript, names ...string) error {
	return sh.Until(sh.Patience, func() error {
		now, err := portrait()
		if err != nil {
			return err
		}
		var differences []string
		for _, name := range names {
			remembered, err := os.ReadFile(ts.MkAbs(name + portraitExt))
			if err != nil {
				return err
			}
			difference := differing(withoutLent(strings.Split(string(remembered), "\n"), now))
			if difference == "" {
				return nil
			}
			differences = append(differences, "from "+name+":\n"+difference)
		}
		return fmt.Errorf("the configuration differs %s", strings.Join(differences, "\n"))
	})
}

// differing shows the lines that only one of two portraits has.
func differing(wanted, now []string) string {
	var b strings.Builder
	for _, line := range wanted {
		if !slices.Contains(now, line) {
			fmt.Fprintf(&b, "- %s\n", line)
		}
	}
	for _, line := range now {
		if !slices.Contains(wanted, line) {
			fmt.Fprintf(&b, "+ %s\n", line)
		}
	}
	return b.String()
}
