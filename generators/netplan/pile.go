package netplan

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// pieceSize is how many definitions are encoded at once. The library's
// emitter keeps every event of a document, so that in one piece the memory for
// 10 000 bonds would be most of a gigabyte.
const pieceSize = 128

// pile is a section below network that is encoded in pieces. The text is that
// of the section encoded as one.
type pile struct {
	key     string
	pending *yaml.Node
	text    bytes.Buffer
}

// add puts a definition at the section's end.
func (p *pile) add(id, value *yaml.Node) {
	if p.pending == nil {
		p.pending = mapping()
	}
	put(p.pending, id, value)
	if len(p.pending.Content) >= 2*pieceSize {
		p.flush()
	}
}

// flush encodes what is pending below the keys that it stands below in the
// file, and leaves out the lines of those that are written already.
func (p *pile) flush() {
	section, root := mapping(), mapping()
	put(section, plain(p.key), p.pending)
	put(root, plain("network"), section)
	written := 1
	if p.text.Len() > 0 {
		written = 2
	}
	p.text.Write(withoutLines(encode(root), written))
	p.pending = nil
}

// yaml gives the section's text, empty where it has no definition.
func (p *pile) yaml() []byte {
	if p.pending != nil {
		p.flush()
	}
	return p.text.Bytes()
}

func withoutLines(text []byte, n int) []byte {
	for range n {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text
}

// encode gives the text of a tree, indented as netplan's own examples are.
func encode(root *yaml.Node) []byte {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		// The tree is ours, its texts are UTF-8 and the buffer takes all.
		panic(err)
	}
	return text.Bytes()
}
