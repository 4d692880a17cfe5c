package guest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

const welcome = `
The world of %s: %v
  /lab/bondctl generate -c %s --backend netplan --out /tmp/r; cp -a /tmp/r/etc /
  ip -n isp link set %s down      pull the cable; up puts it back
  exit                            powers the machine off

`

// shell builds the world of a story and leaves a person at a prompt in it.
func shell(story string) error {
	if err := reset(); err != nil {
		return err
	}
	doc, err := readDocument(storyFile(story))
	if err != nil {
		return err
	}
	s := &stage{run: scenario.Run{Story: story}}
	if s.world, err = buildWorld(doc); err != nil {
		return err
	}
	cable := append(s.world.cables, "LINK")[0]
	fmt.Printf(welcome, story, s.world, storyFile(story), cable)
	prompt := exec.Command("bash", "-i")
	prompt.Stdin, prompt.Stdout, prompt.Stderr = os.Stdin, os.Stdout, os.Stderr
	var left *exec.ExitError
	if err := prompt.Run(); err != nil && !errors.As(err, &left) {
		return fmt.Errorf("running the shell: %w", err)
	}
	return nil
}
