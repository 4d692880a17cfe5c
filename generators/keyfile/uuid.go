package keyfile

import (
	"crypto/sha1" //nolint:gosec // RFC 4122 section 4.3 has SHA-1; nothing rests on its strength
	"fmt"
)

// namespace is bondctl's own for the UUIDs of profiles.
var namespace = [16]byte{0x1e, 0x5a, 0x0c, 0x4b, 0x8f, 0x0d, 0x4d, 0x0a, 0x9c, 0x54, 0x62, 0x6f, 0x6e, 0x64, 0x63, 0x6c}

// uuid gives the version 5 UUID (RFC 4122 section 4.3) of a connection's id,
// so that the same document always has the same profiles.
func uuid(id string) string {
	sum := sha1.Sum(append(namespace[:], id...)) //nolint:gosec // see the import
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
