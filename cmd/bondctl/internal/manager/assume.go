package manager

import (
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
)

// NetworkManager activates a link anew by a profile that it does not know the link
// by, whoever has set the link up, and a bond stops carrying meanwhile. Only when
// it starts it takes a link as it is: for the profile that it had the link by when
// it ended, which it finds in a file of its own (get_existing_connection in
// src/core/nm-manager.c), if that says no more than what is there.

// strangers lists the links that NetworkManager shall have and does not have by
// their profiles: it only watches them, or knows them by others.
func (l *leading) strangers() []string {
	var names []string
	for _, d := range l.Facts.Devices {
		if l.wanted(d.Link) != nil && (d.External || !l.isUpBy(d)) {
			names = append(names, d.Link)
		}
	}
	return names
}

// isUpBy tells whether a device is up by the profile that is wanted. A file that
// has another UUID from now on is another profile.
func (l *leading) isUpBy(d Device) bool {
	wanted := l.profile(d.Link)
	if !l.profiles.isFor(d.File, wanted) {
		return false
	}
	for _, step := range l.Files.Changing() {
		if step.Path == d.File && step.New != nil && d.UUID != "" {
			return l.profiles.uuid(generators.File{Path: step.Path, Content: step.New.Content}) == d.UUID
		}
	}
	return true
}

// canStartAnew tells whether NetworkManager can be started anew for the sake of
// the strangers: nothing else is up by it, and they are as their profiles say,
// or will be by changes in place.
func (l *leading) canStartAnew(strangers []string) bool {
	if len(strangers) == 0 || len(l.anew) > 0 || !l.Facts.Systemd || !l.Facts.unit(unitNetworkManager).Active {
		return false
	}
	isOther := func(name string) bool { return !slices.Contains(strangers, name) }
	otherWanted := func(w *plan.Link) bool { return w.Absent || isOther(w.Name) }
	otherUp := func(d Device) bool { return d.Profile != "" && !d.External && isOther(d.Link) }
	return !slices.ContainsFunc(l.Want.Links, otherWanted) && !slices.ContainsFunc(l.Facts.Devices, otherUp)
}

// assume has NetworkManager assume the strangers once they are as wanted, which is
// left to bondctl. What joins a network it cannot but activate.
func (l *leading) assume(changes []plan.Change, strangers []string) []plan.Change {
	c := plan.Change{Verb: plan.Assume, Effect: plan.InPlace, Why: "only when it starts it takes links over as they are; what differs from its profile it activates"}
	var stations []string
	for _, name := range strangers {
		if now, _ := l.Now.Link(name); now.Wireless {
			stations = append(stations, name)
			c.Effect = plan.Worst([]plan.Change{c, {Effect: l.interruption(l.wanted(name))}})
			continue
		}
		c.Links, c.Files = append(c.Links, name), append(c.Files, l.profile(name))
	}
	l.led = slices.Clone(changes)
	l.do(c)
	for _, name := range stations {
		l.anew[name] = l.interruption(l.wanted(name))
		l.activate(name, plan.Change{})
	}
	return l.led
}
