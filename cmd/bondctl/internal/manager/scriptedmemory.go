package manager

import (
	"encoding/json"
	"fmt"
	"slices"
)

// scriptedMemory is what is kept of links that scripts have brought up.
type scriptedMemory struct {
	// Up is what ifupdown keeps of them: by which stanza they are up.
	Up map[string]string `json:",omitempty"`
	// Clients and Stations are the programs that run for them.
	Clients, Stations []Daemon `json:",omitempty"`
	// Autoconf is how the kernel configures IPv6 on those where no client does.
	Autoconf map[string]autoconf `json:",omitempty"`
}

// remember looks at the programs that run for links. A change begins with it.
func (s *scripted) remember(links []string, up map[string]string) ([]byte, error) {
	s.begun = true
	other := func(d Daemon) bool { return !slices.Contains(links, d.Link) }
	return json.Marshal(scriptedMemory{
		Up: up, Clients: slices.DeleteFunc(s.clients.running(), other), Stations: slices.DeleteFunc(s.stations.running(), other),
		Autoconf: s.autoconf(links),
	})
}

// autoconf reads how the kernel configures links, but for those of which a client
// has changed that.
func (s *scripted) autoconf(links []string) map[string]autoconf {
	found := map[string]autoconf{}
	for _, link := range links {
		changed := slices.ContainsFunc(s.clients, func(c leaser) bool { _, runs := c.runs(link); return runs && c.ended != nil })
		if own := s.stations.host.autoconf(link); len(own) > 0 && !changed {
			found[link] = own
		}
	}
	return found
}

// recall reads what remember gave.
func recall(remembered []byte) (scriptedMemory, error) {
	var memory scriptedMemory
	if err := json.Unmarshal(remembered, &memory); err != nil {
		return memory, fmt.Errorf("reading which links were up, and what ran for them: %w", err)
	}
	return memory, nil
}
