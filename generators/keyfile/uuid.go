package keyfile

import (
	"crypto/md5"  //nolint:gosec // RFC 4122 section 4.3 has MD5; nothing rests on its strength
	"crypto/sha1" //nolint:gosec // RFC 4122 section 4.3 has SHA-1; nothing rests on its strength
	"fmt"
	"path"

	"github.com/bondctl/bondctl/generators"
)

// namespace is bondctl's own for the UUIDs of profiles.
var namespace = [16]byte{0x1e, 0x5a, 0x0c, 0x4b, 0x8f, 0x0d, 0x4d, 0x0a, 0x9c, 0x54, 0x62, 0x6f, 0x6e, 0x64, 0x63, 0x6c}

// uuid gives the version 5 UUID (RFC 4122 section 4.3) of a connection's id,
// so that the same document always has the same profiles.
func uuid(id string) string {
	sum := sha1.Sum(append(namespace[:], id...)) //nolint:gosec // see the import
	return spellUUID([16]byte(sum[:16]), 5)
}

// UUID gives the UUID by which NetworkManager knows the profile of a file: its own,
// or the one that NetworkManager makes of the file's name.
func UUID(file generators.File) string { return open(file, &generators.Report{}).uuid }

// fileNamespace is NetworkManager's for the UUIDs of profiles that state none
// (nm_uuid_ns_1).
var fileNamespace = [16]byte{0xb4, 0x25, 0xe9, 0xfb, 0x75, 0x98, 0x44, 0xb4, 0x9e, 0x3b, 0x5a, 0x2e, 0x3a, 0xaa, 0x49, 0x05}

// fileUUID gives the version 3 UUID that NetworkManager makes for a profile
// without one: of the file's name as if it were in /etc, so that profiles of
// the same name in several directories are the same (nm_keyfile_read_ensure_uuid).
func fileUUID(file string) string {
	return spellUUID(md5.Sum(append(fileNamespace[:], "keyfile\x00"+dir+"/"+path.Base(file)+"\x00"...)), 3) //nolint:gosec // see the import
}

func spellUUID(sum [16]byte, version byte) string {
	sum[6] = sum[6]&0x0f | version<<4
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
