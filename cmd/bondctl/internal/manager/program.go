package manager

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/configfiles"
	stanzas "github.com/bondctl/bondctl/generators/ifupdown"
)

// Daemon is a program that scripts of a network system run for one link. It
// goes to the background by itself.
type Daemon struct {
	Link string
	PID  int
	// File has the PID, and is the program's own.
	File string
	// Words are the command line that it was started with.
	Words []string
}

// program is what scripts run for links, a daemon for each.
type program struct {
	name string
	// prefix is that of the files in which the daemons keep their numbers: the link
	// follows, and ".pid".
	prefix string
	// words gives the command line of a link's daemon where /proc does not have it;
	// nil where it has.
	words func(h Host, link string) []string
}

// The programs: ISC's DHCP client, the two others that ifupdown knows, and what
// joins wireless networks.
const (
	dhclient   = "dhclient"
	udhcpc     = "udhcpc"
	dhcpcd     = "dhcpcd"
	supplicant = "wpa_supplicant"
)

// What the scripts of ifupdown and of network-scripts run (inet.defn and
// inet6.defn of ifupdown 0.8, functions.sh of wpasupplicant 2.10, ifup-eth of initscripts 10).
var (
	ifupdownDhclient  = program{name: dhclient, prefix: "/run/dhclient."}
	ifupdownDhclient6 = program{name: dhclient, prefix: "/run/dhclient6."}
	ifupdownUdhcpc    = program{name: udhcpc, prefix: "/run/udhcpc."}
	ifupdownDhcpcd    = program{name: dhcpcd, prefix: "/run/dhcpcd/", words: Host.dhcpcdWords}
	ifupdownStation   = program{name: supplicant, prefix: "/run/wpa_supplicant."}
	scriptsDhclient   = program{name: dhclient, prefix: "/run/dhclient-"}
	scriptsDhclient6  = program{name: dhclient, prefix: "/run/dhclient6-"}
)

// file is where a link's daemon keeps its number.
func (p program) file(link string) string { return p.prefix + link + ".pid" }

// of finds the daemon of a link among those of all programs.
func (p program) of(list []Daemon, link string) (Daemon, bool) {
	i := slices.IndexFunc(list, func(d Daemon) bool { return d.File == p.file(link) })
	if i < 0 {
		return Daemon{}, false
	}
	return list[i], true
}

// daemons lists those of programs that run.
func (h Host) daemons(programs ...program) []Daemon {
	var list []Daemon
	for _, p := range programs {
		for _, file := range h.glob(strings.TrimPrefix(p.prefix, "/") + "*.pid") {
			link := strings.TrimSuffix(strings.TrimPrefix("/"+file, p.prefix), ".pid")
			if d := (Daemon{Link: link, File: "/" + file}); link != "" && h.runs(&d, p) {
				list = append(list, d)
			}
		}
	}
	return list
}

// runs finds out who has the PID in a daemon's file now.
func (h Host) runs(d *Daemon, p program) bool {
	content, err := fs.ReadFile(h.Root, strings.TrimPrefix(d.File, "/"))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return false
	}
	line, err := fs.ReadFile(h.Root, fmt.Sprintf("proc/%d/cmdline", pid))
	if err != nil || len(line) == 0 { // a process that has ended has no words
		return false
	}
	d.PID, d.Words = pid, strings.Split(strings.TrimRight(string(line), "\x00"), "\x00")
	if nameOf(d.Words) != p.name {
		return false
	}
	if p.words != nil {
		d.Words = p.words(h, d.Link)
	}
	return true
}

// nameOf is a program's name by its command line, or by the title that it has put
// there: "dhcpcd: eth0 [ip4] [ip6]".
func nameOf(words []string) string {
	name, _, _ := strings.Cut(words[0], ": ")
	return path.Base(name)
}

// option gives the word behind a flag of a command line, empty for none.
func option(words []string, flag string) string {
	i := slices.Index(words, flag)
	if i < 0 || i+1 == len(words) {
		return ""
	}
	return words[i+1]
}

// dhcpcdFlags are the options of a stanza that ifupdown gives to dhcpcd, in its order.
var dhcpcdFlags = []struct{ option, flag string }{
	{"hostname", "-h"}, {"vendor", "-i"}, {"client", "-I"}, {"leasetime", "-l"}, {"metric", "-m"},
}

// dhcpcdWords is the command line by which ifup starts dhcpcd for a link.
func (h Host) dhcpcdWords(link string) []string {
	said := stanzas.Leasing(configfiles.Read(h.Root, stanzas.Backend()).Files, link)
	words := []string{dhcpcd}
	for _, f := range dhcpcdFlags {
		if value, ok := said[f.option]; ok {
			words = append(words, f.flag, value)
		}
	}
	return append(words, link)
}
