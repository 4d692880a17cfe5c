package manager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// restoreWithin bounds the way back as far as it is NetworkManager's: the
// kernel is restored after it, whatever came of it.
const restoreWithin = 30 * time.Second

// Restore implements [Manager]. The files are those of before. Profiles that
// are gone again come last, for with one NetworkManager takes its link down.
func (m *profileManager) Restore(ctx context.Context, links []string, remembered []byte) error {
	ctx, cancel := context.WithTimeout(ctx, restoreWithin)
	defer cancel()
	known := map[string]knownLink{}
	if err := json.Unmarshal(remembered, &known); err != nil {
		return fmt.Errorf("reading what NetworkManager knew: %w", err)
	}
	t, err := m.talkAgain(ctx)
	if err != nil {
		return fmt.Errorf("%w; links and files are restored without it", err)
	}
	return t.wayBack(ctx, links, known)
}

// wayBack does what has to be done, each step even where another one fails;
// but when NetworkManager hangs, the kernel is to be restored at once.
func (t *talk) wayBack(ctx context.Context, links []string, known map[string]knownLink) error {
	var failed []error
	try := func(step func() error) {
		if !errors.Is(errors.Join(failed...), errSilent) && ctx.Err() == nil {
			failed = append(failed, step())
		}
	}
	activated := t.anew // by the steps before this, which have waited for the slaves
	t.anew, t.had = map[string]bool{}, map[string]bool{}
	there, gone := t.filesOf(links, known)
	try(func() error { return t.look(ctx) })
	if !t.assumesAgain(ctx, known) {
		try(func() error { return t.read(ctx, there) })
		try(func() error { return t.readConfiguration(ctx) }) // by now it makes up no profile for a link that it may care for
	}
	try(func() error { return t.manageAgain(ctx, known) })
	for _, link := range t.order(ctx, known) {
		try(func() error { return t.giveBack(ctx, link, known[link]) })
	}
	for _, file := range gone {
		try(func() error { return t.forget(ctx, plan.Change{Link: t.profiles.link(file), Files: []string{file}}) })
	}
	maps.Copy(t.anew, activated)
	try(func() error { return t.settle(ctx, slices.Sorted(maps.Keys(known))) })
	return errors.Join(failed...)
}

// assumesAgain has NetworkManager start anew and assume links, and tells whether it
// does. Where that fails what follows activates them, or fails too.
func (t *talk) assumesAgain(ctx context.Context, known map[string]knownLink) bool {
	c := t.assumable(known)
	return len(c.Links) > 0 && t.assume(ctx, c) == nil
}

// assumable lists the links that NetworkManager can assume by the profiles that they
// were up by: it has left them to another manager, or has them by other profiles.
// There are none where something is up by it that was so before, which would have to
// start anew too.
func (t *talk) assumable(known map[string]knownLink) plan.Change {
	const wifi = uint32(2) // NM_DEVICE_TYPE_WIFI
	c := plan.Change{Verb: plan.Assume}
	for _, path := range slices.Sorted(maps.Keys(t.seen)) {
		properties, ok := t.seen[path][nmDevice]
		if !ok || isPlaceholder(properties) {
			continue
		}
		d := t.seen.deviceFacts(properties)
		was, up := known[d.Link], d.UUID != "" && !d.External
		switch wasUp := was.UUID != "" && !was.External; {
		case up && (!wasUp || was.UUID == d.UUID):
			return plan.Change{}
		case wasUp && properties["DeviceType"].Value() != wifi:
			c.Links, c.Files = append(c.Links, d.Link), append(c.Files, was.File)
		}
	}
	return c
}

// manageAgain has NetworkManager care for those links that it cared for, and no others.
func (t *talk) manageAgain(ctx context.Context, known map[string]knownLink) error {
	var errs []error
	for _, link := range slices.Sorted(maps.Keys(known)) {
		_, now := t.seen.deviceOf(link)
		if now != nil && t.seen.deviceFacts(now).Managed == known[link].Unmanaged {
			errs = append(errs, t.manage(ctx, link, !known[link].Unmanaged))
		}
	}
	return errors.Join(append(errs, t.look(ctx))...)
}

// filesOf lists the profiles of links that are there, and those that are not
// or no longer. One that netplan has made for a station goes by a longer name.
func (t *talk) filesOf(links []string, known map[string]knownLink) (there, gone []string) {
	var all []string
	for _, link := range slices.Sorted(slices.Values(links)) {
		all = append(all, t.profiles.file(link))
		if file := known[link].File; file != "" {
			all = append(all, file)
		}
	}
	all = slices.Compact(slices.Sorted(slices.Values(all)))
	there = t.existing(all)
	gone = slices.DeleteFunc(all, func(file string) bool {
		return slices.ContainsFunc(there, func(other string) bool { return t.profiles.isFor(other, file) })
	})
	return there, gone
}

// order gives the links that were up by a profile: bonds first, then slaves,
// then what carries addresses by itself, and a slave last that does so now.
func (t *talk) order(ctx context.Context, known map[string]knownLink) []string {
	var names []string
	rank := map[string]int{}
	for _, link := range slices.Sorted(maps.Keys(known)) {
		if known[link].UUID == "" || known[link].External {
			continue
		}
		names = append(names, link)
		s, err := t.ofProfile(ctx, t.profile(known[link].File))
		if err != nil {
			continue
		}
		rank[link] = t.rank(ctx, link, s)
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank[a] - rank[b] })
	return names
}

func (t *talk) rank(ctx context.Context, link string, s settings) int {
	device, properties := t.seen.deviceOf(link)
	switch kind := s.value("connection", "type"); {
	case kind == "bond":
		return 0
	case kind == "vlan":
		return 4
	case s.master() == "":
		return 2
	case state(properties) < nmPrepare:
		return 1
	}
	if now, err := t.applied(ctx, device); err == nil && now.master() == "" {
		return 3
	}
	return 1
}

// giveBack brings a link back to the profile that it was up by: in place where
// it is up by it and NetworkManager takes the changes over, else anew.
func (t *talk) giveBack(ctx context.Context, link string, was knownLink) error {
	profile := t.profile(was.File)
	if profile == "" {
		return fmt.Errorf("NetworkManager has no profile from %s, by which %s was up", was.File, link)
	}
	wanted, err := t.ofProfile(ctx, profile)
	if err != nil {
		return err
	}
	c := plan.Change{Link: link, On: wanted.master(), Files: []string{was.File}, Moves: wanted.value("ipv4", "method") == "manual"}
	if t.anew[c.On] || !t.takesBack(ctx, link, was.File, wanted) {
		return t.activate(ctx, c)
	}
	return nil
}

// takesBack has a link that is up by a profile go back to it in place, and
// tells whether that could be done.
func (t *talk) takesBack(ctx context.Context, link, file string, wanted settings) bool {
	device, err := t.device(ctx, link)
	if err != nil || device == "" || !t.isUpBy(ctx, device, file) {
		return false
	}
	applied, err := t.applied(ctx, device)
	return err == nil && (applied.equal(wanted) || t.reapply(ctx, device, nil) == nil)
}

// ProfilesOf gives the files of the profiles that links were up by, of what
// [Manager.Remember] of a leader gave.
func ProfilesOf(remembered []byte) map[string]string {
	known := map[string]knownLink{}
	files := map[string]string{}
	if json.Unmarshal(remembered, &known) != nil {
		return files // Restore will say so
	}
	for link, was := range known {
		files[link] = was.File
	}
	return files
}
