package guest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/meter"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// command is what a scenario can ask for beside testscript's own commands.
type command struct {
	// usage shows the arguments; those in brackets may be left out.
	usage       string
	least, most int
	do          func(s *stage, ts *testscript.TestScript, args []string) error
}

var vocabulary = map[string]command{
	"world":     {"world FILE.hcl", 1, 1, (*stage).doWorld},
	"render":    {"render [--lossy] FILE.hcl", 1, 2, (*stage).doRender},
	"up":        {"up", 0, 0, (*stage).doUp},
	"renew":     {"renew", 0, 0, (*stage).doRenew},
	"enable":    {"enable", 0, 0, (*stage).doEnable},
	"cable":     {"cable cut|plug|mute|unmute LINK", 2, 2, (*stage).doCable},
	"ap":        {"ap stop|start [STATION]", 1, 2, (*stage).doAccessPoint},
	"await":     {awaitUsage, 1, 9, (*stage).doAwait},
	"options":   {"options", 0, 0, (*stage).doOptions},
	"option":    {"option BOND NAME VALUE", 3, 3, (*stage).doOption},
	"reaches":   {"reaches ADDRESS [BYTES] | reaches neighbours", 1, 2, (*stage).doReaches},
	"carries":   {"carries", 0, 0, (*stage).doCarries},
	"meter":     {"meter start | meter stop NAME", 1, 2, (*stage).doMeter},
	"unchanged": {"unchanged FILE.hcl", 1, 1, (*stage).doUnchanged},
	"remember":  {"remember NAME", 1, 1, (*stage).doRemember},
	"is":        {"is NAME [NAME]", 1, 2, (*stage).doIs},
	"cost":      {"cost NAME FILE.hcl VARIABLE=VALUE...", 3, 9, (*stage).doCost},
	"return":    {"return NAME FILE.hcl VARIABLE=VALUE...", 3, 9, (*stage).doReturn},
	"as":        {"as CONSUMER", 1, 1, func(s *stage, ts *testscript.TestScript, args []string) error { return s.become(ts, args[0]) }},
	"hand":      {"hand over CONSUMER FILE.hcl", 3, 3, (*stage).doHand},
	"agrees":    {"agrees", 0, 0, (*stage).doAgrees},
	"crash":     {"crash PROGRAM | crash manager", 1, 1, (*stage).doCrash},
	"restart":   {"restart manager", 1, 1, (*stage).doRestart},
	"hide":      {"hide PROGRAM", 1, 1, func(_ *stage, _ *testscript.TestScript, args []string) error { return world.Hide(args[0]) }},
	"examples":  {"examples BACKEND [DIR]", 1, 2, (*stage).doExamples},
	"torture":   {tortureUsage, 3, 4, (*stage).doTorture},
}

// commands gives testscript our vocabulary; each command tells the host that it begins.
func (s *stage) commands() map[string]func(*testscript.TestScript, bool, []string) {
	commands := map[string]func(*testscript.TestScript, bool, []string){}
	for name, c := range vocabulary {
		commands[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < c.least || len(args) > c.most {
				ts.Fatalf("usage: %s", c.usage)
			}
			s.say("%s %s", name, strings.Join(args, " "))
			ts.Check(c.do(s, ts, args))
		}
	}
	return commands
}

func (s *stage) doWorld(ts *testscript.TestScript, args []string) error {
	doc, err := readDocument(ts.MkAbs(args[0]))
	if err != nil {
		return err
	}
	s.inhabit(ts.Setenv, world.Describe(doc))
	ts.Logf("%v", s.world)
	return s.world.Build()
}

func (s *stage) doRender(ts *testscript.TestScript, args []string) error {
	flags, file := args[:len(args)-1], ts.MkAbs(args[len(args)-1])
	doc, err := readDocument(file)
	if err != nil {
		return err
	}
	if s.unsaid, err = unsaidBy(s.consumer, doc); err != nil {
		return err
	}
	text, err := install(s.consumer.Backend, file, flags)
	ts.Logf("%s", text)
	return err
}

func (s *stage) doUp(*testscript.TestScript, []string) error {
	manager, ok := managers[s.consumer.Name]
	if !ok {
		return fmt.Errorf("the machine has no manager for %q", s.consumer.Name)
	}
	s.called = time.Now()
	return manager.up(s.world)
}

// doRenew has the consumer take up files once more that it has up.
func (s *stage) doRenew(*testscript.TestScript, []string) error {
	if renew := managers[s.consumer.Name].renew; renew != nil {
		return renew(s.world)
	}
	return fmt.Errorf("%s has no way to take up its files once more", s.consumer.Name)
}

// doUnchanged waits until a plan of the running machine is empty.
func (s *stage) doUnchanged(ts *testscript.TestScript, args []string) error {
	return sh.Until(settling, func() error {
		_, err := sh.Out("bondctl", "plan", "--lossy", "--detailed-exitcode", "--backend", s.consumer.Backend, "--config", ts.MkAbs(args[0]))
		return err
	})
}

func (s *stage) doEnable(*testscript.TestScript, []string) error {
	return managers[s.consumer.Name].enable(s.world)
}

func (s *stage) doCable(_ *testscript.TestScript, args []string) error {
	return s.world.Cable(args[0], args[1])
}

func (s *stage) doAccessPoint(_ *testscript.TestScript, args []string) error {
	return s.world.AccessPoint(args[0], strings.Join(args[1:], ""))
}

func (s *stage) doReaches(_ *testscript.TestScript, args []string) error {
	if args[0] == "neighbours" {
		for _, address := range s.world.Neighbours {
			if err := reaches(address.String(), 0); err != nil {
				return err
			}
		}
		return nil
	}
	bytes := 0
	if len(args) == 2 {
		if _, err := fmt.Sscan(args[1], &bytes); err != nil {
			return fmt.Errorf("%q is no number of bytes", args[1])
		}
	}
	return reaches(args[0], bytes)
}

// reaches pings an address, with a packet of that many bytes that is not
// fragmented, or with a small one.
func reaches(address string, bytes int) error {
	ping := []string{"ping", "-n", "-c", "1", "-W", "2"}
	if bytes > 0 {
		ping = append(ping, "-M", "do", "-s", fmt.Sprint(bytes-28)) // IPv4's and ICMP's own headers
	}
	return sh.Until(sh.Patience, func() error {
		_, err := sh.Out(append(ping, address)...)
		return err
	})
}

// doCarries waits for the first packet through the bond and reports how long
// that took since the manager was called.
func (s *stage) doCarries(ts *testscript.TestScript, _ []string) error {
	if err := s.doMeter(ts, []string{"start"}); err != nil {
		return err
	}
	s.report(scenario.Reading{Carrying: time.Since(s.called)})
	s.meter.Kill()
	s.meter = nil
	return nil
}

func (s *stage) doMeter(_ *testscript.TestScript, args []string) error {
	switch {
	case args[0] == "start" && len(args) == 1 && s.meter == nil:
		address, err := ownAddress(s.world.Doc)
		if err != nil {
			return err
		}
		if s.meter, err = meter.Start("/usr/local/bin/bondlab", world.Provider, address, meter.Rhythm); err != nil {
			return err
		}
		return s.meter.Answered(sh.Patience)
	case args[0] == "stop" && len(args) == 2 && s.meter != nil:
		count, err := s.meter.Stop()
		s.meter = nil
		s.report(scenario.Reading{Meter: args[1], Lost: count.Lost, Sent: count.Sent, Gap: count.Gap})
		return err
	}
	return fmt.Errorf("a meter is started, and stopped under a name, one at a time")
}

// doCrash ends every process of a program at once, as a crash would, or the
// daemon that has taken up the files.
func (s *stage) doCrash(_ *testscript.TestScript, args []string) error {
	if args[0] != "manager" {
		return sh.Do("pkill -KILL -x %s", args[0])
	}
	daemon, err := s.daemon()
	if err != nil {
		return err
	}
	return sh.Do("systemctl kill --kill-whom=main --signal=KILL %s", daemon)
}

// doRestart has the daemon end and start again in order, as an update does.
func (s *stage) doRestart(_ *testscript.TestScript, args []string) error {
	if args[0] != "manager" {
		return errors.New("usage: restart manager")
	}
	daemon, err := s.daemon()
	if err != nil {
		return err
	}
	return sh.Do("systemctl restart %s", daemon)
}

// daemon is the unit of the consumer's own.
func (s *stage) daemon() (string, error) {
	units := managers[s.consumer.Name].units
	if len(units) == 0 {
		return "", fmt.Errorf("%s has no daemon", s.consumer.Name)
	}
	return units[0], nil
}

const awaitUsage = "await all | await learned | await window | await closed | await BOND active SLAVE | await BOND slaves [SLAVE...] | await BOND partner LINKS | await SLAVE down|up"

func (s *stage) doAwait(_ *testscript.TestScript, args []string) error {
	check, err := s.awaited(args)
	if err != nil {
		return err
	}
	return sh.Until(sh.Patience, check)
}

// windowIsOpen wants a change that awaits its confirmation.
func windowIsOpen() error {
	text, err := sh.Out("bondctl", "status") // exits with 6 while a transaction is open
	if !strings.Contains(text, " awaiting until ") {
		return fmt.Errorf("no change awaits its confirmation: %s (%w)", text, err)
	}
	return nil
}

// awaited finds what tells that the awaited state is there.
func (s *stage) awaited(args []string) (func() error, error) {
	subject, names := args[0], args[min(2, len(args)):]
	switch what := strings.Join(args[1:min(2, len(args))], ""); {
	case subject == "all" && what == "":
		return s.allComplete, nil
	case subject == "learned" && what == "":
		return s.allLearned, nil
	case subject == "window" && what == "":
		return windowIsOpen, nil
	case subject == "closed" && what == "":
		return func() error { return sh.Do("bondctl status") }, nil // exits with 6 while a transaction is open
	case what == "partner" && len(names) == 1:
		return func() error { return hasPartner(subject, names[0]) }, nil
	case (what == "down" || what == "up") && len(names) == 0:
		return func() error { return hasStatus(subject, what) }, nil
	case what == "active" && len(names) == 1:
		return func() error { return isActive(subject, names[0]) }, nil
	case what == "slaves":
		if len(names) == 0 {
			names = s.slavesOf(subject)
		}
		slices.Sort(names)
		return func() error { return hasSlaves(subject, names) }, nil
	}
	return nil, fmt.Errorf("usage: %s", awaitUsage)
}
