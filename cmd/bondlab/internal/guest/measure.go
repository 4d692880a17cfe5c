package guest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/meter"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// rounds is how often a change is made and taken back: two changes each.
const rounds = 5

// variant is a description with some of its variables set.
type variant struct {
	file string
	vars []string
}

// flags are what bondctl is told.
func (v variant) flags() []string {
	flags := []string{"--config", v.file}
	for _, setting := range v.vars {
		flags = append(flags, "--var", setting)
	}
	return flags
}

// variants are the description as it stands, and with the variables of a line.
func variants(ts *testscript.TestScript, args []string) (from, to variant) {
	file := ts.MkAbs(args[1])
	return variant{file: file}, variant{file: file, vars: args[2:]}
}

// doCost measures what traffic notices of a change: by bondctl first, then by
// what an administrator would do with the consumer's own tools.
func (s *stage) doCost(ts *testscript.TestScript, args []string) error {
	from, to := variants(ts, args)
	for range rounds {
		for _, way := range []scenario.Way{scenario.ByBondctl, scenario.ByItself} {
			if err := errors.Join(s.cost(args[0], way, from, to), s.cost(args[0], way, to, from)); err != nil {
				return err
			}
		}
	}
	return nil
}

// cost measures one change. Afterwards everything must be as described, if
// only by bondctl's help: then the consumer's own way did not take.
func (s *stage) cost(name string, way scenario.Way, from, to variant) error {
	if err := s.alive(); err != nil {
		return err
	}
	m, err := s.fineMeter()
	if err != nil {
		return err
	}
	failed := m.Answered(sh.Patience)
	if failed == nil {
		failed = s.change(way, from, to)
	}
	if failed == nil {
		failed = reaches(s.world.Gateway.String(), 0)
	}
	count, err := m.Stop()
	if failed == nil {
		failed = s.planIsEmpty(to)
	}
	s.report(scenario.Reading{Change: name, Way: way, Lost: count.Lost, Sent: count.Sent, Gap: count.Gap, Untaken: failed != nil})
	if failed != nil && way == scenario.ByItself {
		s.say("%s did not take: %v", name, failed)
		failed = s.apply(to)
	}
	return errors.Join(failed, err)
}

// fineMeter starts a thousand packets a second.
func (s *stage) fineMeter() (*meter.Meter, error) {
	address, err := ownAddress(s.world.Doc)
	if err != nil {
		return nil, err
	}
	return meter.Start("/usr/local/bin/bondlab", world.Provider, address, meter.FineRhythm)
}

// change goes one way from a variant to another.
func (s *stage) change(way scenario.Way, from, to variant) error {
	if way == scenario.ByBondctl {
		return s.apply(to)
	}
	return s.renew(from, to)
}

// apply has bondctl make the change, and asks nobody.
func (s *stage) apply(to variant) error {
	_, err := sh.Out(append([]string{"bondctl", "apply", "--backend", s.consumer.Backend, "--auto-approve", "--no-guard"}, to.flags()...)...)
	return err
}

// renew puts other files into place and has the consumer take them up.
func (s *stage) renew(from, to variant) error {
	if err := errors.Join(s.replaceFiles(from, to), s.doRenew(nil, nil)); err != nil {
		return err
	}
	_ = s.planIsEmpty(to) // whether it did, cost says
	return nil
}

// replaceFiles puts the files of a variant into the place of another's.
func (s *stage) replaceFiles(from, to variant) error {
	dir, err := os.MkdirTemp("", "rendered")
	if err != nil {
		return fmt.Errorf("making room for files: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	earlier, later := filepath.Join(dir, "earlier"), filepath.Join(dir, "later")
	if err := errors.Join(s.generate(from, earlier), s.generate(to, later)); err != nil {
		return err
	}
	if output, err := exec.Command("sh", "-c", `cd "$1" && find . -type f -exec sh -c 'rm -f "/$1"' - {} \; && cp -a "$2"/etc /`, "-", earlier, later).CombinedOutput(); err != nil {
		return fmt.Errorf("replacing files: %w: %s", err, output)
	}
	return nil
}

// generate writes the files of a variant.
func (s *stage) generate(v variant, dir string) error {
	_, err := sh.Out(append([]string{"bondctl", "generate", "--backend", s.consumer.Backend, "--out", dir}, v.flags()...)...)
	return err
}

// planIsEmpty waits until bondctl would change nothing.
func (s *stage) planIsEmpty(v variant) error {
	return sh.Until(settling, func() error {
		_, err := sh.Out(append([]string{"bondctl", "plan", "--detailed-exitcode", "--backend", s.consumer.Backend}, v.flags()...)...)
		return err
	})
}

// doReturn measures how long after the end of a window the far side gets its
// first answer from an address that the change has taken away.
func (s *stage) doReturn(ts *testscript.TestScript, args []string) error {
	_, to := variants(ts, args)
	for range 2 * rounds {
		back, err := s.rollBack(to)
		if err != nil {
			return err
		}
		s.report(scenario.Reading{Change: args[0], Back: back})
	}
	return nil
}

// window is how long a change lives that nobody confirms.
const window = 15 * time.Second

func (s *stage) rollBack(to variant) (time.Duration, error) {
	if err := errors.Join(s.alive(), s.fixNeighbour()); err != nil {
		return 0, err
	}
	apply := exec.Command("bondctl", append([]string{"apply", "--backend", s.consumer.Backend, "--auto-approve", "--confirm-within", window.String()}, to.flags()...)...)
	if err := apply.Start(); err != nil {
		return 0, fmt.Errorf("starting bondctl: %w", err)
	}
	if err := sh.Until(sh.Patience, windowIsOpen); err != nil {
		return 0, err
	}
	until, err := windowEnds()
	if err != nil {
		return 0, err
	}
	m, err := s.fineMeter()
	if err != nil {
		return 0, err
	}
	defer m.Kill()
	if err := m.Answered(sh.Patience); err != nil {
		return 0, err
	}
	back := time.Since(until)
	if back < 0 {
		return 0, errors.New("the address answered before the window was over")
	}
	_ = apply.Wait() // it was rolled back, and says so
	return back, nil
}

// fixNeighbour has the far side keep the Ethernet address of the bond: its own
// patience with an address that does not answer is not bondctl's.
func (s *stage) fixNeighbour() error {
	address, err := ownAddress(s.world.Doc)
	if err != nil {
		return err
	}
	mac, err := sysfs(s.world.Doc.Bonds[0].Name.Value, "address")
	if err != nil {
		return err
	}
	return sh.Do("ip -n %s neighbour replace %s lladdr %s dev br0 nud permanent", world.Provider, address, mac)
}

// windowEnds asks until when the open change lives.
func windowEnds() (time.Time, error) {
	text, _ := exec.Command("bondctl", "status", "--json").Output() // exits with 6, as one is open
	var status struct {
		Transactions []struct{ Until time.Time }
	}
	if err := json.Unmarshal(text, &status); err != nil || len(status.Transactions) != 1 {
		return time.Time{}, fmt.Errorf("no change is open: %s (%w)", strings.TrimSpace(string(text)), err)
	}
	return status.Transactions[0].Until, nil
}
