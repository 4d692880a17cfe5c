package image

import (
	"os"
	"os/exec"
	"path/filepath"
)

// emulatorSuite is the Debian release whose QEMU runs the machine whatever the
// host is: version 10 runs short programs, which a machine with network
// managers has many of, twice as fast as the one of Debian 12.
const emulatorSuite = "trixie"

func emulator() artefact {
	return artefact{name: "emulator", suite: emulatorSuite, recipe: recipe("emulator")}
}

// Emulator is a root file system with QEMU in it.
type Emulator struct{ root string }

// Command runs QEMU from its root file system, in the host's own.
func (e Emulator) Command(args ...string) *exec.Cmd {
	libraries := filepath.Join(e.root, "usr/lib/x86_64-linux-gnu")
	qemu := []string{
		"--library-path", libraries, filepath.Join(e.root, "usr/bin/qemu-system-x86_64"),
		"-L", filepath.Join(e.root, "usr/share/qemu"), "-L", filepath.Join(e.root, "usr/share/seabios"),
	}
	cmd := exec.Command(filepath.Join(e.root, "usr/lib64/ld-linux-x86-64.so.2"), append(qemu, args...)...)
	cmd.Env = append(os.Environ(), "QEMU_MODULE_DIR="+filepath.Join(libraries, "qemu"))
	return cmd
}
