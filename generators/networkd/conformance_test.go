package networkd_test

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/networkd"
)

func TestConformance(t *testing.T) { gentest.Run(t, networkd.Backend()) }

func FuzzRead(f *testing.F) { gentest.FuzzRead(f, networkd.Backend()) }
