package cli

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/schema"
)

// unready warns of the programs of the document's fallbacks that this host cannot run.
func unready(doc *schema.Document) hcl.Diagnostics {
	var diags hcl.Diagnostics
	warn := func(command schema.List[string], without string) {
		if len(command.Items) == 0 {
			return
		}
		path := command.Items[0]
		if err := program.Ready(path.Value); err != nil {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagWarning, Summary: "Program cannot be run", Subject: &path.Range,
				Detail: fmt.Sprintf("%s: %v. %s", path.Value, err, without),
			})
		}
	}
	for _, fallback := range doc.Fallbacks {
		for _, route := range fallback.Routes {
			for _, v := range route.Verifiers {
				warn(v.Command, "Until it can, this verifier says nothing of its route.")
			}
			for _, h := range route.Handlers {
				warn(h.Command, "Until it can, this handler does nothing.")
			}
		}
	}
	return diags
}
