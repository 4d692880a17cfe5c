// Package templates holds what bondctl hands out: the starter documents of
// bondctl init, one for each story and one for each mode, and systemd units.
package templates

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed starters/*.hcl
var files embed.FS

// Starter is a document to begin with.
type Starter struct {
	// Name is what bondctl init --template takes.
	Name string
	// Summary says in one line when to choose it.
	Summary string
	Content []byte
}

// Starters lists the starter documents by name.
func Starters() []Starter {
	entries, err := files.ReadDir("starters")
	if err != nil {
		panic(fmt.Sprintf("reading the embedded starters: %v", err))
	}
	starters := make([]Starter, len(entries))
	for i, entry := range entries {
		starters[i] = starter(strings.TrimSuffix(entry.Name(), ".hcl"))
	}
	return starters
}

// starter reads one document; its first line is "# NAME: SUMMARY".
func starter(name string) Starter {
	content, err := files.ReadFile("starters/" + name + ".hcl")
	if err != nil {
		panic(fmt.Sprintf("reading the embedded starter %s: %v", name, err))
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return Starter{Name: name, Summary: strings.TrimPrefix(first, "# "+name+": "), Content: content}
}

// Lookup finds a starter by name.
func Lookup(name string) (Starter, bool) {
	starters := Starters()
	i := slices.IndexFunc(starters, func(s Starter) bool { return s.Name == name })
	if i < 0 {
		return Starter{}, false
	}
	return starters[i], true
}
