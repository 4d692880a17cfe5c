package hostfs

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkApply measures durable change sets of small files. Run it on the file system that matters:
//
//	TMPDIR=/var/tmp go test -run - -bench Apply -benchtime 1x -count 3 ./cmd/bondctl/internal/hostfs/
//
// Use a file system where nothing large was deleted in the last five minutes. ext4 passes over inodes that
// were freed recently (recently_deleted in fs/ext4/ialloc.c), one at a time, which makes creating files
// after a large removal up to ten times slower. For the same reason no round of "create" deletes another's.
func BenchmarkApply(b *testing.B) {
	for _, files := range []int{1, 100, 40_000} {
		b.Run(fmt.Sprintf("create/%d", files), func(b *testing.B) {
			root := benchRoot(b)
			for round := 0; b.Loop(); round++ {
				benchApply(b, root, benchChanges(files, round, "new"), "")
			}
		})
		b.Run(fmt.Sprintf("replace/%d", files), func(b *testing.B) {
			root := benchRoot(b)
			benchApply(b, root, benchChanges(files, 0, "old"), "")
			for round := 0; b.Loop(); round++ {
				benchApply(b, root, benchChanges(files, 0, fmt.Sprint(round)), "")
			}
		})
		b.Run(fmt.Sprintf("replace with backup/%d", files), func(b *testing.B) {
			root := benchRoot(b)
			benchApply(b, root, benchChanges(files, 0, "old"), "")
			for round := 0; b.Loop(); round++ {
				benchApply(b, root, benchChanges(files, 0, fmt.Sprint(round)), fmt.Sprintf("/backups/%d", round))
			}
		})
		b.Run(fmt.Sprintf("unchanged/%d", files), func(b *testing.B) {
			root := benchRoot(b)
			benchApply(b, root, benchChanges(files, 0, "old"), "")
			for b.Loop() {
				benchApply(b, root, benchChanges(files, 0, "old"), "")
			}
		})
	}
}

func benchRoot(b *testing.B) *Root {
	b.Helper()
	root, err := Open(b.TempDir())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, root.Close()) })
	return root
}

// benchChanges spreads files as one directory for a hundred hosts.
func benchChanges(files, round int, content string) []Change {
	text := append(bytes.Repeat([]byte("x"), 400), content...)
	changes := make([]Change, files)
	for i := range changes {
		p := fmt.Sprintf("/round%d/rack%d/host%d", round, i/100, i)
		changes[i] = Change{Path: p, Content: text, Mode: 0o644}
	}
	return changes
}

func benchApply(b *testing.B, root *Root, changes []Change, backup string) {
	b.Helper()
	_, err := root.Apply(changes, backup)
	require.NoError(b, err)
}
