package modconf

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
)

func TestFilesThatKmodReads(t *testing.T) {
	var files []generators.File
	for _, path := range []string{
		"/etc/modprobe.d/z.conf", "/etc/modprobe.d/hidden.conf", "/usr/lib/modprobe.d/hidden.conf", "/lib/modprobe.d/hidden.conf",
		"/usr/lib/modprobe.d/m.conf", "/lib/modprobe.d/m.conf", "/run/modprobe.d/a.conf", "/usr/local/lib/modprobe.d/b.conf",
		"/etc/modprobe.d/old.conf.bak", "/etc/modprobe.d/.x.conf", "/etc/modprobe.d/.conf", "/etc/network/interfaces.conf",
	} {
		files = append(files, generators.File{Path: path})
	}
	var read []string
	for _, file := range Files(files) {
		read = append(read, file.Path)
	}
	assert.Equal(t, []string{
		"/run/modprobe.d/a.conf", "/usr/local/lib/modprobe.d/b.conf", "/etc/modprobe.d/hidden.conf", "/usr/lib/modprobe.d/m.conf", "/etc/modprobe.d/z.conf",
	}, read)
}
