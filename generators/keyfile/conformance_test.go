package keyfile_test

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
)

func TestConformance(t *testing.T) { gentest.Run(t, keyfile.Backend()) }

func FuzzRead(f *testing.F) { gentest.FuzzRead(f, keyfile.Backend(), hostTexts(f)...) }
