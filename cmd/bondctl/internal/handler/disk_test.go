package handler

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func (b *bench) path(name string) string { return filepath.Join(b.root, queueDir, name) }

// withSmallDisk puts the queue on a file system with room for this many bytes.
func (b *bench) withSmallDisk(t *testing.T, size string) {
	t.Helper()
	if os.Geteuid() != 0 {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "needs a file system that is full: run the tests as root")
		t.Skip("needs a file system that is full: run the tests as root")
	}
	dir := b.path("")
	require.NoError(t, os.MkdirAll(dir, 0o700))
	require.NoError(t, unix.Mount("bondctl-test", dir, "tmpfs", 0, "size="+size))
	t.Cleanup(func() { require.NoError(t, unix.Unmount(dir, unix.MNT_DETACH)) })
}

// A full disk costs nobody an event while the process lives, and is used again when it has room.
func TestAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{}
		b.withSmallDisk(t, "64k")
		b.open(r.handler())
		b.tell("failed")
		synctest.Wait()
		fill := b.path("fill")
		_ = os.WriteFile(fill, make([]byte, 1<<20), 0o600) // as much as there is room for
		for i := range 20 {
			tellOne(b.Set, Event{Name: "failed", Fallback: "internet", Route: "fiber", Reason: strings.Repeat("x", reasonLimit), Family: string(rune('a' + i))})
			synctest.Wait()
		}
		assert.Len(t, r.names(), 21)
		require.Len(t, b.reports.of(Unsaved), 1)
		require.ErrorIs(t, b.reports.of(Unsaved)[0].Err, unix.ENOSPC)
		require.ErrorIs(t, b.Status().Failure, unix.ENOSPC)
		assert.True(t, strings.HasPrefix(b.reports.texts(Unsaved)[0], "degraded: events are not saved, and are lost when bondctl ends: "))

		r.mu.Lock()
		r.answer = hanging
		r.mu.Unlock()
		b.tell("restored")
		require.NoError(t, os.Remove(fill))
		time.Sleep(2 * againAfter)
		synctest.Wait()
		assert.Len(t, b.reports.of(Saved), 1)
		require.NoError(t, b.Status().Failure)
		assert.Zero(t, b.Status().Unsaved)
		b.leave()

		r.answer = nil
		b.open(r.handler())
		b.finish()
		assert.Equal(t, []string{"restored 22"}, r.names()[21:])
		assert.Empty(t, b.reports.of(Damaged))
	})
}

// A directory that cannot be written to leaves the queue in memory, and that is said at the end, too.
func TestAReadOnlyDirectory(t *testing.T) {
	b, r := newBench(t), &receiver{}
	b.withSmallDisk(t, "64k")
	require.NoError(t, unix.Mount("", b.path(""), "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	b.open(r.handler())
	b.tell("failed", "restored")
	err := b.Close(t.Context())
	require.ErrorIs(t, err, unix.EROFS)
	assert.Equal(t, []string{"failed 1", "restored 2"}, r.names())
	assert.Len(t, b.reports.of(Unsaved), 1)
}

// What is no queue of ours is neither followed nor replaced.
func TestAForeignQueue(t *testing.T) {
	newer := record{FormatVersion: 2, Next: 1}.line()
	for name, put := range map[string]func(path string) error{
		"of a newer version": func(path string) error { return os.WriteFile(path, newer, 0o600) },
		"a symbolic link":    func(path string) error { return os.Symlink("/etc/passwd", path) },
		"a directory":        func(path string) error { return os.Mkdir(path, 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			b, r := newBench(t), &receiver{}
			require.NoError(t, os.MkdirAll(b.path(""), 0o700))
			require.NoError(t, put(b.path(queueFile)))
			before, err := os.Lstat(b.path(queueFile))
			require.NoError(t, err)
			b.open(r.handler())
			b.tell("failed")
			require.Error(t, b.Close(t.Context()))
			assert.Equal(t, []string{"failed 1"}, r.names())
			after, err := os.Lstat(b.path(queueFile))
			require.NoError(t, err)
			assert.True(t, os.SameFile(before, after))
			assert.Equal(t, before.ModTime(), after.ModTime())
		})
	}
}

// Somebody who removes or replaces the file while we have it open takes nothing away.
func TestTheFileIsRemovedMeanwhile(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"removed":  os.Remove,
		"replaced": func(path string) error { return os.Rename(path, path+".old") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, r := newBench(t), &receiver{answer: hanging}
				b.open(r.handler())
				b.tell("failed")
				synctest.Wait()
				require.NoError(t, harm(b.path(queueFile)))
				b.tell("restored")
				synctest.Wait()
				require.Len(t, b.reports.of(Unsaved), 1)
				time.Sleep(2 * againAfter)
				b.leave()
				r.answer = nil
				b.open(r.handler())
				b.finish()
				assert.Equal(t, []string{"failed 1", "restored 2"}, r.names())
			})
		})
	}
}

// A torn end is reported, and gone when the queue is opened again.
func TestATornFileIsMended(t *testing.T) {
	b, r := newBench(t), &receiver{answer: hanging}
	b.open(r.handler())
	b.tell("failed", "restored")
	b.leave()
	file, err := os.ReadFile(b.path(queueFile))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(b.path(queueFile), file[:len(file)-7], 0o600))

	b.open(r.handler())
	b.leave()
	assert.Equal(t, []string{"a line of the queue is lost: line 3: its end is missing"}, b.reports.texts(Damaged))

	r.answer = nil
	b.open(r.handler())
	b.finish()
	assert.Equal(t, []string{"failed 1"}, r.names())
	assert.Len(t, b.reports.of(Damaged), 1)
	info, err := os.Stat(b.path(queueFile))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
}

// A disk that hangs holds up neither who tells nor who is told.
func TestAHangingDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{}
		release := make(chan struct{})
		b.config = func(c *Config) { c.Point = func(string) { <-release } }
		b.open(r.handler())
		for range 1000 {
			b.tell("failed", "restored")
		}
		synctest.Wait()
		assert.NotEmpty(t, r.names())
		assert.Zero(t, b.Status().Handlers[0].Events)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.EqualError(t, b.Close(ctx), "the disk did not take the queue within 5s")
		close(release)
		synctest.Wait()
	})
}

// The file does not grow for ever.
func TestTheFileIsReplaced(t *testing.T) {
	b, r := newBench(t), &receiver{}
	b.open(r.handler())
	for range 200 {
		b.tell("failed", "restored")
		b.awaitSaved()
		info, err := os.Stat(b.path(queueFile))
		require.NoError(t, err)
		require.LessOrEqual(t, info.Size(), int64(leastLimit))
	}
	b.finish()
	file, err := os.ReadFile(b.path(queueFile))
	require.NoError(t, err)
	found, err := readBacklog(file)
	require.NoError(t, err)
	assert.Equal(t, uint64(401), found.next)
	assert.Empty(t, found.waiting)
}
