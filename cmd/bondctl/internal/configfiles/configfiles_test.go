package configfiles_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/configfiles"
	"github.com/bondctl/bondctl/generators"
)

// sourcing is a backend whose files lead to those that their lines name.
var sourcing = &generators.Backend{
	Sources: []string{"/etc/net/interfaces", "/run/net/*.conf", "/run/net/*.more"},
	Leads: func(f generators.File) []string {
		return strings.Fields(string(f.Content))
	},
}

func paths(f configfiles.Found) []string {
	var list []string
	for _, file := range f.Files {
		list = append(list, file.Path)
	}
	return list
}

func TestReadFollowsLeadsOnce(t *testing.T) {
	found := configfiles.Read(fstest.MapFS{
		"etc/net/interfaces":     {Data: []byte("/etc/net/more.d/* /etc/net/interfaces"), Mode: 0o640},
		"etc/net/more.d/a":       {Data: []byte("/etc/net/../secrets/wifi /etc/net/[ nowhere")},
		"etc/net/more.d/.hidden": {Data: []byte("x")},
		"etc/net/more.d/dir/b":   {Data: []byte("x")},
		"etc/secrets/wifi":       {},
		"run/net/b.conf":         {},
		"run/net/other":          {},
	}, sourcing)
	assert.Equal(t, []string{"/etc/net/interfaces", "/etc/net/more.d/a", "/etc/secrets/wifi", "/run/net/b.conf"}, paths(found))
	assert.Equal(t, fs.FileMode(0o640), found.Files[0].Mode)
	assert.Empty(t, found.Unread)
}

func TestReadTakesALinkToNothingForAnEmptyFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "run/net"), 0o755))
	for name, target := range map[string]string{"a.conf": "/dev/null", "b.conf": "../../dev/null", "c.conf": "gone"} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, "run/net", name)))
	}
	found := configfiles.Read(os.DirFS(dir), sourcing)
	assert.Equal(t, []string{"/run/net/a.conf", "/run/net/b.conf"}, paths(found))
	assert.Empty(t, found.Files[0].Content)
}

// locked is a file system with a file and a directory that only others may read.
type locked struct{ fstest.MapFS }

func (l locked) ReadFile(name string) ([]byte, error) {
	if name == "etc/net/interfaces" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadFile(name)
}

// ReadDir implements [fs.ReadDirFS].
func (l locked) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "run/net" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadDir(name)
}

func TestReadTellsWhatItCouldNotRead(t *testing.T) {
	found := configfiles.Read(locked{fstest.MapFS{"etc/net/interfaces": {}, "run/net/b.conf": {}}}, sourcing)
	assert.Empty(t, found.Files)
	require.Len(t, found.Unread, 2)
	assert.Equal(t, "read /etc/net/interfaces: permission denied", found.Unread[0].Error())
	assert.Equal(t, "read /run/net: permission denied", found.Unread[1].Error())
}
