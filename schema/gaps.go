package schema

import "github.com/hashicorp/hcl/v2"

// gaps tells what of a block was not understood. What seems absent from such a
// block may only be misspelt, and nobody wants to hear of it twice.
type gaps struct {
	// attrs is true where an attribute, blocks where an inner block was unknown.
	attrs, blocks bool
}

func (g gaps) any() bool { return g.attrs || g.blocks }

// gapsOf reads what HCL says about a block's body.
func gapsOf(diags hcl.Diagnostics) gaps {
	var g gaps
	for _, d := range diags {
		switch d.Summary {
		case "Unsupported argument":
			g.attrs = true
		case "Missing required argument": // nothing more was there
		default:
			g.blocks = true
		}
	}
	return g
}
