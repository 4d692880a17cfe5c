package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/session"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// live is the running host: its files, and its kernel as it was observed.
type live struct {
	*target
	state *kernel.State
	// session says where the session of whoever asks comes from, and path are
	// the links that carry it, none for a console; ends are the addresses that it
	// may come from.
	session view.Session
	path    []string
	ends    []netip.Addr
	// claimed is what else configures the links.
	claimed []string
	// stations are the document's Wi-Fi links, with what they have joined.
	stations []kernel.Station
	// manager takes the changes up; nil where nobody does on a running host, and
	// unmanaged says so.
	manager   manager.Leader
	unmanaged error
	facts     manager.Facts
	// profiles are the files of the profiles that links shall be up by where those
	// are not the backend's own.
	profiles map[string]string
	// formers have had links of the plan so far.
	formers []former
	// asked are the backends whose files were looked at for what configures the links,
	// takeovers what becomes of those, and untakeable what cannot be made to leave
	// the links alone.
	asked      []string
	takeovers  []takeover
	untakeable hcl.Diagnostics
	// askings are the guard's verifiers.
	askings []asking
	// sums are the checksums of the files that confirmed transactions wrote, by path.
	sums map[string]string
	// fresh asks the driver about new bonds.
	fresh func([]schema.Mode) map[schema.Mode]kernel.Fresh
}

// openLive looks at the running host.
func (a *app) openLive(r *rendering, via string, takeOver bool) (*live, error) {
	t, err := openTarget(a.env.Root, r)
	if err != nil {
		return nil, err
	}
	t.root.Points(a.point, "")
	t.takeOver = takeOver
	l := &live{target: t, askings: askings(r.description), fresh: a.fresh, facts: a.facts()}
	l.manager, l.unmanaged = manager.For(r.backend.Name, a.env.Root)
	if l.state, err = a.observe(); err == nil {
		err = errors.Join(a.findSession(l, via), a.findStations(l), l.findFormers(a.env.Root), l.findTakeovers(a.env.Root), l.addFormers(a.env.Root))
	}
	l.claimed = l.claims()
	a.findSums(l)
	if err != nil {
		t.close()
		return nil, err
	}
	return l, nil
}

// registerVia adds the flag that names the session's path.
func registerVia(cmd *cobra.Command, via *string) {
	cmd.Flags().StringVar(via, "via", "", "the address that you have logged in from or to, the link that it goes over, or console, where bondctl does not see it")
}

// findSession finds out which links carry the session of whoever asks.
func (a *app) findSession(l *live, via string) error {
	k, err := a.env.Kernel()
	if err != nil {
		return err
	}
	defer k.Close()
	found := session.Find(session.Process{Proc: a.env.Proc, PID: a.env.PID, LookupEnv: a.env.LookupEnv}, via)
	path, err := found.Path(l.state, k)
	if err != nil {
		return err
	}
	l.session = view.Session{From: found.String(), Notes: path.Notes, Sure: found.Sure, Lost: path.Lost}
	l.path, l.ends = path.Links, found.Ends()
	return nil
}

// diverted names the links beside its path that changes lead the session's way over.
func (l *live) diverted(changes []plan.Change) []string {
	var links []string
	for _, end := range l.ends {
		links = withAll(links, plan.Diverted(changes, l.state, l.path, end))
	}
	return links
}

// findStations finds out what the document's Wi-Fi links have joined.
func (a *app) findStations(l *live) error {
	k, err := a.env.Kernel()
	if err != nil {
		return err
	}
	defer k.Close()
	stations, err := k.Stations()
	want := plan.Desired(l.doc)
	l.stations = slices.DeleteFunc(stations, func(s kernel.Station) bool { return !want.Describes(s.Link) })
	return err
}

// facts are the network systems of the host, looked at once.
func (a *app) facts() manager.Facts {
	if a.seen == nil {
		facts := a.env.Look()
		a.seen = &facts
	}
	return *a.seen
}

// host implements [aim].
func (l *live) host() *live { return l }

// canTake implements [aim].
func (l *live) canTake() error { return l.manager.CanTake(l.doc, l.taken()) }

// takeUp implements [aim].
func (l *live) takeUp(ctx context.Context, want *plan.Wanted) error {
	return l.manager.TakeUp(ctx, l.doc, want.Gone())
}

// observe reads the state of the kernel, which needs no privilege.
func (a *app) observe() (*kernel.State, error) {
	k, err := a.env.Kernel()
	if err != nil {
		return nil, err
	}
	defer k.Close()
	return k.Observe()
}

// fresh asks the driver which options it has. Where it cannot be asked, what it
// lacks shows when everything is read back.
func (a *app) fresh(modes []schema.Mode) map[schema.Mode]kernel.Fresh {
	if len(modes) == 0 || !a.env.Privileged {
		return nil
	}
	k, err := a.env.Kernel()
	if err != nil {
		return nil
	}
	defer k.Close()
	told := map[schema.Mode]kernel.Fresh{}
	for _, mode := range modes {
		if fresh, err := k.Fresh(mode); err == nil {
			told[mode] = fresh
		}
	}
	return told
}

// plan says what has to change for the files to be as rendered, and those that
// bondctl has made for other systems to be gone.
func (l *live) plan() (plan.Files, error) {
	observed, err := l.observe(func(f hostfs.File) bool { return generators.IsOurs(f.Content) && !l.isOthers(f.Path) })
	for _, f := range l.formers {
		observed = append(observed, f.own...)
	}
	return l.takenOver(plan.Towards(l.files, withoutTwice(observed))), err
}

// compare plans the way to what the document says. Problems are errors with
// their place in it. Files that only root may read are left out, with a warning.
func (l *live) compare() (plan.Plan, hcl.Diagnostics, error) {
	files, err := l.plan()
	unseen := errors.Is(err, fs.ErrPermission)
	switch {
	case unseen:
		files = plan.Files{}
	case err != nil:
		return plan.Plan{}, nil, err
	}
	files = files.IgnoringOrigin()
	want := l.wanted(files)
	l.state.Fresh = l.fresh(plan.Unsure(want, l.state))
	links, problems := plan.Network(want, l.state)
	foreign := plan.Foreign(links, l.state, l.isDescribed)
	diverted := l.diverted(links)
	links = l.led(links, manager.Situation{Files: files, Want: want, Taken: l.taken(), Stations: l.doc.Stations(), Doc: l.sayable()})
	diags := diagnosticsOf(problems)
	if unseen {
		diags = append(diags, filesUnseen(err))
	}
	p := plan.Plan{Files: files, Unseen: unseen, Links: links, Path: l.path, Diverted: diverted}
	l.findDrift(&p, files)
	if !unseen { // files that could not be read may describe any bond
		p.Foreign = foreign
	}
	return p, diags, nil
}

// isDescribed tells whether a file on the host that bondctl made describes a
// bond, for whichever network system it was made.
func (l *live) isDescribed(bond string) bool {
	return slices.ContainsFunc(all.Backends(), func(b *generators.Backend) bool {
		own, err := l.ownFiles(b, func(string) bool { return false })
		if err != nil {
			return false
		}
		doc, _ := b.Parse(readable(own)) // what a document cannot say is no matter here
		return plan.Desired(doc).Describes(bond)
	})
}

// led has the manager divide the changes, where it leads.
func (l *live) led(changes []plan.Change, s manager.Situation) []plan.Change {
	if l.manager == nil {
		return changes
	}
	s.Now, s.Facts, s.Profiles = l.state, l.facts, l.profiles
	return l.handedOver(s, l.manager.Lead(s, changes))
}

// retaken has the manager take those links up once more that it has let go.
func (l *live) retaken(left []plan.Change, want *plan.Wanted, now *kernel.State) []plan.Change {
	retaker, ok := l.manager.(manager.Retaker)
	if !ok {
		return left
	}
	return retaker.Retake(manager.Situation{Want: want, Now: now, Profiles: l.profiles}, left)
}

// wanted is what the document wants of the links, and that those go which only
// bondctl's own files on the host describe.
func (l *live) wanted(files plan.Files) *plan.Wanted {
	doc, earlier := l.sayable(), l.earlier(files)
	want := plan.Desired(doc)
	if l.manager != nil {
		want.RoutesBy(l.manager.RouteProtocol(), l.taken())
		want.IPv6By(manager.IPv6(l.manager, doc, earlier, l.taken()))
	}
	want = want.InsteadOf(plan.Desired(earlier))
	for _, f := range l.formers {
		if f.doc != nil {
			want = want.InsteadOf(plan.Desired(f.doc))
		}
	}
	return want
}

// sayable is the document, or with --lossy what the files say of it: what they
// cannot say would be gone with the next boot.
func (l *live) sayable() *schema.Document {
	if !l.lossy {
		return l.doc
	}
	doc, _ := l.backend.Parse(l.files) // the losses have been shown
	return doc
}

func filesUnseen(err error) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagWarning, Summary: "Files not compared",
		Detail: fmt.Sprintf("%v. What becomes of the files, and what was changed outside bondctl, only root can see.", err),
	}
}

func diagnosticsOf(problems []plan.Problem) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range problems {
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: p.Summary, Detail: p.Detail}
		if p.Range != (hcl.Range{}) {
			d.Subject = &p.Range
		}
		diags = append(diags, d)
	}
	return diags
}

// showFound shows what was found on the host, and is an error where something
// stands in the way.
func (a *app) showFound(l *live, found hcl.Diagnostics) error {
	l.diags = append(l.diags, found...)
	if !l.asJSON {
		a.show(l.description, found)
	}
	if !found.HasErrors() {
		return nil
	}
	if l.asJSON {
		if err := a.printInvalid(l.description); err != nil {
			return err
		}
		return exitError{code: codeError}
	}
	return exitError{code: codeError, cause: errors.New(l.unfit() + "; nothing was changed")}
}

// unfit says what does not go together, for a document and for an earlier state.
func (l *live) unfit() string {
	if l.madeFrom == nil {
		return "this host cannot go back to what it was"
	}
	return "the document does not fit this host"
}

func (a *app) showLive(l *live, p plan.Plan) error {
	v := l.planView(a.outStyle())
	v.Forecasts = forecasts(l.doc)
	if l.asJSON {
		return view.JSON(a.out, v.JSON(p, l.sources, l.diags))
	}
	v.Write(a.out, p)
	view.Forecasts(a.out, v.Forecasts)
	return nil
}

func (l *live) planView(style view.Style) view.Plan {
	return view.Plan{FilesPlan: l.view(style), Why: l.why, Session: l.session, Claims: l.claimed, Offers: l.offers(), Stations: l.stations, Asked: namesOf(l.askings)}
}
