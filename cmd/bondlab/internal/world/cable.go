package world

import (
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/schema"
)

// end is a link of the description that leads out of the machine.
type end struct {
	name string
	wifi *schema.Wifi
	// partner is the far side's bond that the link leads to; empty for the bridge itself.
	partner string
}

func ends(doc *schema.Document) []end {
	var found []end
	for i, bond := range doc.Bonds {
		partner := ""
		if mode, _ := bond.Mode(); mode == schema.Mode8023AD {
			partner = fmt.Sprintf("lag%d", i)
		}
		for _, slave := range bond.Slaves {
			found = append(found, end{slave.Name.Value, slave.Wifi, partner})
		}
	}
	for _, link := range doc.Links {
		if link.Kind == schema.Ethernet || link.Wifi != nil {
			found = append(found, end{name: link.Name.Value, wifi: link.Wifi})
		}
	}
	return found
}

// layCables makes the wired links; the far end of each has the same name, and
// takes the largest frames that the description has.
func (w *World) layCables() error {
	var near, far []string
	partners := map[string]bool{"": true}
	for _, e := range ends(w.Doc) {
		if e.wifi != nil {
			continue
		}
		near = append(near, fmt.Sprintf("link add %s numtxqueues 16 numrxqueues 16 type veth peer name %s netns %s", e.name, e.name, Provider))
		if !partners[e.partner] {
			partners[e.partner] = true
			far = append(far,
				fmt.Sprintf("link add %s type bond mode 802.3ad miimon 100 lacp_rate fast", e.partner),
				fmt.Sprintf("link set %s mtu %d master br0 up", e.partner, w.largestMTU()),
			)
		}
		far = append(far,
			fmt.Sprintf("link set %s mtu %d", e.name, w.largestMTU()),
			fmt.Sprintf("link set %s master %s", e.name, master(e)), // a bond takes only links that are down
			fmt.Sprintf("link set %s up", e.name),
		)
	}
	if len(near) == 0 {
		return nil
	}
	if err := sh.Batch("", near...); err != nil {
		return err
	}
	return sh.Batch(Provider, far...)
}

func (w *World) largestMTU() int {
	largest := 1500
	for _, p := range w.places {
		largest = max(largest, p.MTU.Or(0))
	}
	return largest
}

func master(e end) string {
	if e.partner != "" {
		return e.partner
	}
	return "br0"
}

// Cable does something to a wired link at its far end: cut pulls the plug,
// plug puts it back; mute leaves it in, but nothing comes through any more,
// and unmute ends that.
func (w *World) Cable(action, name string) error {
	for _, e := range ends(w.Doc) {
		if e.name == name && e.wifi == nil {
			return act(action, e)
		}
	}
	return fmt.Errorf("there is no cable %q; there are %v", name, w.Cables)
}

func act(action string, e end) error {
	switch action {
	case "cut":
		return sh.Do("ip -n %s link set %s down", Provider, e.name)
	case "plug":
		return sh.Do("ip -n %s link set %s up", Provider, e.name)
	case "mute":
		return sh.Do("ip -n %s link set %s nomaster", Provider, e.name)
	case "unmute":
		return sh.Do("ip -n %s link set %s master %s", Provider, e.name, master(e))
	}
	return fmt.Errorf("a cable is cut, plugged, muted or unmuted, not %q", action)
}
