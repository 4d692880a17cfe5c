package netplan

import (
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
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

// merge takes up what a later file, or a later key of the same file, says:
// mappings are merged, lists are appended, everything else is replaced.
func (t *tree) merge(later *tree) {
	switch {
	case t.kind != later.kind || t.kind == yaml.ScalarNode:
		*t = *later
	case t.kind == yaml.SequenceNode:
		t.items = append(t.items, later.items...)
	default:
		for _, e := range later.members {
			t.add(e)
		}
	}
}

func (t *tree) add(e entry) {
	if i, known := t.index[e.key]; known {
		t.members[i].value.merge(e.value)
		return
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	t.index[e.key] = len(t.members)
	t.members = append(t.members, e)
}

// plant parses the files that netplan would read and merges them in its
// order: by base name, a file in /etc hiding one so called in /run, and that
// one in /lib. It gives nil where there is nothing.
func plant(files []generators.File, report *generators.Report) *tree {
	var merged *tree
	for _, file := range inOrder(files) {
		t := parse(file, report)
		switch {
		case t == nil:
		case merged == nil:
			merged = t
		default:
			merged.merge(t)
		}
	}
	return merged
}

func inOrder(files []generators.File) []generators.File {
	byName := map[string]generators.File{}
	var names []string
	for _, dir := range Backend().Dirs {
		for _, file := range files {
			name := path.Base(file.Path)
			if path.Dir(file.Path) != dir || path.Ext(name) != ".yaml" || strings.HasPrefix(name, ".") {
				continue
			}
			if _, hidden := byName[name]; !hidden {
				byName[name] = file
				names = append(names, name)
			}
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
	decoder := yaml.NewDecoder(bytes.NewReader(file.Content))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		report.NotUnderstood(file.Path, lineOf(err), "The file is not YAML: netplan refuses it, and with it all others. "+err.Error())
		return nil
	case len(document.Content) == 0:
		return nil
	}
	p := &planter{file: file.Path, report: report, copies: maxCopies}
	return p.tree(document.Content[0])
}

var lineInError = regexp.MustCompile(`line (\d+)`)

// lineOf finds the line that an error of the parser names.
func lineOf(err error) int {
	if found := lineInError.FindStringSubmatch(err.Error()); found != nil {
		line, _ := strconv.Atoi(found[1])
		return max(line, 1)
	}
	return 1
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
