package netplan

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/schema"
)

// addressOptions are the keys of an address that stands as a mapping.
var addressOptions = []row[definition]{usual[definition]("lifetime", "forever")}

// readAddresses reads addresses, each a text or a mapping from it to options.
func readAddresses(r *reader, d *definition, t *tree) {
	bare := &tree{place: t.place, kind: t.kind}
	for _, item := range t.items {
		if item.kind == yaml.MappingNode && len(item.members) == 1 {
			e := item.members[0]
			readRows(r, addressOptions, d, e.value)
			item = &tree{place: e.place, kind: yaml.ScalarNode, text: e.key}
		}
		bare.items = append(bare.items, item)
	}
	addresses.read(r, d, bare)
}

func readMatch(r *reader, d *definition, t *tree) {
	d.hasMatch = true
	readRows(r, matchKeys, d, t)
}

// readDriver reads what must be said of a driver, a text or a list of them.
func readDriver(r *reader, d *definition, t *tree) {
	first := t
	if t.kind == yaml.SequenceNode && len(t.items) > 0 {
		first = t.items[0]
	}
	if name, ok := r.scalar(first); ok {
		d.matchDriver = schema.Attr[string]{Value: name, Set: true, Range: t.place}
	}
}

// readOpenVSwitch tells whether Open vSwitch makes the link: what only labels
// it there does not (handle_ovs_backend in src/parse.c of netplan).
func readOpenVSwitch(r *reader, d *definition, t *tree) {
	entries := r.entries(t)
	isLabel := func(e entry) bool { return e.key == "external-ids" || e.key == "other-config" }
	d.openVSwitch = !slices.ContainsFunc(entries, isLabel) || slices.ContainsFunc(entries, func(e entry) bool { return !isLabel(e) })
	if !d.openVSwitch {
		r.refuse(t, "has no word for what Open vSwitch knows of a link")
	}
}

// mainTable is the number of the table main, to which routes go anyway.
const mainTable = 254

func readRoutes(r *reader, d *definition, t *tree) {
	for _, item := range r.items(t) {
		entry := &route{place: item.place}
		readRows(r, routeKeys, entry, item)
		if entry.table.Or(mainTable) != mainTable {
			r.refuseAt(entry.table.Range, "A document has routes of the table main only; this one is left out.")
			continue
		}
		if entry.isDefault() && !r.own[item.place.Filename] {
			entry.to.Value = everywhere
		}
		if !slices.ContainsFunc(d.routes, entry.same) {
			d.routes = append(d.routes, entry)
		}
	}
}

// isDefault tells whether the route is a default one that is spelt as a prefix.
func (e *route) isDefault() bool {
	to, err := parseDestination(e.to.Value)
	return err == nil && to.Bits() == 0 && e.via.Known()
}

// same tells whether another entry is the same route, which netplan takes once.
func (e *route) same(other *route) bool {
	return e.to.Value == other.to.Value && e.via.Value == other.via.Value &&
		e.metric.Set == other.metric.Set && e.metric.Value == other.metric.Value && e.kind.Value == other.kind.Value
}

func readAccessPoints(r *reader, d *definition, t *tree) {
	for _, e := range r.entries(t) {
		a := &accessPoint{place: e.place}
		a.ssid = schema.Attr[schema.SSID]{Value: schema.SSID(e.key), Set: true, Range: e.place}
		readRows(r, accessPointKeys, a, e.value)
		if len(d.accessPoints) == 0 && a.profile != nil {
			d.profiles = append(d.profiles, a.profile)
		}
		d.accessPoints = append(d.accessPoints, a)
	}
}
