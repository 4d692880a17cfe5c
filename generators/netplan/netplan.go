// Package netplan writes a document as netplan's YAML (netplan-yaml(5)) and
// reads such files. It is pure.
//
// One table of keys serves both directions: each row of keys.go knows how its
// key is written from a definition and how it is read into one. A definition
// is netplan's view of a link; generate.go makes definitions of a document,
// read.go a document of definitions.
//
// No renderer is named in what is written: another file of the host decides,
// and otherwise netplan's default, systemd-networkd, whose behaviour is what a
// document is held to.
package netplan

import (
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// location is last but for files made on purpose to come after: netplan lets the
// file whose base name sorts last win.
const location = etcDir + "/90-bondctl.yaml"

// Backend gives the generator and the reader for netplan.
func Backend() *generators.Backend {
	return &generators.Backend{
		Name:     "netplan",
		Summary:  "YAML for netplan, which configures systemd-networkd or NetworkManager",
		Dirs:     []string{etcDir, "/run/netplan", libDir},
		Generate: generate,
		Read:     read,
		Secret:   generators.SecretKeys(":", "password", "client-key-password"),
	}
}

// generate renders the one file. It is Private whether it has a secret or
// not: netplan warns about files that others can read since 0.106.
func generate(doc *schema.Document, report *generators.Report) []generators.File {
	w := newWriter(doc, report)
	w.document(doc)
	return []generators.File{{Path: location, Mode: generators.Private, Content: w.yaml(generators.Header(doc))}}
}
