package all_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// story is what somebody configured by hand, and our description of it.
type story struct {
	archive  string // the author's files, in testdata/seeds
	document string // ours, in testdata/corpus
	backend  string // that of the author's files
	// added are the statements that ours have beyond the author's, each with the reason.
	added map[string]string
}

// backOnCable is why our description of seed 001 has a primary.
var backOnCable = map[string]string{
	"bond/bond0/primary = eth0": "without a primary, traffic stays on Wi-Fi after the cable is back",
}

var stories = []story{
	{
		// The author's options stand three times, for in Debian of that day the
		// first link that came up made the bond, with what its own stanza said.
		// Today only bond0's count: ours has them once, bond0 brings its slaves
		// up, and the pass-phrase is in a file of mode 0600.
		archive: "000.txtar", document: "seed000_homeplug.hcl", backend: "ifupdown",
		added: map[string]string{
			"bond/bond0/fail_over_mac = active": "the author's access point let the station use the cable's address; most refuse it",
		},
	},
	{archive: "001_networkmanager_1.42.txtar", document: "seed001_raspberry.hcl", backend: "keyfile", added: backOnCable},
	{archive: "001_networkmanager_1.52.txtar", document: "seed001_raspberry.hcl", backend: "keyfile", added: backOnCable},
	{archive: "004.txtar", document: "seed004_rhel.hcl", backend: "ifcfg"},
}

// TestStoriesOfTheSeeds holds what every backend renders of our description
// against what the author's own files say: ours do at least what theirs do.
func TestStoriesOfTheSeeds(t *testing.T) {
	for _, s := range stories {
		author := statements(s.read(t))
		for _, backend := range all.Backends() {
			if backend.Name == "modprobe" {
				continue // the driver's options only, no bond with slaves: see TestModprobeOfSeed004
			}
			t.Run(strings.TrimSuffix(s.archive, ".txtar")+" by "+backend.Name, func(t *testing.T) {
				files, diags := backend.Render(s.decode(t))
				require.False(t, diags.HasErrors(), "%v", diags)
				parsed, _ := backend.Parse(files)
				s.compare(t, author, statements(parsed))
			})
		}
	}
}

func (s story) compare(t *testing.T, author, rendered map[string]bool) {
	t.Helper()
	for line := range author {
		assert.True(t, rendered[line], "%s: said by the author and not by ours", line)
	}
	for line := range rendered {
		assert.NotEqual(t, author[line], s.added[line] != "", "%s: said by ours, by the author too %v; the reason: %q", line, author[line], s.added[line])
	}
	for line := range s.added {
		assert.True(t, rendered[line], "%s is not said by ours any more", line)
	}
}

// TestModprobeOfSeed004 holds the module's parameters against those that the
// author wrote for one bond, which act no more.
func TestModprobeOfSeed004(t *testing.T) {
	backend, ok := all.Lookup("modprobe")
	require.True(t, ok)
	s := stories[len(stories)-1]
	files, _ := backend.Render(s.decode(t))
	parsed, _ := backend.Parse(files)
	assert.Subset(t, statements(parsed), map[string]bool{"bond/bond0": true, "bond/bond0/mode = balance-rr": true, "bond/bond0/miimon = 1000": true})
	theirs, complaints := backend.Parse(s.files(t))
	assert.Empty(t, theirs.Bonds, "options of bond0 need a module of that name")
	assert.NotEmpty(t, complaints)
}

func (s story) decode(t *testing.T) *schema.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata/corpus", s.document))
	require.NoError(t, err)
	return gentest.Decode(t, s.document, text)
}

func (s story) read(t *testing.T) *schema.Document {
	t.Helper()
	backend, ok := all.Lookup(s.backend)
	require.True(t, ok)
	doc, complaints := backend.Parse(s.files(t))
	require.Empty(t, complaints)
	return doc
}

func (s story) files(t *testing.T) []generators.File {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("../../testdata/seeds", s.archive))
	require.NoError(t, err)
	files := make([]generators.File, len(archive.Files))
	for i, f := range archive.Files {
		files[i] = generators.File{Path: f.Name, Mode: generators.Private, Content: f.Data}
	}
	return files
}

func statements(d *schema.Document) map[string]bool {
	said := map[string]bool{}
	for _, s := range d.Statements() {
		line := s.Path
		if s.Value != "" {
			line += " = " + s.Value
		}
		said[line] = true
	}
	return said
}
