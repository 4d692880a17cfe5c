package schema

import "strings"

// orList joins names as a sentence does: "a", "a or b", "a, b or c".
func orList(names []string) string { return sentenceList(names, "or") }

// andList joins names as a sentence does: "a", "a and b", "a, b and c".
func andList(names []string) string { return sentenceList(names, "and") }

func sentenceList(names []string, last string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	end := len(names) - 1
	return strings.Join(names[:end], ", ") + " " + last + " " + names[end]
}
