package resolvers

import (
	"fmt"
	"io/fs"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

// The marks around our lines. What the host has itself is between the two parts: of
// servers the first three count, of lists of search domains the last.
const (
	serversMark = "# bondctl: the resolvers of the active route"
	searchMark  = "# bondctl: the search domains of the active route"
	// newMark is serversMark in a file that was not there before.
	newMark = serversMark + ", in a file made for them"
	endMark = "# bondctl: end"
)

var (
	serversPart = regexp.MustCompile(`(?ms)^(` + serversMark + `|` + newMark + `)\n.*?^` + endMark + `\n`)
	// searchPart begins with the end of a line, which is the host's last or an empty one.
	searchPart = regexp.MustCompile(`(?ms)\n` + searchMark + `\n.*?^` + endMark + `\n`)
)

// publicFile is the mode of a file that every program reads.
const publicFile fs.FileMode = 0o644

// write puts the resolvers into the file, or takes them out.
func (h *Host) write(wanted set) error {
	file, there, err := h.files.Read(resolvConf)
	if err != nil {
		return err
	}
	own, first, err := withoutOurs(string(file.Content))
	if err != nil {
		return err
	}
	change := hostfs.Change{Path: resolvConf, Mode: file.Mode.Perm()}
	if !there {
		first, change.Mode = newMark, publicFile
	}
	change.Content = []byte(withOurs(own, first, wanted))
	if first == newMark && len(change.Content) == 0 {
		change = hostfs.Change{Path: resolvConf, Remove: true}
	}
	return h.files.Put(change)
}

// withOurs puts the resolvers around what the host has, beginning with a mark.
func withOurs(own, first string, wanted set) string {
	if wanted.empty() {
		return own
	}
	servers := make([]string, len(wanted.servers))
	for i, server := range wanted.servers {
		servers[i] = "nameserver " + written(server, wanted.link)
	}
	text := part(first, servers...) + own
	if len(wanted.search) > 0 {
		text += "\n" + part(searchMark, "search "+strings.Join(wanted.search, " "))
	}
	return text
}

// written is an address; with its link if it is of no use without.
func written(a netip.Addr, link string) string {
	if a.Is6() && a.IsLinkLocalUnicast() {
		a = a.WithZone(link)
	}
	return a.String()
}

func part(mark string, lines ...string) string {
	return strings.Join(slices.Concat([]string{mark}, lines, []string{endMark}), "\n") + "\n"
}

// withoutOurs gives what the host has itself, byte for byte, and the mark that we
// begin with.
func withoutOurs(content string) (own, first string, err error) {
	own = serversPart.ReplaceAllString(searchPart.ReplaceAllString(content, ""), "")
	for _, mark := range []string{serversMark, searchMark, endMark} {
		if strings.Contains(own, mark) {
			return "", "", fmt.Errorf("%s has the line %q, but not the whole part that it belongs to: remove those lines of the part that are left", resolvConf, mark)
		}
	}
	if strings.Contains(content, newMark) {
		return own, newMark, nil
	}
	return own, serversMark, nil
}
