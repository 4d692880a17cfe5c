package manager

import (
	"os"
	"slices"

	netplanfiles "github.com/bondctl/bondctl/generators/netplan"
)

// rendererOf is the common renderer of netplan on the host below root.
func rendererOf(root string) string { return Host{Root: os.DirFS(root)}.renderer() }

// renderer is the common one. Where only root may read netplan's files, what
// netplan has made of them tells.
func (h Host) renderer() string {
	var f Facts
	h.files(&f)
	if hasUnread := slices.ContainsFunc(f.Unread, func(name string) bool { return systemOf(name) == netplan }); hasUnread {
		return h.renderedFor()
	}
	return netplanfiles.Renderer(f.Files)
}

// renderedFor is for whom netplan has written files that anybody can list; those
// for NetworkManager lie where only root may look.
func (h Host) renderedFor() string {
	isThere := len(h.glob("etc/systemd/system/*.wants/"+unitNetworkManager)) > 0
	if isThere && len(h.glob("run/systemd/network/10-netplan-*")) == 0 {
		return networkManager
	}
	return networkd
}
