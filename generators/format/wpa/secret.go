package wpa

import (
	"bytes"

	"github.com/bondctl/bondctl/generators"
)

var secretKeys = generators.SecretKeys("=",
	"psk", "sae_password", "password", "private_key_passwd", "private_key2_passwd", "pin", "new_password",
	"mesh_psk", "ext_password_backend", "wep_key0", "wep_key1", "wep_key2", "wep_key3")

// Secret finds the secrets of a file, also those in comments: wpa_passphrase(8)
// leaves the pass-phrase in one, beside the key that it makes of it.
func Secret(line []byte) (start int, ok bool) {
	begin := len(line) - len(bytes.TrimLeft(line, "# \t"))
	start, ok = secretKeys(line[begin:])
	return begin + start, ok
}
