package schema

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// tellingLength is the length from which a sensitive text is masked wherever
// it stands in a finding, and not only in quotes: a shorter one is a part of
// too many words.
const tellingLength = 6

// hush takes the texts of sensitive variables out of what is said about a
// document: one that was given to an attribute that is no secret is quoted
// like any other value.
func (d *Document) hush(diags hcl.Diagnostics) hcl.Diagnostics {
	if len(d.Sensitive) == 0 {
		return diags
	}
	var pairs []string
	for _, secret := range d.Sensitive {
		text := secret.Reveal()
		if text != "" {
			pairs = append(pairs, strconv.Quote(text), Masked)
		}
		if len(text) >= tellingLength {
			pairs = append(pairs, text, Masked)
		}
	}
	masks := strings.NewReplacer(pairs...)
	for _, diag := range diags {
		diag.Detail = masks.Replace(diag.Detail)
	}
	return diags
}
