package netplan

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
)

// tree is a value of several files merged, with the places it came from.
type tree struct {
	place   hcl.Range
	kind    yaml.Kind
	text    string
	members []entry
	index   map[string]int
	items   []*tree
}

// entry is a key of a mapping with its value.
type entry struct {
	key   string
	place hcl.Range
	value *tree
}

// Keys whose values do not simply grow by what a later file says of them.
const (
	keyLinkLocal    = "link-local"
	keyTargets      = "arp-ip-targets"
	keyAccessPoints = "access-points"
)

// merge takes up what a later file, or a later key of the same file, says of
// the same key (src/parse.c of netplan): mappings are merged, lists are
// appended, everything else is replaced. link-local is replaced too, as is a
// network of the same SSID, and as many targets of ARP as there are already
// are taken for those that are there.
func (t *tree) merge(key string, later *tree) {
	switch {
	case t.kind != later.kind || t.kind == yaml.ScalarNode || key == keyLinkLocal && t.kind == yaml.SequenceNode:
		*t = *later
	case t.kind == yaml.SequenceNode:
		if key != keyTargets || len(t.items) != len(later.items) {
			t.items = append(t.items, later.items...)
		}
	default:
		for _, e := range later.members {
			if i, known := t.index[e.key]; known && key == keyAccessPoints {
				t.members[i] = e
				continue
			}
			t.add(e)
		}
	}
}

func (t *tree) add(e entry) {
	if i, known := t.index[e.key]; known {
		t.members[i].value.merge(e.key, e.value)
		return
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	t.index[e.key] = len(t.members)
	t.members = append(t.members, e)
}

// plant parses the files that netplan would read and merges them in its
// order. It gives nil where there is nothing.
func plant(files []generators.File, report *generators.Report) *tree {
	var merged *tree
	for _, file := range inOrder(files) {
		t := parse(file, report)
		switch {
		case t == nil:
		case merged == nil:
			merged = t
		default:
			merged.merge("", t)
		}
	}
	return merged
}

// directories are where netplan looks: a file hides those of its name in the
// directories before (netplan_parser_load_yaml_hierarchy in src/util.c). /lib
// is /usr/lib where the two are merged.
var directories = []string{libDir, usrLibDir, etcDir, runDir}

const (
	libDir    = "/lib/netplan"
	usrLibDir = "/usr/lib/netplan"
	etcDir    = "/etc/netplan"
	runDir    = "/run/netplan"
)

// isRead tells whether netplan reads a file of this path.
func isRead(file string) bool {
	name := path.Base(file)
	return slices.Contains(directories, path.Dir(file)) && path.Ext(name) == ".yaml" && !strings.HasPrefix(name, ".")
}

// inOrder gives the files that netplan reads and that none hides, by their
// base names: later ones add to what earlier ones say.
func inOrder(files []generators.File) []generators.File {
	byName := map[string]generators.File{}
	var names []string
	for _, dir := range directories {
		for _, file := range files {
			if path.Dir(file.Path) != dir || !isRead(file.Path) {
				continue
			}
			name := path.Base(file.Path)
			if _, hidden := byName[name]; !hidden {
				names = append(names, name)
			}
			byName[name] = file
		}
	}
	slices.Sort(names)
	ordered := make([]generators.File, len(names))
	for i, name := range names {
		ordered[i] = byName[name]
	}
	return ordered
}

// parse reads the first document of a file, as netplan does.
func parse(file generators.File, report *generators.Report) *tree {
	document, err := firstDocument(file.Content)
	if err != nil {
		line, why := mistake(file.Content, err)
		report.NotUnderstood(file.Path, line, "The file is not YAML: netplan refuses it, and with it all others. The parser "+why+".")
		return nil
	}
	if document == nil {
		return nil
	}
	if at := secondDocument(file.Content); at > 0 {
		report.NotUnderstood(file.Path, at, "netplan reads the first document of a file only; this is a further one.")
	}
	p := &planter{file: file.Path, report: report, copies: maxCopies}
	return p.tree(document.Content[0])
}

// maxCopies bounds the values that aliases of one file may repeat, so that a
// small file cannot become a large tree, nor one without an end.
const maxCopies = 10000

// planter makes a tree of one file's nodes.
type planter struct {
	file   string
	report *generators.Report
	copies int
	alias  int // how many aliases the node is within
}

func (p *planter) tree(n *yaml.Node) *tree {
	if n.Kind == yaml.AliasNode {
		p.alias++
		defer func() { p.alias-- }()
		n = n.Alias
	}
	t := &tree{place: generators.Line(p.file, n.Line), kind: n.Kind, text: n.Value}
	if p.alias > 0 && p.exhausted(n) {
		return &tree{place: t.place, kind: yaml.ScalarNode}
	}
	switch n.Kind {
	case yaml.MappingNode:
		p.members(t, n)
	case yaml.SequenceNode:
		for i := 0; i < len(n.Content) && p.copies >= 0; i++ {
			t.items = append(t.items, p.tree(n.Content[i]))
		}
	case yaml.ScalarNode, yaml.DocumentNode, yaml.AliasNode:
	}
	return t
}

// exhausted counts a value that an alias repeats, and says once that there are
// too many.
func (p *planter) exhausted(n *yaml.Node) bool {
	p.copies--
	if p.copies == -1 {
		p.report.NotUnderstood(p.file, n.Line, "Aliases repeat more than a host's configuration can have; the rest is left out.")
	}
	return p.copies < 0
}

func (p *planter) members(t *tree, n *yaml.Node) {
	for i := 0; i+1 < len(n.Content) && p.copies >= 0; i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			p.report.NotUnderstood(p.file, key.Line, "A key must be a word.")
			continue
		}
		t.add(entry{key: key.Value, place: generators.Line(p.file, key.Line), value: p.tree(n.Content[i+1])})
	}
}
