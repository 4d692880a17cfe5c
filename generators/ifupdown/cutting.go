package ifupdown

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// insteadMark stands before a line that takes the place of one that was
// commented out.
const insteadMark = "# In place of the line above, by bondctl: to undo that, delete this line and the next, too.\n"

// cutting is what is cut out of one file.
type cutting struct {
	*letting
	file generators.File
	cuts []cut
	// links are those that the file named.
	links []string
}

// cut is a run of lines, and the line that takes its place, empty for none.
type cut struct {
	first, last int
	instead     string
}

func (c *cutting) cut(first, last int, links ...string) {
	c.cuts = append(c.cuts, cut{first: first, last: last})
	c.noteLinks(links)
}

// noteLinks remembers which of the links were there.
func (c *cutting) noteLinks(names []string) {
	for _, name := range names {
		if link := withoutAlias(name); c.takes(link) && !slices.Contains(c.links, link) {
			c.links = append(c.links, link)
		}
	}
}

// cutWhole cuts a line out for all the links that it names.
func (c *cutting) cutWhole(l line) {
	named := slices.DeleteFunc(slices.Clone(c.Links), func(link string) bool { return !hasName(l.text, link) })
	c.cut(l.number, l.last, named...)
}

// list cuts words out of a line. Without any left the line goes, or has the
// word for an empty list.
func (c *cutting) list(l line, gone func(string) bool, empty string) {
	parts := words(l.text)
	var kept, dropped []string
	for _, word := range parts[1:] {
		if gone(word) {
			physical, _, _ := strings.Cut(word, "=")
			dropped = append(dropped, physical)
		} else {
			kept = append(kept, word)
		}
	}
	if len(dropped) == 0 {
		return
	}
	c.cut(l.number, l.last, dropped...)
	if len(kept) == 0 && empty != "" {
		kept = []string{empty}
	}
	if len(kept) > 0 {
		c.cuts[len(c.cuts)-1].instead = strings.Join(append(parts[:1], kept...), " ")
	}
}

// edit makes the file's new content.
func (c *cutting) edit() generators.Edit {
	slices.Sort(c.links)
	return generators.Edit{Path: c.file.Path, Content: c.content(), Links: c.links, How: "commented out between marks"}
}

// content puts the lines that take the place of others behind those, and then
// comments these out.
func (c *cutting) content() []byte {
	var text bytes.Buffer
	var runs []generators.Lines
	number, added := 0, 0
	for raw := range bytes.Lines(c.file.Content) {
		number++
		text.Write(raw)
		at := slices.IndexFunc(c.cuts, func(cut cut) bool { return cut.last == number })
		if at < 0 {
			continue
		}
		done := c.cuts[at]
		runs = append(runs, generators.Lines{First: done.first + added, Last: done.last + added})
		if done.instead == "" {
			continue
		}
		if !bytes.HasSuffix(raw, []byte("\n")) {
			text.WriteByte('\n')
		}
		text.WriteString(insteadMark + indentOf(c.file.Content, done.first) + done.instead + "\n")
		added += 2
	}
	return generators.CommentOut(text.Bytes(), runs)
}

// indentOf gives the blanks that a line of a file begins with.
func indentOf(content []byte, number int) string {
	for raw := range bytes.Lines(content) {
		number--
		if number == 0 {
			return string(raw[:len(raw)-len(bytes.TrimLeft(raw, " \t"))])
		}
	}
	return ""
}

// hasName tells whether a text has a link's name as a word: what stands around
// it can be no part of a name.
func hasName(text, link string) bool {
	around := func(r rune) bool { return !isWordRune(r) || r == '+' || r == '@' }
	return slices.ContainsFunc(strings.FieldsFunc(text, around), func(word string) bool {
		return strings.TrimLeft(word, "-") == link
	})
}
