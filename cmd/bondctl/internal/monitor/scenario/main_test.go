package scenario

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// program is the bondctl that is tested.
var program string

// atOnce is how many scenarios run side by side: they wait more than they work.
const atOnce = "6"

func TestMain(m *testing.M) {
	if !netnstest.Inside() {
		os.Exit(netnstest.Rerun())
	}
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		panic(err)
	}
	os.Exit(run(m))
}

// run builds the program, and runs the tests with it.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "scenario")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = filepath.Join(dir, "bondctl")
	build := exec.Command("go", "build", "-o", program, "github.com/bondctl/bondctl/cmd/bondctl")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building bondctl: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// writeFile makes a file that goes with the test, and gives its path.
func writeFile(tb testing.TB, name, content string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	require.NoError(tb, os.WriteFile(path, []byte(content), 0o600))
	return path
}
