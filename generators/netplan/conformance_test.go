package netplan

import (
	"testing"

	"github.com/bondctl/bondctl/generators/gentest"
)

func TestConformance(t *testing.T) { gentest.Run(t, Backend()) }

func FuzzRead(f *testing.F) {
	const prefix = "-- /etc/netplan/10.yaml --\n"
	gentest.FuzzRead(f, Backend(),
		prefix+"network: {bonds: {b: &x {interfaces: [*x, a], parameters: *x}}}\n",
		prefix+"network:\n  wifis: {w: {access-points: {? a : {auth: {key-management: eap}}}}}\n")
}
