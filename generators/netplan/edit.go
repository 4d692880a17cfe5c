package netplan

import (
	"errors"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
)

// trail leads from the top of a document to a member of a mapping or a
// sequence: which one of each Content to go to, a key standing for its value.
type trail []int

func (t trail) to(index int) trail { return append(slices.Clip(t), index) }

// eachBelow visits the entries of a mapping with the trails to their keys.
func eachBelow(mapping *yaml.Node, at trail, visit func(at trail, key, value *yaml.Node)) {
	if mapping != nil && mapping.Kind == yaml.DocumentNode {
		mapping = mapping.Content[0]
	}
	each(mapping, func(i int, key, value *yaml.Node) { visit(at.to(i), key, value) })
}

// find gives what has the member that a trail leads to, the key of that, and
// whether the way goes through an alias: a text there stands for several.
func (t trail) find(document *yaml.Node) (key, container *yaml.Node, aliased bool) {
	container = document.Content[0]
	for _, i := range t[:len(t)-1] {
		if container.Kind == yaml.MappingNode {
			key = container.Content[i]
			i++
		}
		container = container.Content[i]
		if container.Kind == yaml.AliasNode {
			container, aliased = container.Alias, true
		}
	}
	return key, container, aliased
}

// change is what is to become of a document: members that go, keys that get
// [lastPrefix] put before them, and entries that come first in the mapping of
// a key.
type change struct {
	cuts, renamed []trail
	added         []addition
}

// addition is an entry that is added below the key that a trail leads to.
type addition struct {
	below trail
	entry string
}

func (c *change) isEmpty() bool { return len(c.cuts)+len(c.renamed)+len(c.added) == 0 }

var (
	errAliases   = errors.New("its aliases repeat too much of it")
	errDocuments = errors.New("it has more than one document")
)

// apply gives the text of a file with the change, every other byte as it was.
// Where the places of the nodes do not tell what to cut, as within what an
// alias stands for, the document is written anew, with its comments.
func (c *change) apply(content []byte, document *yaml.Node) ([]byte, error) {
	changed, err := c.changed(document)
	if err != nil {
		return nil, err
	}
	want := treeOf(changed)
	if edited, ok := c.inPlace(content, document); ok && isSaid(edited, want) {
		return edited, nil
	}
	if secondDocument(content) == 0 {
		return encode(changed), nil
	}
	return nil, errDocuments
}

// changed applies the change to the nodes of a copy without aliases.
func (c *change) changed(document *yaml.Node) (*yaml.Node, error) {
	copies := &copier{left: maxCopies}
	clone := copies.copied(document)
	if copies.left < 0 {
		return nil, errAliases
	}
	for _, p := range c.renamed {
		_, container, _ := p.find(clone)
		container.Content[p[len(p)-1]].Value = lastPrefix + container.Content[p[len(p)-1]].Value
	}
	for _, a := range c.added {
		_, container, _ := a.below.find(clone)
		mapping := container.Content[a.below[len(a.below)-1]+1]
		entry, err := firstDocument([]byte(a.entry))
		if err != nil {
			return nil, err
		}
		mapping.Content = append(entry.Content[0].Content, mapping.Content...)
	}
	for _, g := range grouped(clone, c.cuts) {
		g.container.Content = g.kept()
		if len(g.container.Content) == 0 {
			g.container.Style = yaml.FlowStyle
		}
	}
	return clone, nil
}

// copier copies nodes, and what aliases stand for in their place.
type copier struct {
	// left is how many nodes aliases may still repeat, within how many of them
	// the copier is.
	left, within int
}

func (c *copier) copied(n *yaml.Node) *yaml.Node {
	clone := *n
	if n.Kind == yaml.AliasNode {
		c.within++
		defer func() { c.within-- }()
		clone = *n.Alias
		clone.HeadComment, clone.LineComment, clone.FootComment = n.HeadComment, n.LineComment, n.FootComment
	}
	members := clone.Content
	clone.Anchor, clone.Content = "", make([]*yaml.Node, 0, len(members))
	for _, member := range members {
		if c.within > 0 {
			c.left--
		}
		if c.left < 0 {
			break
		}
		clone.Content = append(clone.Content, c.copied(member))
	}
	return &clone
}

// group are the members of one mapping or sequence that go.
type group struct {
	key, container *yaml.Node
	aliased        bool
	gone           []int // indices of keys or items, ascending
}

// grouped sorts cuts by what they cut from.
func grouped(document *yaml.Node, cuts []trail) []*group {
	var groups []*group
	of := map[*yaml.Node]*group{}
	for _, t := range cuts {
		key, container, aliased := t.find(document)
		if of[container] == nil {
			of[container] = &group{key: key, container: container, aliased: aliased}
			groups = append(groups, of[container])
		}
		of[container].gone = append(of[container].gone, t[len(t)-1])
	}
	for _, g := range groups {
		slices.Sort(g.gone)
		g.gone = slices.Compact(g.gone)
	}
	return groups
}

// width is how many nodes a member has: a key and a value, or an item.
func (g *group) width() int {
	if g.container.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

// isGone tells whether the member of a number goes.
func (g *group) isGone(number int) bool {
	_, gone := slices.BinarySearch(g.gone, number*g.width())
	return gone
}

// column is that of the keys, or of the dashes.
func (g *group) column() int {
	if g.container.Kind == yaml.MappingNode && len(g.container.Content) > 0 {
		return g.container.Content[0].Column
	}
	return g.container.Column
}

func (g *group) size() int { return len(g.container.Content) / g.width() }

func (g *group) all() bool { return len(g.gone) == g.size() }

func (g *group) kept() []*yaml.Node {
	var kept []*yaml.Node
	for number := range g.size() {
		if !g.isGone(number) {
			kept = append(kept, g.container.Content[number*g.width():(number+1)*g.width()]...)
		}
	}
	return kept
}

// treeOf gives what nodes say, without their places.
func treeOf(document *yaml.Node) *tree {
	p := &planter{report: &generators.Report{}, copies: maxCopies}
	return p.tree(document.Content[0])
}

// isSaid tells whether a text says what a tree does.
func isSaid(content []byte, want *tree) bool {
	document, err := firstDocument(content)
	return err == nil && document != nil && treeOf(document).equals(want)
}

func (t *tree) equals(other *tree) bool {
	return t.kind == other.kind && t.text == other.text &&
		slices.EqualFunc(t.items, other.items, (*tree).equals) &&
		slices.EqualFunc(t.members, other.members, func(a, b entry) bool { return a.key == b.key && a.value.equals(b.value) })
}
