package resolvers

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/miekg/dns"
)

// mostServers is how many servers programs take of the file (MAXNS in resolv.h).
const mostServers = 3

// Own lists the servers that a host has by itself in its file, without those that
// UseResolvers has put there. There are none where the file has none or cannot be read.
func Own(root string) []netip.Addr {
	content, err := os.ReadFile(filepath.Join(root, resolvConf))
	if err != nil {
		return nil
	}
	text := string(content)
	if own, _, err := withoutOurs(text); err == nil {
		text = own
	}
	return serversIn(text)
}

func serversIn(text string) []netip.Addr {
	read, err := dns.ClientConfigFromReader(strings.NewReader(text))
	if err != nil {
		return nil
	}
	var found []netip.Addr
	for _, server := range read.Servers {
		if addr, err := netip.ParseAddr(server); err == nil && len(found) < mostServers {
			found = append(found, addr)
		}
	}
	return found
}
