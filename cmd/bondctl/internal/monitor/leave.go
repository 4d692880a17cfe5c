package monitor

import "github.com/bondctl/bondctl/schema"

// leave has what was set up taken down, for the host has its own routes again. What
// comes after begins as after a fresh start.
func (t *turn) leave() {
	for _, w := range t.ways {
		t.tearDown(w, w, "the monitor ends, and the host has its own routes again")
		w.Tries, w.NotBefore = 0, 0
	}
	t.Activating, t.Until, t.Announced, t.AllDown = "", 0, false, false
	t.do(Action{Kind: Persist})
}

// forgetSetUps has those routes taken down that were set up when the machine went down,
// and do not carry now: nobody knows how they are.
func (t *turn) forgetSetUps() {
	for _, w := range t.ways {
		if w.WasSetUp && w.Name != t.Active {
			t.tellMove(schema.EventTeardown, w, "the host was restarted, and "+t.Active+" carries", w.Name, t.Active)
		}
		w.WasSetUp = false
	}
}
