package gentest

import (
	"fmt"
	"strings"
)

// Many writes a document of n bonds with two slaves each, all alike and each
// in a network of its own: what benchmarks measure with. At most 65 536. Every
// backend can say it.
func Many(n int) []byte {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `bond "bond%d" {
  mode          = "active-backup"
  miimon        = 100
  updelay       = "200ms"
  fail_over_mac = "active"

  slave "eth%d" {}
  slave "eth%d" {}

  ipv4 {
    addresses = ["10.%d.%d.2/24"]
  }
}

`, i, 2*i, 2*i+1, i>>8, i&255)
	}
	return []byte(text.String())
}
