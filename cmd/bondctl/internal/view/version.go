package view

import "strings"

// VersionJSON is what version --json prints.
type VersionJSON struct {
	FormatVersion string `json:"format_version"`
	// Version is that of the module, Commit the revision it was built from.
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	// Modified is set where the build had changes that no commit has.
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
}

// String says it in one line.
func (v VersionJSON) String() string {
	var build []string
	if v.Commit != "" {
		build = append(build, "commit "+v.Commit[:min(len(v.Commit), 12)])
	}
	if v.Modified {
		build = append(build, "modified")
	}
	return "bondctl " + v.Version + " (" + strings.Join(append(build, v.Go), ", ") + ")"
}
