package importing

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// Written is an import as text.
type Written struct {
	// Text decodes to Document, given the secrets, and is valid.
	Text     []byte
	Document *schema.Document
	// Secrets are the files that the text reads, sorted by name.
	Secrets []Secret
	// LeftOut is what the text has as comments only, for validation refuses it.
	LeftOut []LeftOut
	// Unsaid is what no text can say.
	Unsaid []Remark
}

// Secret is a file of mode 0600 that a document reads.
type Secret struct {
	// Statement is the path of what the file is for ([schema.Statement]).
	Statement string
	generators.File
}

// LeftOut is a part of a document that validation refuses.
type LeftOut struct {
	// Line is that of the text where it stands as a comment.
	Line int
	// Why is the summary and the detail of the refusal.
	Why string
}

// Write writes the document below a heading, with secrets as references to files
// in the directory. What validation refuses of it becomes a comment. An error among
// the diagnostics means that the text is not valid all the same.
func (i *Import) Write(heading []string, secrets string) (Written, hcl.Diagnostics) {
	s := &safe{dir: secrets, names: map[string]bool{}}
	text, lost := i.Document.Source(schema.Writing{Heading: heading, Notes: i.Notes, SecretFile: s.file})
	w := Written{Secrets: s.files}
	for _, d := range lost {
		w.Unsaid = append(w.Unsaid, remark(d))
	}
	var diags hcl.Diagnostics
	w.Text, w.Document, diags = settle(text, s.read)
	w.LeftOut = leftOut(w.Text)
	return w, diags
}

// safe keeps the secrets of a document.
type safe struct {
	dir   string
	names map[string]bool
	files []Secret
}

// file names the file for a secret: after the link whose it is, and what it is.
func (s *safe) file(statement string, secret schema.Secret) string {
	name := path.Join(s.dir, fileName(statement))
	for n := 2; s.names[name]; n++ {
		name = path.Join(s.dir, fmt.Sprintf("%s-%d", fileName(statement), n))
	}
	s.names[name] = true
	s.files = append(s.files, Secret{statement, generators.File{Path: name, Mode: generators.Private, Content: secret.ForFile()}})
	return name
}

// fileName makes of "bond/bond0/slave/wlan0/wifi/psk" the name "wlan0.psk".
func fileName(statement string) string {
	words := strings.Split(statement, "/")
	link := words[min(1, len(words)-1)]
	if len(words) > 3 && words[2] == "slave" {
		link = words[3]
	}
	plain := strings.Map(func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			return r
		}
		return '_'
	}, link)
	return cmp.Or(strings.TrimLeft(plain, "."), "link") + "." + words[len(words)-1]
}

// read gives the content of a file that the document names.
func (s *safe) read(name string) ([]byte, error) {
	for _, f := range s.files {
		if f.Path == name {
			return f.Content, nil
		}
	}
	return nil, fs.ErrNotExist
}
