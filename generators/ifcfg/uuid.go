package ifcfg

import (
	"crypto/md5" //nolint:gosec // NetworkManager has it; nothing rests on its strength
	"fmt"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/shell"
)

// UUID gives the UUID by which NetworkManager knows the profile of a file: its own,
// or the MD5 of the file's path (make_connection_setting in nms-ifcfg-rh-reader.c).
func UUID(file generators.File) string {
	own := ""
	assigned, _ := shell.Parse(file.Content)
	for _, a := range assigned {
		if a.Name == "UUID" {
			own = a.Value
		}
	}
	if own != "" {
		return strings.ToLower(own)
	}
	sum := md5.Sum([]byte(file.Path)) //nolint:gosec // see the import
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
