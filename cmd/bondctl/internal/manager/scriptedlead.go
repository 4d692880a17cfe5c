package manager

import (
	"cmp"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
	stanzas "github.com/bondctl/bondctl/generators/ifupdown"
	"github.com/bondctl/bondctl/schema"
)

// programs are the command lines of those that run, or shall: of clients by the
// files with their numbers, of stations by their links.
type programs struct{ clients, stations map[string][]string }

// wanted gives the programs that shall run: a document's, or those of an
// earlier state.
func (s *scripted) wanted(situation Situation) programs {
	p := programs{map[string][]string{}, map[string][]string{}}
	if situation.Doc == nil {
		known, _ := recall(situation.Known) // Restore will say so
		for _, d := range known.Clients {
			p.clients[d.File] = d.Words
		}
		for _, d := range known.Stations {
			p.stations[d.Link] = d.Words
		}
		return p
	}
	leases(situation.Doc.Static(), func(link string, ip *schema.IP) {
		if c, ok := s.clients.first(ip.Family); ok && c.leasing != nil {
			p.clients[c.file(link)] = c.leasing(link, ip.Metric)
		}
	})
	if s.stations.path != "" {
		for _, link := range situation.Doc.Stations() {
			p.stations[link] = s.joining(link)
		}
	}
	return p
}

// Lead implements [Leader].
func (s *scripted) Lead(situation Situation, changes []plan.Change) []plan.Change {
	want := s.wanted(situation)
	l := scriptedLead{situation, want, s.metric, changes}
	for _, link := range situation.Now.Links {
		l.station(link)
	}
	for _, w := range situation.Want.Links {
		for _, c := range s.clients {
			l.client(w, c)
		}
	}
	return l.led
}

// scriptedLead adds to the changes of links what becomes of the programs.
type scriptedLead struct {
	Situation
	want   programs
	metric func(link string, file plan.Step) (was, is string)
	led    []plan.Change
}

// station has a link join its network: as a new slave once it is one, so that
// the bond can wait for it before it takes its last card, else first of all. One
// that has none any more leaves it last.
func (l *scriptedLead) station(link *kernel.Link) {
	runs, there := ifupdownStation.of(l.Facts.Stations, link.Name)
	words := l.want.stations[link.Name]
	file := cmp.Or(option(words, "-c"), option(runs.Words, "-c"))
	own := stanzas.StationFile(link.Name)
	if _, gone := l.touches(own); gone && file == "" {
		file = own // that nobody has read so far
	}
	c := plan.Change{Link: link.Name, By: supplicant, Words: words, Effect: plan.None}
	if file != "" {
		c.Files = []string{file}
	}
	if there {
		c.Effect = bounces(link)
	}
	switch anew, gone := l.touches(file); {
	case there && l.knows(link.Name, file):
	case words != nil && (!there || anew || option(runs.Words, "-c") != option(words, "-c")):
		c.Verb = plan.Activate
		l.insert(1+l.last(func(c plan.Change) bool { return c.Verb == plan.Enslave && c.Link == link.Name }), c)
	case words == nil && there && (gone || l.Want.Describes(link.Name)):
		c.Verb = plan.Forget
		l.led = append(l.led, c)
	}
}

// knows tells whether the station of a link, which reads no file, was told the
// network that a file has: it stays, and goes on to need none.
func (l *scriptedLead) knows(link, file string) bool {
	told, ok := l.Facts.Told[link]
	return ok && slices.ContainsFunc(l.Files.Steps, func(s plan.Step) bool {
		return s.Path == file && s.New != nil && wpa.Same(told, generators.File{Path: file, Content: s.New.Content})
	})
}

// touches tells whether the plan writes a file, and whether it removes it.
func (l *scriptedLead) touches(file string) (written, removed bool) {
	for _, step := range l.Files.Changing() {
		if step.Path == file && step.Action != plan.Chmod {
			return step.New != nil, step.New == nil
		}
	}
	return false, false
}

// client has a link lease addresses when its other changes are made; a bond as
// soon as it has carrier, before its last card is taken. One that shall lease
// none any more stops before anything else of it is changed.
func (l *scriptedLead) client(w *plan.Link, by leaser) {
	file := by.file(w.Name)
	runs, there := by.of(l.Facts.Clients, w.Name)
	words := l.want.clients[file]
	if w.Absent {
		words = nil
	}
	c := plan.Change{Verb: plan.Lease, Link: w.Name, By: by.title(), Files: []string{file}, Words: words, Effect: plan.None}
	switch {
	case words == nil && !there:
		return
	case words == nil:
		c.Verb = plan.EndLease
		l.endLease(w, by, c)
		return
	case there && (option(words, by.metricFlag) != option(runs.Words, by.metricFlag) || l.changesMetric(w.Name, by.family)):
		c.Effect, c.Why = plan.InPlace, "its routes get another metric"
	case there && l.losesRoutes(w):
		c.Effect, c.Why = plan.InPlace, "its routes go while the link is down"
	case there:
		return
	}
	at := l.last(func(c plan.Change) bool { return c.Verb == plan.AwaitCarrier && c.Link == w.Name })
	if at < 0 {
		at = len(l.led) - 1
	}
	l.insert(at+1, c)
}

// endLease has a client end. What it leaves behind goes with the link where that
// goes, or becomes a slave.
func (l *scriptedLead) endLease(w *plan.Link, by leaser, c plan.Change) {
	changes := []plan.Change{c}
	if by.leaves != nil && !w.Absent && w.Master == "" {
		changes = append(changes, by.leaves(l.Now, w.Name)...)
	}
	l.led = slices.Insert(l.led, l.first(w.Name), changes...)
}

// changesMetric tells whether the plan changes the metric in a link's file. That of
// IPv6 is of the routes that routers advertise, and no client's.
func (l *scriptedLead) changesMetric(link string, family schema.Family) bool {
	return l.metric != nil && family == schema.IPv4 && slices.ContainsFunc(l.Files.Changing(), func(file plan.Step) bool {
		was, is := l.metric(link, file)
		return was != is
	})
}

// losesRoutes tells whether the changes take a link down, or what it stands on:
// the kernel drops its routes then, and the client does not bring them back.
func (l *scriptedLead) losesRoutes(w *plan.Link) bool {
	downs := []plan.Verb{plan.MakeBond, plan.MakeVLAN, plan.Down, plan.Release}
	return slices.ContainsFunc(l.led, func(c plan.Change) bool {
		return slices.Contains(downs, c.Verb) && (c.Link == w.Name || w.Parent != "" && c.Link == w.Parent)
	})
}

// first finds the first change of a link, or the end.
func (l *scriptedLead) first(link string) int {
	if i := slices.IndexFunc(l.led, func(c plan.Change) bool { return c.Link == link }); i >= 0 {
		return i
	}
	return len(l.led)
}

// last finds the last change of a kind, -1 for none.
func (l *scriptedLead) last(is func(plan.Change) bool) int {
	for i, c := range slices.Backward(l.led) {
		if is(c) {
			return i
		}
	}
	return -1
}

func (l *scriptedLead) insert(at int, c plan.Change) { l.led = slices.Insert(l.led, at, c) }
