package guest

import (
	"errors"
	"fmt"
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// doHand has bondctl give the links to another consumer, a thousand packets a
// second through the bond meanwhile. Then that takes its own files up once more,
// for comparison.
func (s *stage) doHand(ts *testscript.TestScript, args []string) error {
	if args[0] != "over" {
		return errors.New("usage: hand over CONSUMER FILE.hcl")
	}
	from := s.consumer.Name
	if err := errors.Join(s.become(ts, args[1]), s.alive()); err != nil {
		return err
	}
	name, to := from+" to "+s.consumer.Name, variant{file: ts.MkAbs(args[2])}
	if err := s.measured(name, scenario.ByBondctl, func() error { return s.apply(to) }); err != nil {
		return err
	}
	complete := sh.Until(sh.Patience, s.allComplete) // a radio joins anew
	if err := errors.Join(complete, s.planIsEmpty(to), s.doAgrees(ts, nil)); err != nil {
		return err
	}
	if s.consumer.Name == "netplan" || s.consumer.Name == "netplan-nm" { // netplan apply takes up what others have left, too
		return nil
	}
	return s.measured(name, scenario.ByItself, func() error { return s.doRenew(nil, nil) })
}

// measured reports what traffic notices of something that is done.
func (s *stage) measured(name string, way scenario.Way, do func() error) error {
	m, err := s.fineMeter()
	if err != nil {
		return err
	}
	failed := m.Answered(sh.Patience)
	if failed == nil {
		failed = do()
	}
	if failed == nil {
		failed = reaches(s.world.Gateway.String(), 0)
	}
	count, err := m.Stop()
	s.report(scenario.Reading{Change: name, Way: way, Lost: count.Lost, Sent: count.Sent, Gap: count.Gap, Untaken: failed != nil})
	return errors.Join(failed, err)
}

// become makes another consumer that of the rest of this part, and has it run.
func (s *stage) become(ts *testscript.TestScript, name string) error {
	consumer, ok := scenario.LookupConsumer(name)
	if !ok {
		return fmt.Errorf("there is no consumer %q", name)
	}
	s.consumer = consumer
	ts.Setenv("CONSUMER", consumer.Name)
	ts.Setenv("BACKEND", consumer.Backend)
	doc, err := readDocument(ts.MkAbs(storyFile))
	if err == nil {
		s.unsaid, err = unsaidBy(consumer, doc)
	}
	if err != nil {
		return err
	}
	return begin(consumer.Name)
}

// begin has the daemon of a consumer run. Of the two NetworkManagers that the
// machine has only one can; the other leaves the links as they are.
func begin(name string) error {
	switch name {
	case "ifupdown":
		return sh.Do("mkdir -p /run/network")
	case "netplan":
		return sh.All("rm -f "+netplanRenderer, "systemctl start systemd-networkd")
	case "netplan-nm":
		if err := renderForNetworkManager(); err != nil {
			return err
		}
		return networkManager("NetworkManager")(nil)
	case "ifcfg-rh", "keyfile":
		return networkManager(managers[name].units[0])(nil)
	case "networkd":
		return sh.Do("systemctl start systemd-networkd")
	}
	return fmt.Errorf("%s cannot be given links on a running machine", name)
}

// netplanRenderer is the file that has netplan render for NetworkManager.
const netplanRenderer = "/etc/netplan/01-network-manager.yaml"

func renderForNetworkManager() error {
	const text = "network: {version: 2, renderer: NetworkManager}\n"
	if err := os.WriteFile(netplanRenderer, []byte(text), 0o600); err != nil {
		return fmt.Errorf("naming netplan's renderer: %w", err)
	}
	return nil
}
