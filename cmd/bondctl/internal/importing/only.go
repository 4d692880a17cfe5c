package importing

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// Names lists what can be asked for by name: bonds, slaves, VLANs and the links
// outside bonds, sorted, each once.
func (i *Import) Names() []string {
	var names []string
	for _, b := range i.Document.Bonds {
		names = append(names, namesOfBond(b)...)
	}
	for _, l := range i.Document.Links {
		names = append(names, namesOfLink(l)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func namesOfBond(b *schema.Bond) []string {
	names := append([]string{b.Name.Value}, namesOfVLANs(b.Name.Value, b.VLANs)...)
	return append(names, slavesOf(b)...)
}

func slavesOf(b *schema.Bond) []string {
	var names []string
	for _, s := range b.Slaves {
		names = append(names, s.Name.Value)
	}
	return names
}

func namesOfLink(l *schema.Link) []string {
	return append([]string{l.Name.Value}, namesOfVLANs(l.Name.Value, l.VLANs)...)
}

func namesOfVLANs(parent string, vlans []*schema.VLAN) []string {
	var names []string
	for _, v := range vlans {
		names = append(names, v.Name(parent))
	}
	return names
}

// Only leaves of the document the bonds and links that have one of the names, or a
// slave or VLAN that has, and the links whose VLANs are slaves of these bonds.
func (i *Import) Only(names []string) {
	named := func(all []string) bool {
		return slices.ContainsFunc(all, func(name string) bool { return slices.Contains(names, name) })
	}
	doc := *i.Document
	doc.Bonds = slices.DeleteFunc(slices.Clone(doc.Bonds), func(b *schema.Bond) bool { return !named(namesOfBond(b)) })
	names = slices.Clone(names)
	for _, b := range doc.Bonds {
		names = append(names, slavesOf(b)...)
	}
	doc.Links = slices.DeleteFunc(slices.Clone(doc.Links), func(l *schema.Link) bool { return !named(namesOfLink(l)) })
	i.Document = &doc
	i.Notes = slices.DeleteFunc(i.Notes, func(n schema.Note) bool { return n.Path != "" && !isWithin(i.Document, n.Path) })
}

// isWithin tells whether a path is that of a bond or link of the document, or below it.
func isWithin(d *schema.Document, path string) bool {
	return slices.ContainsFunc(d.Statements(), func(s schema.Statement) bool {
		return strings.Count(s.Path, "/") == 1 && (path == s.Path || strings.HasPrefix(path, s.Path+"/"))
	})
}
