package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/gentest"
)

// program builds the stripped, static program that is measured.
func program(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bondctl")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	require.NoError(b, err, "%s", output)
	info, err := os.Stat(path)
	require.NoError(b, err)
	b.Logf("stripped static program: %.1f MB", float64(info.Size())/1e6)
	return path
}

// measure runs a command once per iteration and reports the largest peak
// memory of them; want is its exit status.
func measure(b *testing.B, want int, name string, args ...string) {
	b.Helper()
	var peak int64
	for b.Loop() {
		cmd := exec.Command(name, args...)
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		_ = cmd.Run()
		require.Equal(b, want, cmd.ProcessState.ExitCode(), "%s %v", name, args)
		peak = max(peak, int64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)) //nolint:unconvert // 32 bits wide on some machines
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/run")
	b.ReportMetric(float64(peak)/1000, "peak-MB")
}

func write(b *testing.B, name string, text []byte) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	require.NoError(b, os.WriteFile(path, text, 0o600))
	return path
}

// BenchmarkProcess measures the program as a whole, from start to exit.
func BenchmarkProcess(b *testing.B) {
	bondctl := program(b)
	for _, n := range []int{1, 100, 1000, 10000} {
		doc := write(b, "bench.hcl", gentest.Many(n))
		for _, backend := range all.Backends() {
			b.Run(fmt.Sprintf("generate/%s/%d", backend.Name, n), func(b *testing.B) {
				measure(b, 0, bondctl, "-c", doc, "generate", "--backend", backend.Name, "--out", b.TempDir())
			})
		}
		b.Run(fmt.Sprintf("validate/%d", n), func(b *testing.B) { measure(b, 0, bondctl, "-c", doc, "validate") })
		mistake := write(b, "mistake.hcl", append(gentest.Many(n), "bond \"last\" { mod = 1 }\n"...))
		b.Run(fmt.Sprintf("mistake on the last line/%d", n), func(b *testing.B) { measure(b, 3, bondctl, "-c", mistake, "validate") })
	}
	b.Run("version", func(b *testing.B) { measure(b, 0, bondctl, "version") })
}

// BenchmarkNetplan measures netplan's own generator on the same bonds, in the
// root file system that BONDCTL_NETPLAN_ROOT names; .ci/bench makes one where it can.
func BenchmarkNetplan(b *testing.B) {
	root := os.Getenv("BONDCTL_NETPLAN_ROOT")
	if root == "" {
		b.Skip("no netplan to compare with: BONDCTL_NETPLAN_ROOT is not set")
	}
	bondctl := program(b)
	for _, n := range []int{1, 100, 1000, 10000} {
		target := b.TempDir()
		doc := write(b, "bench.hcl", gentest.Many(n))
		require.NoError(b, exec.Command(bondctl, "-c", doc, "generate", "--backend", "netplan", "--out", target).Run())
		b.Run(fmt.Sprintf("netplan generate/%d", n), func(b *testing.B) {
			measure(b, 0, "unshare", "--net", "--mount", "sh", "-ec", `mount --bind "$1" "$0/tmp"; exec chroot "$0" netplan generate --root-dir /tmp`, root, target)
		})
	}
}
