// Manpages writes the manual pages of bondctl, one for each command, into a directory:
// manpages DIR.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manpages DIR")
		os.Exit(1)
	}
	if err := write(cli.Commands(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// section is that of programs for administrators (man-pages(7)).
const section = "8"

// write writes the page of a command and those of all below it.
func write(cmd *cobra.Command, dir string) error {
	for _, c := range cmd.Commands() {
		if !c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			continue
		}
		if err := write(c, dir); err != nil {
			return err
		}
	}
	text, err := page(cmd)
	if err != nil {
		return err
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + "." + section
	return os.WriteFile(filepath.Join(dir, name), text, 0o644) //nolint:gosec // everybody may read a manual
}

// page is that of one command. It has no date, so that it changes with the command alone.
func page(cmd *cobra.Command) ([]byte, error) {
	const month = "Jan 0001"
	cmd.DisableAutoGenTag = true
	var text bytes.Buffer
	header := &doc.GenManHeader{Section: section, Source: "bondctl", Manual: "bondctl", Date: new(time.Time)}
	if err := doc.GenMan(cmd, header, &text); err != nil {
		return nil, fmt.Errorf("writing the page of %s: %w", cmd.CommandPath(), err)
	}
	return bytes.Replace(text.Bytes(), []byte(month), nil, 1), nil
}
