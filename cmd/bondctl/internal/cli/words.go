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

// counted counts things: 1 fallback is, 2 fallbacks are.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
