package wpa

import (
	"bytes"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// Entry is a line of a network block: a field of wpa_supplicant.conf(5), and
// its value as it stands there.
type Entry struct{ Key, Value string }

// Entries lists those of the first network of a file, also such that a document
// has no word for.
func Entries(file generators.File) []Entry {
	var list []Entry
	inside := false
	for raw := range bytes.Lines(file.Content) {
		text := meaningful(string(raw))
		key, value, ok := strings.Cut(text, "=")
		switch {
		case text == "network={":
			inside = true
		case inside && text == "}":
			return list
		case inside && ok:
			list = append(list, Entry{key, value})
		}
	}
	return list
}

// Same tells whether two files have a station join one network in the same way,
// and a document has a word for all that they say.
func Same(a, b generators.File) bool {
	one, ok := plainly(a)
	other, too := plainly(b)
	return ok && too && bytes.Equal(one, other)
}

// plainly gives what a file comes to, written as bondctl would; false where it
// says more or less than a document can.
func plainly(file generators.File) (content []byte, ok bool) {
	report := &generators.Report{}
	network := Read(file, report)
	if network == nil {
		return nil, false
	}
	written := File("", "", Station{Wifi: network}, report)
	return written.Content, report.IsEmpty()
}
