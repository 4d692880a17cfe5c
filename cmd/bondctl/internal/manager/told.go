package manager

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/configfiles"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
	stanzas "github.com/bondctl/bondctl/generators/ifupdown"
)

// Where a stanza has wpa-ssid and the like, the hook of wpasupplicant starts
// wpa_supplicant without a file, and tells it the network over its control socket
// (conf_wpa_supplicant of functions.sh). That knows it for as long as it runs.

// readsFile tells by its command line whether a station reads its network from a file.
func readsFile(words []string) bool { return option(words, "-c") != "" }

// told finds the networks of those stations that read no file.
func (h Host) told(stations []Daemon) map[string]generators.File {
	networks := map[string]generators.File{}
	for _, d := range stations {
		if readsFile(d.Words) {
			continue
		}
		if network, ok := h.network(d.Link); ok {
			networks[d.Link] = network
		}
	}
	return networks
}

// network gives the network that the stanzas of a link say.
func (h Host) network(link string) (network generators.File, ok bool) {
	return stanzas.Network(configfiles.Read(h.Root, stanzas.Backend()).Files, link)
}

// tellStation tells a station that was started without a file its network.
func (m *stanzaFiles) tellStation(ctx context.Context, link string, words []string) error {
	if readsFile(words) {
		return nil
	}
	network, ok := m.stations.host.network(link)
	if !ok {
		return fmt.Errorf("%s: no stanza says which network it joins: see wpa-ssid in %s, then ifdown %s and ifup %s", link, mainInterfaces, link, link)
	}
	socket := filepath.Join(m.root, cmp.Or(option(words, "-C"), controlDir), link)
	if err := join(ctx, socket, wpa.Entries(network)); err != nil {
		return fmt.Errorf("%s: having wpa_supplicant join its network: %w", link, err)
	}
	return nil
}
