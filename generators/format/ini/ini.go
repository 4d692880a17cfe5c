// Package ini writes and reads files of sections and entries in the two
// dialects that the backends share: GKeyFile, which NetworkManager reads, and
// systemd's. Neither has quoting of its own at this level: a writer refuses
// what would not be read back as it is, and escaping is left to those who
// know what a value means.
package ini

// Dialect is how a consumer reads its files.
type Dialect uint8

// The two dialects.
const (
	// GKeyFile drops blanks before a value and keeps those behind it.
	GKeyFile Dialect = iota
	// Systemd drops blanks on both sides of a value, and joins a line that ends
	// in a backslash with the next one (systemd.syntax(7)).
	Systemd
)

// bom is the UTF-8 byte order mark that editors of other systems put first.
const bom = "\ufeff"

const blanks = " \t\v\f"
