package hostfs_test

import (
	"fmt"
	"os"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

// A change set is made as one, and undone as one, by this process or another.
func Example() {
	target, err := os.MkdirTemp("", "target") // "/" on the host itself
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(target) }()
	root, err := hostfs.Open(target)
	if err != nil {
		panic(err)
	}
	defer func() { _ = root.Close() }()

	const backup = "/var/lib/bondctl/backups/20250101T120000"
	applied, err := root.Apply([]hostfs.Change{
		{Path: "/etc/network/interfaces.d/bond0", Content: []byte("auto bond0\n"), Mode: 0o644},
		{Path: "/etc/wpa_supplicant/bond0.conf", Content: []byte("network={}\n"), Mode: 0o600},
		{Path: "/etc/network/interfaces.d/eth0", Remove: true},
	}, backup)
	fmt.Println(applied.Changed(), err)

	fmt.Println(root.Restore(backup))
	fmt.Println(root.List("/etc"))
	// Output:
	// [/etc/network/interfaces.d/bond0 /etc/wpa_supplicant/bond0.conf] <nil>
	// <nil>
	// [] <nil>
}
