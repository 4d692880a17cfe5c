package guest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

const welcome = `
The world of %s: %v
  bondctl generate -c %s --backend netplan --out /tmp/r; cp -a /tmp/r/etc /
  cable cut|plug|mute|unmute LINK
  ap stop|start [STATION]
  exit                                     switches the machine off

`

// functions give a person at the prompt the words of a scenario.
const functions = `PS1='lab:\w# '
cable() { bondlab cable %[1]s "$@"; }
ap() { bondlab ap %[1]s "$@"; }
stty rows 40 columns 120
`

// shell builds the world of a story and leaves a person at a prompt in it.
func shell(story string) error {
	if err := world.Keep(); err != nil {
		return err
	}
	file := filepath.Join(shared, scenario.Corpus, story+".hcl")
	doc, err := readDocument(file)
	if err != nil {
		return err
	}
	w := world.Describe(doc)
	if err := w.Build(); err != nil {
		return err
	}
	rc := filepath.Join(os.TempDir(), "bondlab.rc")
	if err := os.WriteFile(rc, fmt.Appendf(nil, functions, file), 0o600); err != nil {
		return fmt.Errorf("preparing the prompt: %w", err)
	}
	fmt.Printf(welcome, story, w, file)
	prompt := exec.Command("bash", "--rcfile", rc, "-i")
	prompt.Stdin, prompt.Stdout, prompt.Stderr = os.Stdin, os.Stdout, os.Stderr
	var left *exec.ExitError
	if err := prompt.Run(); err != nil && !errors.As(err, &left) {
		return fmt.Errorf("running the shell: %w", err)
	}
	return nil
}

// Turn does to the world of a description what a person at the prompt says:
// "cable FILE cut eth0", "ap FILE stop".
func Turn(what string, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: %s FILE ACTION [NAME]", what)
	}
	doc, err := readDocument(args[0])
	if err != nil {
		return err
	}
	w, name := world.Describe(doc), append(args, "")[2]
	if what == "cable" {
		return w.Cable(args[1], name)
	}
	return w.AccessPoint(args[1], name)
}
