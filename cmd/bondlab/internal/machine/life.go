package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// machine is one guest with its disk, over all of its lives.
type machine struct {
	number   int
	share    string
	img      image.Image
	accel    string
	progress io.Writer
	// lost counts how often the machine died during a run.
	lost map[string]int
}

// perLife bounds the time between two words of a machine to its host: from a
// boot to the first run, and the length of a run. It is many times what either needs.
const perLife = 10 * time.Minute

// diedFile tells of a run during which a machine died; it names the console.
const diedFile = "died.json"

// mostDeaths is how often a machine may die without having begun a run.
const mostDeaths = 3

func (m *machine) own(name string) string {
	return filepath.Join(m.share, scenario.MachineDir(m.number), name)
}

// work boots the machine again and again, until its agent needs it no more.
func (m *machine) work(ctx context.Context) error {
	if err := os.MkdirAll(m.own(""), 0o755); err != nil {
		return fmt.Errorf("making room for a machine: %w", err)
	}
	defer func() { _ = os.Remove(m.own(diskFile)) }()
	m.lost = map[string]int{}
	deaths := 0
	fresh := true
	for {
		if fresh {
			if err := m.newDisk(); err != nil {
				return err
			}
		}
		word, err := m.live(ctx)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("machine %d: %w", m.number, ctx.Err())
		}
		fresh = true
		switch word {
		case scenario.Done:
			return nil
		case scenario.Fresh:
		case scenario.Reboot, scenario.PowerCut:
			fresh = false
		default:
			if m.mourn() {
				continue
			}
			if deaths++; deaths == mostDeaths {
				return fmt.Errorf("the machine does not come up; its console is in %s", m.own(consoleFile))
			}
		}
	}
}

// live boots the machine and waits for its end. It gives the word with which
// the agent asked for that, or nothing where it died.
func (m *machine) live(ctx context.Context) (scenario.Power, error) {
	if err := errors.Join(goesOn(m.share), remove(m.own(scenario.PowerFile))); err != nil {
		return "", err
	}
	cmd := m.command(m.own(consoleFile), "stdio")
	cmd.Stdout, cmd.Stderr = m.progress, os.Stderr
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("booting a machine: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is told by the agent's last word
		close(ended)
	}()
	m.watch(ctx, cmd, ended)
	word, err := os.ReadFile(m.own(scenario.PowerFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading what the machine wants: %w", err)
	}
	return scenario.Power(word), nil
}

// watch waits for the machine's end. It ends its process where a scenario
// wants the power cut, where it has said nothing for too long, and with ctx.
func (m *machine) watch(ctx context.Context, cmd *exec.Cmd, ended <-chan struct{}) {
	since := time.Now()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ended:
			return
		case <-look.C:
		}
		word, _ := os.ReadFile(m.own(scenario.PowerFile))
		if now, err := os.Stat(m.own(scenario.NowFile)); err == nil && now.ModTime().After(since) {
			since = now.ModTime()
		}
		if scenario.Power(word) == scenario.PowerCut || time.Since(since) > perLife || ctx.Err() != nil {
			_ = cmd.Process.Kill()
			<-ended
			return
		}
	}
}

// mourn deals with the run during which the machine died, and tells whether
// there was one: the first time it is given back to the queue, for an emulator
// may fail; the second time it has failed.
func (m *machine) mourn() bool {
	text, err := os.ReadFile(m.own(scenario.NowFile))
	if err != nil {
		return false
	}
	_ = remove(m.own(scenario.NowFile))
	_ = remove(m.own(scenario.NextFile))
	name := string(text)
	m.lost[name]++
	console := fmt.Sprintf("%s.%d", consoleFile, time.Now().Unix())
	_ = os.Rename(m.own(consoleFile), m.own(console))
	_, _ = fmt.Fprintf(m.progress, "the machine died during %s; its last words are in %s\n", name, m.own(console))
	_ = jsonfile.Write(filepath.Join(m.share, scenario.Results, name, diedFile), m.own(console))
	if m.lost[name] > 1 {
		m.fail(name)
		return true
	}
	_ = remove(filepath.Join(m.share, scenario.Claims, runOf(name).Claim()))
	return true
}

// runOf takes the name of a run apart.
func runOf(name string) scenario.Run {
	parts := append(strings.Split(name, "/"), "", "")
	return scenario.Run{Scenario: parts[0], Story: parts[1], Consumer: parts[2]}
}

// fail leaves the outcome of a run that its machine did not survive.
func (m *machine) fail(name string) {
	outcome := scenario.Outcome{Run: runOf(name), Words: "the machine died twice"}
	_ = jsonfile.Write(filepath.Join(m.share, scenario.Results, name, scenario.OutcomeFile), outcome)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clearing up after a machine: %w", err)
	}
	return nil
}

// newDisk copies the disk that the recipe made.
func (m *machine) newDisk() error {
	copying := exec.Command("cp", "--sparse=always", "--reflink=auto", m.img.Disk, m.own(diskFile))
	if output, err := copying.CombinedOutput(); err != nil {
		return fmt.Errorf("copying the machine's disk: %w: %s", err, output)
	}
	return nil
}
