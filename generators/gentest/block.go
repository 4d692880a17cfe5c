package gentest

import (
	"slices"
	"strings"
)

// block is one of a document: the words before its brace, its attributes, and the
// blocks within it.
type block struct {
	head  string
	lines []string
	inner []block
}

func inOrder(blocks []block) []block { return blocks }

// written gives the text of blocks in an order.
func written(blocks []block, order func([]block) []block) string {
	var b strings.Builder
	if len(blocks) > 0 {
		blocks = order(blocks)
	}
	for _, one := range blocks {
		b.WriteString(one.head + " {\n" + strings.Join(one.lines, "\n") + "\n" + written(one.inner, order) + "}\n")
	}
	return b.String()
}

// try adds a line to a block, or to one within it, where both are valid with it.
func (b *block) try(at *block, line string) {
	before := at.lines
	at.lines = append(slices.Clone(before), line)
	if _, invalid := attempt(written([]block{*b}, inOrder)); invalid {
		at.lines = before
	}
}
