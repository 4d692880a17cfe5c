package schema

import (
	"cmp"
	"slices"
)

// canonical gives the settings in the form in which two that mean the same
// are the same: one name for each of the kernel's variables, and targets in
// one order.
func (s Settings) canonical() Settings {
	settings := slices.Clone(s.withoutAliases())
	for i, setting := range settings {
		if setting.Value.IsList() {
			settings[i].Value.items = inOrder(setting.Value.items)
		}
	}
	return settings
}

// inOrder sorts targets, which the driver probes all alike, by length first:
// RHEL's network-scripts skip a target whose text is part of one that they
// have set before, as 192.0.2.1 is of 192.0.2.10.
func inOrder(targets []string) []string {
	sorted := slices.Clone(targets)
	slices.SortFunc(sorted, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	return sorted
}

// shareCountry gives each Wi-Fi network that names no country the one that
// another names, for the kernel has one for all radios. Networks that change
// are copied.
func (d *Document) shareCountry() {
	shared := d.country()
	if !shared.Known() {
		return
	}
	for _, b := range d.Bonds {
		b.Slaves = slices.Clone(b.Slaves)
		for i, slave := range b.Slaves {
			changed := *slave
			changed.Wifi = slave.Wifi.in(shared)
			b.Slaves[i] = &changed
		}
	}
	for _, l := range d.Links {
		l.Wifi = l.Wifi.in(shared)
	}
}

// country gives the first that a Wi-Fi network names.
func (d *Document) country() Attr[string] {
	for _, b := range d.Bonds {
		for _, slave := range b.Slaves {
			if slave.Wifi != nil && slave.Wifi.Country.Known() {
				return slave.Wifi.Country
			}
		}
	}
	for _, l := range d.Links {
		if l.Wifi != nil && l.Wifi.Country.Known() {
			return l.Wifi.Country
		}
	}
	return Attr[string]{}
}

// in gives the network with the country, where it has none of its own.
func (w *Wifi) in(country Attr[string]) *Wifi {
	if w == nil || w.Country.Set {
		return w
	}
	changed := *w
	changed.Country = country
	return &changed
}
