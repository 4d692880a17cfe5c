package ifcfg

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
)

func TestConformance(t *testing.T) { gentest.Run(t, Backend()) }

func FuzzRead(f *testing.F) {
	gentest.FuzzRead(f, Backend(), "-- /etc/sysconfig/network-scripts/ifcfg-bond0 --\nDEVICE=bond0\nTYPE=Bond\n"+
		"-- /etc/sysconfig/network-scripts/route-bond0 --\n10.0.0.0/8 via 192.0.2.1 metric 5\n"+
		"-- /etc/sysconfig/network-scripts/keys-bond0 --\nWPA_PSK=12345678\n")
}
