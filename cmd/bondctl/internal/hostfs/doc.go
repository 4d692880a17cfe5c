// Package hostfs reads and changes files under a target root, and never leaves one half-written.
//
// A target root is "/" on the host itself, or any directory that stands for one (a test's, an image's).
// Paths are absolute target paths: "/etc/network/interfaces" is looked up below the root, whatever the
// root is.
//
// # What it promises
//
// Old or new, never a mix. [Root.Apply] makes all changes of a set or none. Each new file is written
// beside its target under a temporary name, flushed, and only when every one of them is safe on disk
// are they renamed into place. A failure half way puts back what was renamed: the very same inodes, so
// bytes, mode, owner and times. What cannot be put back is listed by name in an [UnfinishedError].
//
// Durable on return. When Apply has returned nil, a power cut no longer undoes it; when it has returned
// an error other than UnfinishedError, a power cut no longer brings any of it back. See settle.go for
// what is flushed when, and what it costs.
//
// Cut off at any instant, still recoverable. With a backup, every old file is on disk before the first
// rename. Whatever instant the process is killed at, [Root.Restore] gives back the old tree: bytes,
// mode, owner, absence, and directories that were not there.
//
// No symbolic link is followed, not in a directory of the path and not at its end, and nothing but a
// regular file is read or replaced. Each directory is opened from its parent's handle, so a link that is
// slipped in later has no effect either. [Root.FS], which only shows files, follows links inside the root.
//
// Nothing unseen is overwritten. A file that was changed, removed or created by someone else after Apply
// read it makes Apply fail, and keeps their version. (File systems without renameat2(2), such as NFS,
// leave a gap of microseconds here.)
//
// A secret is never readable, not for an instant. A file exists under mode 0600 until it has its owner,
// has its mode before its first byte, and both whatever the umask. Backups are 0600 in 0700 directories.
//
// Unchanged files are not written. Same bytes and same mode: the file keeps its inode and its times.
//
// # What it leaves to others
//
// A replaced file is a new inode: its former hard links keep the old content, and its extended
// attributes (access control lists, security labels) are those a new file gets in that directory.
// Two Apply on the same files at the same time need a lock, which is the caller's. A process killed
// within Apply leaves temporaries named ".NAME.bondctl-RANDOM" beside the targets: no network system
// reads such a name, and Restore removes them.
package hostfs
