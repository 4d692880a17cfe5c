package netplan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
)

// Renderer is that of definitions which name none, such as bondctl's. Of
// several files that name the host's the last one counts; where none does it
// is systemd-networkd, "networkd".
func Renderer(files []generators.File) string {
	common := rendererNetworkd
	for _, file := range inOrder(files) {
		if document, err := firstDocument(file.Content); err == nil && document != nil {
			common = cmp.Or(value(get(get(document.Content[0], keyNetwork), keyRenderer)), common)
		}
	}
	return common
}

// Renderers lists those that the definitions of all files have, each once.
func Renderers(files []generators.File) []string {
	common := Renderer(files)
	var list []string
	for _, file := range inOrder(files) {
		for _, s := range sitesIn(file.Content) {
			if r := cmp.Or(s.renderer, common); !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	return list
}

// joinKeys are those of a Wi-Fi definition that netplan hands to wpa_supplicant.
var joinKeys = []string{keyAccessPoints, keyCountry, "wakeonwlan"}

// Joining is what a file says of joining a link to a wireless network, empty
// where that is nothing. It may have a secret.
func Joining(content []byte, link string) string {
	var text strings.Builder
	for _, s := range sitesIn(content) {
		if s.section != sections[wifis].key || s.id.Value != link {
			continue
		}
		for _, key := range joinKeys {
			if node := get(s.keys, key); node != nil {
				if said, err := yaml.Marshal(node); err == nil {
					fmt.Fprintf(&text, "%s: %s", key, said)
				}
			}
		}
	}
	return text.String()
}
