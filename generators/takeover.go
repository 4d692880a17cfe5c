package generators

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Mention is a place in a file that configures a link.
type Mention struct {
	// Pattern is the link's name, perhaps with wildcards of [path.Match]; empty
	// where the file picks its links by something else than the name.
	Pattern string
	// Except are names and patterns of links that Pattern does not stand for.
	Except []string
	// Line counts from 1; zero where no line says it.
	Line int
	// Text is what stands there, without a secret.
	Text string
}

// Covers tells whether the mention is of a link.
func (m Mention) Covers(link string) bool {
	return covers(m.Pattern, link) && !slices.ContainsFunc(m.Except, func(pattern string) bool { return covers(pattern, link) })
}

func covers(pattern, link string) bool {
	matched, err := path.Match(pattern, link)
	return pattern == link || err == nil && matched
}

// Taking is what bondctl takes over from others.
type Taking struct {
	// Links are the names of the links.
	Links []string
	// Own tells that bondctl's files for the links are those of the same backend:
	// its consumers shall go on to care for the links, by these files alone.
	Own bool
}

// Edit is what becomes of a file that is not bondctl's when links are taken
// over, or of one that tells the consumers to leave the links alone.
type Edit struct {
	Path string
	// Mode is that of a file that is not there yet; one that is keeps its own.
	// Zero is Public.
	Mode fs.FileMode
	// Content is nil where the file goes. An empty one that is not nil masks
	// files of the same name elsewhere, where the consumers know that.
	Content []byte
	// Tells is set where the file is bondctl's own and says no more than which links
	// the consumers shall leave alone.
	Tells bool
	// Links are those that the file configured, sorted.
	Links []string
	// How says for a person what is done, such as "profile removed".
	How string
}

// MadeByNetplan tells by its path whether netplan has made a file of its YAML
// for systemd-networkd or NetworkManager (src/networkd.c and src/nm.c of
// netplan). What such a file says is the YAML's, and netplan makes it anew.
func MadeByNetplan(file string) bool {
	return strings.HasPrefix(file, "/run/systemd/network/10-netplan-") ||
		strings.HasPrefix(file, "/run/NetworkManager/system-connections/netplan-")
}

const cloudInit = "cloud-init"

// MadeByCloudInit tells whether cloud-init wrote a file: by its name, or the
// comment that it puts first where the name has to be the link's. Such a file
// comes back when cloud-init takes the machine for another one.
func MadeByCloudInit(file File) bool {
	first, _, _ := bytes.Cut(file.Content, []byte("\n"))
	return strings.Contains(path.Base(file.Path), cloudInit) || bytes.HasPrefix(first, []byte("#")) && bytes.Contains(first, []byte(cloudInit))
}

// WithoutCloudInit adds, where one of the edits is of a file that cloud-init
// wrote, the file that keeps it from writing the configuration of links again
// ("Disabling network configuration" in cloud-init's documentation).
func WithoutCloudInit(files []File, edits []Edit) []Edit {
	var links []string
	for _, edit := range edits {
		for _, file := range files {
			if file.Path == edit.Path && MadeByCloudInit(file) {
				links = append(links, edit.Links...)
			}
		}
	}
	if len(links) == 0 {
		return edits
	}
	slices.Sort(links)
	return append(edits, Edit{
		Path: "/etc/cloud/cloud.cfg.d/99-bondctl-network.cfg",
		Content: []byte("# bondctl has taken links over from cloud-init, which would write their configuration again.\n" +
			"network: {config: disabled}\n"),
		Links: slices.Compact(links),
		How:   "cloud-init told to leave the network alone",
	})
}
