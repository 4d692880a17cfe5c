package cli

import (
	"fmt"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// unknown says that a word is none of those known, and which was probably meant.
func unknown(what, given string, known []string) string {
	if near := schema.Suggest(given, known); near != "" {
		return fmt.Sprintf("there is no %s %q. Did you mean %q?", what, given, near)
	}
	return fmt.Sprintf("there is no %s %q; there are %s", what, given, strings.Join(known, ", "))
}
