package modprobe

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
)

func TestConformance(t *testing.T) { gentest.Run(t, Backend()) }
