package ifupdown

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
)

func TestConformance(t *testing.T) { gentest.Run(t, Backend()) }

func FuzzRead(f *testing.F) {
	archives := []string{seed000(f)}
	for _, c := range understoodCases {
		archives = append(archives, "-- /etc/network/interfaces --\n"+c.text)
	}
	gentest.FuzzRead(f, Backend(), archives...)
}
