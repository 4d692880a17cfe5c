package view

import (
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// Contents counts what a document describes: "1 bond, 2 slaves, 1 VLAN".
func Contents(d *schema.Document) string {
	var slaves, vlans, routes int
	for _, b := range d.Bonds {
		slaves += len(b.Slaves)
		vlans += len(b.VLANs)
	}
	for _, l := range d.Links {
		vlans += len(l.VLANs)
	}
	for _, f := range d.Fallbacks {
		routes += len(f.Routes)
	}
	var parts []string
	for _, counted := range []struct {
		n    int
		what string
	}{
		{len(d.Bonds), "bond"},
		{slaves, "slave"},
		{len(d.Links), "other link"},
		{vlans, "VLAN"},
		{routes, "fallback route"},
	} {
		if counted.n > 0 {
			parts = append(parts, plural(counted.n, counted.what))
		}
	}
	if len(parts) == 0 {
		return "nothing described"
	}
	return strings.Join(parts, ", ")
}
