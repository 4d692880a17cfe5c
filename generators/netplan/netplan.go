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
	"regexp"

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
		Dirs:     []string{etcDir, runDir, libDir},
		Generate: generate,
		Read:     read,
		Sources:  patterns(),
		Mentions: mentions,
		LetGo:    letGo,
		Secret:   findSecret,
	}
}

// patterns are those of all files that netplan reads. /lib is /usr/lib where
// the two are merged.
func patterns() []string {
	var list []string
	for _, dir := range []string{libDir, etcDir, runDir} {
		list = append(list, dir+"/*.yaml")
	}
	return list
}

// secretKey is a key, in quotes or not and wherever in its line, that a secret
// stands behind: those of netplan's own, and those of NetworkManager's
// profiles that netplan hands on.
var secretKey = regexp.MustCompile(`(?i)(?:(?:^|[\s{,"'.-])(?:password|psk|pin|private-key|wep-key\d|secrets?(?:\.[\w.-]+)?)|` +
	`(?:^|[\s{,"'])(?:keys?|private|shared))["']?\s*:\s*`)

// findSecret is the backend's [generators.SecretFinder].
func findSecret(line []byte) (start int, ok bool) {
	if found := secretKey.FindIndex(line); found != nil {
		return found[1], true
	}
	return 0, false
}

// generate renders the one file. It is Private whether it has a secret or
// not: netplan warns about files that others can read since 0.106.
func generate(doc *schema.Document, report *generators.Report) []generators.File {
	w := newWriter(doc, report)
	w.document(doc)
	return []generators.File{{Path: location, Mode: generators.Private, Content: w.yaml(generators.Header(doc))}}
}
