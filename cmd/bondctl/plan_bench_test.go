package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/generators/gentest"
)

// BenchmarkPlan measures a plan for the running host, in network namespaces of
// its own: for one bond among many links and routes, and for many bonds.
func BenchmarkPlan(b *testing.B) {
	if os.Geteuid() != 0 {
		b.Skip("only root makes network namespaces")
	}
	bondctl := program(b)
	plan := func(b *testing.B, bonds, links, routes int) {
		b.Helper()
		ownNamespace(b)
		populate(b, max(links, 2*bonds), routes)
		doc := write(b, "bench.hcl", gentest.Many(bonds))
		measure(b, 0, bondctl, "-c", doc, "plan", "--backend", "networkd")
	}
	for _, c := range []struct{ links, routes int }{{2, 0}, {1000, 10000}} {
		b.Run(fmt.Sprintf("1 bond, %d links, %d routes", c.links, c.routes), func(b *testing.B) { plan(b, 1, c.links, c.routes) })
	}
	for _, bonds := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("%d bonds", bonds), func(b *testing.B) { plan(b, bonds, 0, 0) })
	}
}

// ownNamespace moves the calling goroutine and what it starts into a new
// network namespace. Its thread ends with it.
func ownNamespace(b *testing.B) {
	b.Helper()
	runtime.LockOSThread()
	require.NoError(b, unix.Unshare(unix.CLONE_NEWNET))
}

// populate makes links with the names of [gentest.Many], and routes over one
// more pair of them.
func populate(b *testing.B, links, routes int) {
	b.Helper()
	var batch strings.Builder
	for i := 0; i < links; i += 2 {
		fmt.Fprintf(&batch, "link add eth%d type veth peer name eth%d\n", i, i+1)
	}
	batch.WriteString("link add way type veth peer name far\nlink set way up\nlink set far up\naddr add 192.0.2.1/24 dev way\n")
	for i := range routes {
		fmt.Fprintf(&batch, "route add 172.%d.%d.%d/28 via 192.0.2.2\n", 16+i/4096, i/16%256, i%16*16)
	}
	ip := exec.Command("ip", "-batch", "-")
	ip.Stdin = strings.NewReader(batch.String())
	output, err := ip.CombinedOutput()
	require.NoError(b, err, "%s", output)
}
