package guest

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// tools tell by an error how a consumer sees the links otherwise than its files
// have them.
var tools = map[string]func(*world.World) error{
	"ifupdown":        ifquery,
	"ifupdown2":       ifqueryCheck,
	"network-scripts": nothing,
	"ifcfg-rh":        networkManagerAgrees,
	"netplan":         netplanStatus,
	"netplan-nm":      networkManagerAgrees,
	"keyfile":         networkManagerAgrees,
	"networkd":        networkctl,
}

// nothing asks nobody: network-scripts look at the kernel themselves.
func nothing(*world.World) error { return nil }

// doAgrees waits until the consumer's own tools say that the links are as the
// files have them.
func (s *stage) doAgrees(*testscript.TestScript, []string) error { return s.agrees(s.consumer.Name) }

func (s *stage) agrees(consumer string) error {
	agrees, ok := tools[consumer]
	if !ok {
		return fmt.Errorf("no tool of %s is known that tells", consumer)
	}
	return sh.Until(sh.Patience, func() error { return agrees(s.world) })
}

// carriers are the links of a description that carry addresses.
func carriers(w *world.World) []string {
	var names []string
	for _, place := range world.Places(w.Doc) {
		names = append(names, place.Link)
	}
	return names
}

// ifquery wants ifupdown to have brought up every link that carries addresses.
func ifquery(w *world.World) error {
	text, err := sh.Out("ifquery", "--state")
	if err != nil {
		return err
	}
	up := strings.Fields(text)
	for _, link := range carriers(w) {
		if !slices.Contains(up, link+"="+link) {
			return fmt.Errorf("ifupdown has %v up, not %s", up, link)
		}
	}
	return nil
}

// ifqueryCheck wants ifupdown2 to find every setting of its files on the links.
func ifqueryCheck(*world.World) error { return sh.Do(ifupdown2 + "/ifquery --check -a") }

// networkctl wants every link of the description set up, and those with
// addresses to lead somewhere.
func networkctl(w *world.World) error {
	text, err := sh.Out("networkctl", "list", "--json=short")
	if err != nil {
		return err
	}
	var shown struct {
		Interfaces []struct{ Name, AdministrativeState, OperationalState string }
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil {
		return fmt.Errorf("reading what networkctl lists: %w", err)
	}
	states := map[string]string{}
	for _, link := range shown.Interfaces {
		states[link.Name] = link.AdministrativeState + " " + link.OperationalState
	}
	for _, link := range carriers(w) {
		if states[link] != "configured routable" {
			return fmt.Errorf("networkctl has %s %s", link, states[link])
		}
	}
	for _, bond := range w.Doc.Bonds {
		for _, slave := range bond.Slaves {
			if name := slave.Name.Value; states[name] != "configured enslaved" {
				return fmt.Errorf("networkctl has %s %s", name, states[name])
			}
		}
	}
	return nil
}

// netplanStatus wants no difference between netplan's files and the links.
func netplanStatus(w *world.World) error {
	output, err := exec.Command("netplan", "status", "--diff-only", "--format", "json").Output() // it complains of daemons that it does not need
	if err != nil {
		return fmt.Errorf("netplan status: %w", err)
	}
	var shown struct {
		Interfaces map[string]struct {
			System  map[string]any `json:"system_state"`  // what the links lack
			Netplan map[string]any `json:"netplan_state"` // what the files lack
		}
		Missing map[string]any `json:"missing_interfaces_system"`
	}
	if err := json.Unmarshal(output, &shown); err != nil {
		return fmt.Errorf("reading what netplan shows: %w: %s", err, output)
	}
	if len(shown.Missing) > 0 {
		return fmt.Errorf("netplan misses %v", shown.Missing)
	}
	for _, link := range carriers(w) {
		diff := shown.Interfaces[link]
		delete(diff.System, "missing_nameservers_addresses") // it asks systemd-resolved, which this machine does without
		if len(diff.System)+len(diff.Netplan) > 0 {
			return fmt.Errorf("netplan says that %s lacks %v and has besides %v", link, diff.System, diff.Netplan)
		}
	}
	return networkctl(w)
}
