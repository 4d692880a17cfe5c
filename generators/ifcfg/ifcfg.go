// Package ifcfg is the backend of Red Hat's ifcfg files: shell variables, one
// file a link, in /etc/sysconfig/network-scripts. They have two consumers that
// differ: NetworkManager's ifcfg-rh plugin, which parses them and knows Wi-Fi,
// and the older network-scripts, which a shell sources. What is written means
// the same to both where both can do it; where only NetworkManager can, a
// warning says so. It is pure.
package ifcfg

import (
	"bytes"
	"path"
	"slices"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
	"github.com/bondctl/bondctl/generators/format/regdom"
	"github.com/bondctl/bondctl/schema"
)

// Backend gives the backend of ifcfg files.
func Backend() *generators.Backend {
	return &generators.Backend{
		Name:     "ifcfg",
		Summary:  "Red Hat's ifcfg files, for NetworkManager's ifcfg-rh plugin and network-scripts",
		Dirs:     []string{dir, path.Dir(regdom.Path)},
		Generate: generate,
		Read:     read,
		Sources:  slices.Concat(sources(), modconf.Sources()),
		Mentions: mentions,
		LetGo:    letGo,
		Secret:   secret,
	}
}

// secretKeys are the variables that hold secrets, those that bondctl does not
// write included.
var secretKeys = generators.SecretKeys("=",
	keyPSK, keyPassword, keyPrivateKeyPassword,
	"IEEE_8021X_PASSWORD_RAW", "IEEE_8021X_CA_CERT_PASSWORD", "IEEE_8021X_CLIENT_CERT_PASSWORD",
	"IEEE_8021X_INNER_PRIVATE_KEY_PASSWORD", "IEEE_8021X_PIN",
	"KEY", "KEY1", "KEY2", "KEY3", "KEY4", "KEY_PASSPHRASE1", "KEY_PASSPHRASE2", "KEY_PASSPHRASE3", "KEY_PASSPHRASE4",
)

// secret finds a secret's value also where its assignment is exported or
// commented out.
func secret(line []byte) (int, bool) {
	bare := bytes.TrimLeft(line, "# \t")
	bare = bytes.TrimPrefix(bare, []byte("export "))
	start, ok := secretKeys(bare)
	return len(line) - len(bare) + start, ok
}

// hasIPv4 tells whether the link has IPv4 to NetworkManager, which otherwise
// reads no IPv4 route or resolver from its files.
func hasIPv4(n *schema.Network) bool {
	return n.IPv4 != nil && (len(n.IPv4.Addresses.Values()) > 0 || n.IPv4.DHCP.Or(false))
}
