package ini

import (
	"bytes"
	"fmt"
	"strings"
)

// Writer writes a file line by line. Its zero value writes GKeyFile.
type Writer struct {
	Dialect Dialect

	text    bytes.Buffer
	section bool
	err     error
}

// Comment writes a line for people.
func (w *Writer) Comment(text string) {
	if breaksLine(text) {
		w.refuse("comment", text)
		return
	}
	w.text.WriteString("# " + text + "\n")
}

// Section begins a section; the same name may begin several.
func (w *Writer) Section(name string) {
	if name == "" || breaksLine(name) || strings.ContainsAny(name, "[]") {
		w.refuse("section", name)
		return
	}
	if w.text.Len() > 0 {
		w.text.WriteByte('\n')
	}
	w.text.WriteString("[" + name + "]\n")
	w.section = true
}

// Set writes an entry of the section begun last; the same key may be repeated.
func (w *Writer) Set(key, value string) {
	if !w.section || !goodKey(key) {
		w.refuse("key", key)
		return
	}
	if !w.goodValue(value) {
		w.refuse("value of", key) // the value may be a secret
		return
	}
	w.text.WriteString(key + "=" + value + "\n")
}

// Bytes gives the file, or the first thing that was refused.
func (w *Writer) Bytes() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	return bytes.Clone(w.text.Bytes()), nil
}

func (w *Writer) refuse(what, name string) {
	if w.err == nil {
		w.err = fmt.Errorf("%s %q cannot stand in a file of lines", what, name)
	}
}

// goodKey tells whether the reader finds the key again, and neither a comment
// nor a section instead.
func goodKey(key string) bool {
	return key != "" && !breaksLine(key) && !strings.Contains(key, "=") &&
		!strings.ContainsAny(key[:1], "#;[") && strings.Trim(key, blanks) == key
}

// goodValue tells whether the reader finds the value again as it is.
func (w *Writer) goodValue(value string) bool {
	if breaksLine(value) || strings.TrimLeft(value, blanks) != value {
		return false
	}
	if w.Dialect == GKeyFile {
		return true
	}
	return strings.TrimRight(value, blanks) == value && !strings.HasSuffix(value, `\`)
}

func breaksLine(text string) bool { return strings.ContainsAny(text, "\n\r\x00") }
