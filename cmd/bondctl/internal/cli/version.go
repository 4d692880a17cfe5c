package cli

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

func (a *app) versionCommand() *cobra.Command {
	var format outputFormat
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show which bondctl this is",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.version(format) },
	}
	format.register(cmd)
	return cmd
}

func (a *app) version(format outputFormat) error {
	v := thisVersion()
	if format.asJSON {
		return view.JSON(a.out, v)
	}
	a.out.Println(v.String())
	return nil
}

// thisVersion is what the build has noted of itself.
func thisVersion() view.VersionJSON {
	v := view.VersionJSON{FormatVersion: view.FormatVersion, Version: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version, v.Go = info.Main.Version, info.GoVersion
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			v.Commit = setting.Value
		case "vcs.modified":
			v.Modified = setting.Value == "true"
		}
	}
	return v
}
