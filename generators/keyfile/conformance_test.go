package keyfile_test

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
)

func TestConformance(t *testing.T) { gentest.Run(t, keyfile.Backend()) }
