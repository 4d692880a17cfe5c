package guest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// command is what a scenario can ask for beside testscript's own commands.
type command struct {
	// usage shows the arguments, at least one; those in brackets may be left out.
	usage string
	least int
	do    func(s *stage, ts *testscript.TestScript, args []string) error
}

var vocabulary = map[string]command{
	"world":   {"world FILE.hcl", 1, (*stage).doWorld},
	"render":  {"render [--lossy] BACKEND FILE.hcl", 2, (*stage).doRender},
	"up":      {"up BACKEND", 1, (*stage).doUp},
	"cable":   {"cable cut|plug LINK", 2, (*stage).doCable},
	"ap":      {"ap stop|start", 1, (*stage).doAccessPoint},
	"await":   {"await all | await BOND active SLAVE | await BOND slaves [SLAVE...] | await BOND partner LINKS | await SLAVE down", 1, (*stage).doAwait},
	"options": {"options", 0, (*stage).doOptions},
	"option":  {"option BOND NAME VALUE", 3, (*stage).doOption},
	"reaches": {"reaches ADDRESS", 1, (*stage).doReaches},
	"meter":   {"meter start|stop", 1, (*stage).doMeter},
}

// commands gives testscript our vocabulary; each command tells the host that it begins.
func (s *stage) commands() map[string]func(*testscript.TestScript, bool, []string) {
	commands := map[string]func(*testscript.TestScript, bool, []string){}
	for name, c := range vocabulary {
		commands[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < c.least {
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
	if s.world, err = buildWorld(doc); err != nil {
		return err
	}
	if len(s.world.cables) > 0 {
		ts.Setenv("CABLE", s.world.cables[0])
	}
	if s.world.gateway.IsValid() {
		ts.Setenv("GATEWAY", s.world.gateway.String())
	}
	ts.Logf("%v", s.world)
	return nil
}

func (s *stage) doRender(ts *testscript.TestScript, args []string) error {
	flags := args[:len(args)-2]
	backend, file := args[len(args)-2], ts.MkAbs(args[len(args)-1])
	doc, err := readDocument(file)
	if err != nil {
		return err
	}
	if s.unsaid, err = unsaidBy(backend, doc); err != nil {
		return err
	}
	text, err := install(backend, file, flags)
	ts.Logf("%s", text)
	return err
}

func (s *stage) doUp(_ *testscript.TestScript, args []string) error {
	return bringUp(args[0], s.world)
}

func (s *stage) doCable(_ *testscript.TestScript, args []string) error {
	return s.world.cable(args[0], args[1])
}

func (s *stage) doAccessPoint(_ *testscript.TestScript, args []string) error {
	if len(s.world.points) == 0 {
		return fmt.Errorf("this world has no access point")
	}
	switch args[0] {
	case "stop":
		return s.world.points[0].stop()
	case "start":
		return s.world.points[0].start()
	}
	return fmt.Errorf("an access point is stopped or started, not %q", args[0])
}

func (s *stage) doAwait(_ *testscript.TestScript, args []string) error {
	if args[0] == "all" {
		return until(patience, func() error { return allComplete(s.world.doc) })
	}
	if len(args) < 2 {
		return fmt.Errorf("what should %s have?", args[0])
	}
	bond, what, names := args[0], args[1], args[2:]
	switch {
	case what == "partner" && len(names) == 1:
		return until(patience, func() error { return hasPartner(bond, names[0]) })
	case what == "down" && len(names) == 0:
		return until(patience, func() error { return isDown(bond) })
	case what == "active" && len(names) == 1:
		return until(patience, func() error { return isActive(bond, names[0]) })
	case what == "slaves":
		if len(names) == 0 {
			names = slavesOf(s.world.doc, bond)
		}
		slices.Sort(names)
		return until(patience, func() error { return hasSlaves(bond, names) })
	}
	return fmt.Errorf("active SLAVE, slaves [SLAVE...], partner LINKS and down can be awaited, not %s", what)
}

func (s *stage) doReaches(_ *testscript.TestScript, args []string) error {
	return until(patience, func() error { return do("ping -c 1 -W 1 %s", args[0]) })
}

func (s *stage) doMeter(ts *testscript.TestScript, args []string) error {
	switch args[0] {
	case "start":
		m, err := startMeter(s.world.doc)
		s.meter = m
		return err
	case "stop":
		if s.meter == nil {
			return fmt.Errorf("no meter runs")
		}
		reading, err := s.meter.stop()
		s.meter = nil
		s.report(reading)
		ts.Logf("%s", reading)
		return err
	}
	return fmt.Errorf("a meter is started or stopped, not %q", args[0])
}
