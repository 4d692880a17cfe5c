package modprobe

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
)

func TestConformance(t *testing.T) { gentest.Run(t, Backend()) }

func FuzzRead(f *testing.F) {
	const prefix = "-- /etc/modprobe.d/x.conf --\n"
	gentest.FuzzRead(f, Backend(),
		prefix+"options bonding max_bonds=1 mode=active-backup miimon=100\n",
		prefix+"alias bond0 bonding\noptions bond0 mode=0\n",
		prefix+"# a \\\noptions bonding \\")
}
