package kerneltest_test

import (
	"os"
	"testing"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
)

func TestFakeKernel(t *testing.T) {
	kerneltest.Conformance(t, func(*testing.T) kernel.Kernel { return kerneltest.NewFake() })
}

// A driver as old as Debian 12's passes too: what it does not know it ignores.
func TestFakeKernelThatIsOld(t *testing.T) {
	kerneltest.Conformance(t, func(*testing.T) kernel.Kernel {
		return kerneltest.NewFake("broadcast_neighbor", "lacp_strict", "actor_port_prio")
	})
}

// Compiled always, and run as root on a machine whose kernel has the bonding
// driver: BONDCTL_KERNEL=1 go test -run TestRealKernel, or the same of the
// binary that go test -c makes. Elsewhere there is nothing to run it on.
func TestRealKernel(t *testing.T) {
	if os.Getenv("BONDCTL_KERNEL") != "1" {
		return
	}
	kerneltest.Conformance(t, kerneltest.Real)
}
