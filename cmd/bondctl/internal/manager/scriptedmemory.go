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
}

// remember looks at the programs that run for links. A change begins with it.
func (s *scripted) remember(links []string, up map[string]string) ([]byte, error) {
	s.begun = true
	other := func(d Daemon) bool { return !slices.Contains(links, d.Link) }
	return json.Marshal(scriptedMemory{
		Up: up, Clients: slices.DeleteFunc(s.client.running(), other), Stations: slices.DeleteFunc(s.stations.running(), other),
	})
}

// recall reads what remember gave.
func recall(remembered []byte) (scriptedMemory, error) {
	var memory scriptedMemory
	if err := json.Unmarshal(remembered, &memory); err != nil {
		return memory, fmt.Errorf("reading which links were up, and what ran for them: %w", err)
	}
	return memory, nil
}
