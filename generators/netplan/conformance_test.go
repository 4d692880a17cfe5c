package netplan

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
)

func TestNetplanKeepsThePromises(t *testing.T) { gentest.Run(t, Backend()) }
