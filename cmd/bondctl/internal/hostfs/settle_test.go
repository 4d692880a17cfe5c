package hostfs

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// operations takes down what is done, in order.
func (h *host) operations(f func() error) []string {
	h.t.Helper()
	var ops []string
	h.before = func(doing, p string) error {
		ops = append(ops, doing+" "+p)
		return nil
	}
	defer func() { h.before = nil }()
	require.NoError(h.t, f())
	return ops
}

// swapSpan gives the first and the last operation that puts something in place.
func swapSpan(t *testing.T, ops []string) (first, last int) {
	t.Helper()
	isSwap := func(op string) bool {
		return strings.HasPrefix(op, "exchanging ") || strings.HasPrefix(op, "renaming ")
	}
	first = slices.IndexFunc(ops, isSwap)
	require.Positive(t, first)
	for i, op := range ops {
		if isSwap(op) {
			last = i
		}
	}
	return first, last
}

func TestEveryFileIsOnDiskBeforeTheFirstRename(t *testing.T) {
	h := newHost(t)
	s := newStory(h)
	ops := h.operations(func() error { _, err := h.Apply(s.changes, backupDir); return err })
	first, last := swapSpan(t, ops)

	written := 0
	for i, op := range ops {
		if file, ok := strings.CutPrefix(op, "writing "); ok {
			written++
			assert.Contains(t, ops[i:first], "flushing "+file)
		}
	}
	assert.Equal(t, 8, written, "four new files, three copies and the manifest")
	assert.Contains(t, ops[:first], "flushing "+backupDir)
	assert.Contains(t, ops[:first], "flushing "+path.Dir(backupDir))
	for _, dir := range []string{"/etc", "/etc/network/interfaces.d", "/etc/systemd/network"} {
		assert.Contains(t, ops[last:], "flushing "+dir)
	}
	assert.NotContains(t, ops, "writing /etc/network/interfaces", "it is unchanged")
	assert.Less(t, slices.Index(ops[last:], "flushing /etc"),
		slices.IndexFunc(ops[last:], func(op string) bool { return strings.HasPrefix(op, "removing /etc/.") }),
		"old files are removed when the new ones are on disk")
}

func TestManyFilesAreFlushedTogether(t *testing.T) {
	h := newHost(t)
	h.bulk = 0
	s := newStory(h)
	ops := h.operations(func() error { _, err := h.Apply(s.changes, backupDir); return err })
	first, last := swapSpan(t, ops)

	const flush = "flushing the file system of "
	count := func(ops []string) (n int) {
		for _, op := range ops {
			assert.False(t, strings.HasPrefix(op, "flushing /"), op)
			if strings.HasPrefix(op, flush) {
				n++
			}
		}
		return n
	}
	assert.Equal(t, 1, count(ops[:first]))
	assert.Equal(t, 0, count(ops[first:last]))
	assert.Equal(t, 2, count(ops[last:]), "after the renames, and after the old files are removed")
	for i, op := range ops {
		if strings.HasPrefix(op, "writing ") {
			assert.Equal(t, 1, count(ops[i:first]), op)
		}
	}
}

func TestAFailureThatIsUndoneIsUndoneOnDisk(t *testing.T) {
	h := newHost(t)
	h.put("/etc/a", "old", 0o644)
	var ops []string
	failed := false
	h.before = func(doing, p string) error {
		ops = append(ops, doing+" "+p)
		if doing == "renaming" && !failed {
			failed = true
			return assert.AnError
		}
		return nil
	}

	_, err := h.Apply(append(write("/etc/a"), write("/etc/b")...), "")

	require.ErrorIs(t, err, assert.AnError)
	assert.Equal(t, "flushing /etc", ops[len(ops)-1])
}
