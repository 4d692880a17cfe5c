package schema

import (
	"fmt"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
)

// Suggest finds the known word that the given one was probably meant to be;
// empty where none is near.
func Suggest(given string, known []string) string {
	best, nearest := "", 3
	for _, word := range known {
		if distance := levenshtein.Distance(given, word, nil); distance < nearest {
			best, nearest = word, distance
		}
	}
	return best
}

// remedy proposes the known word that the given one was probably meant to be,
// or says something else where none is near.
func remedy(given string, known []string, otherwise string) string {
	if near := Suggest(given, known); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return otherwise
}

// unknownWord reports a word that is not among those known at its place.
func (d *decoder) unknownWord(place hcl.Range, what, given string, known []string) {
	detail := fmt.Sprintf("There is no %s %q; there are %s.", what, given, andList(known))
	if near := Suggest(given, known); near != "" {
		detail = fmt.Sprintf("There is no %s %q. Did you mean %q?", what, given, near)
	}
	d.diags = append(d.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: "Unknown " + what, Detail: detail, Subject: place.Ptr(),
	})
}
