package scenario

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

// pace is how often anything else than echoes is asked for.
const pace = `
      interval         = "500ms"
      standby_interval = "500ms"
      timeout          = "500ms"
      fall             = 3
      rise             = 2
    }
`

// resolves asks the resolver of the world, and browses fetches its page.
var (
	resolves = "    verify \"dns\" {\n      targets = [\"203.0.113.1\"]\n      query = \"" + serverName + "\"" + pace
	browses  = "    verify \"http\" {\n      targets = [\"http://203.0.113.1/\"]\n      body = \"welcome\"" + pace
	trusts   = "    verify \"http\" {\n      targets = [\"https://203.0.113.1/\"]\n      server_name = \"" + serverName + "\"" + pace
)

// 8: names are not resolved any more over one link.
func TestResolverDead(t *testing.T) {
	t.Parallel()
	t.Run("who asks it notices", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		d := w.watch(document(soon, fibre.with(asks+resolves), radio.with(asks+resolves)))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.s.deaf.Store(addressOf(eth0), true)
		m.flowsOver(wlan0)
		d.is(radio, monitor.Good)
		d.awaitsTold(began, left)
		w.s.deaf.Delete(addressOf(eth0))
		m.flowsOver(eth0)
		d.awaitsTold(began, left, returned)
	})
	t.Run("who asks for echoes does not", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.s.deaf.Store(addressOf(eth0), true)
		d := w.watch(document(soon, fibre, radio))
		d.settles(fibre, radio)
		d.awaitsTold(began)
	})
}

// 9: targets have names, and the path in use is dead.
func TestNamesOverADeadPath(t *testing.T) {
	t.Parallel()
	named := strings.Replace(asks, `["203.0.113.1", "203.0.113.2"]`, `["`+serverName+`"]`, 1)
	w := newWorld(t)
	d := w.watch(document(soon, fibre.with(named), radio.with(named)))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	w.blackhole(eth0)
	m.flowsOver(wlan0)
	d.is(fibre, monitor.Bad)
	d.is(radio, monitor.Good)
	d.awaitsTold(began, left)
	m.neverRefused()
	s.neverBare()
}

// 35: a portal answers instead of the server, or somebody with another name.
func TestCaptivePortal(t *testing.T) {
	t.Parallel()
	t.Run("redirects", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		d := w.watch(document(soon, fibre.with(asks+browses), radio.with(asks+browses)))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.s.showPage(func(out http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.RemoteAddr, addressOf(eth0).String()+":") {
				http.Redirect(out, r, "http://203.0.113.4/login", http.StatusFound)
				return
			}
			_, _ = io.WriteString(out, "welcome")
		})
		m.flowsOver(wlan0)
		d.is(fibre, monitor.Bad)
		d.is(radio, monitor.Good)
		d.awaitsTold(began, left)
	})
	t.Run("has another name", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		other := strings.Replace(trusts, serverName, "other.example.net", 1)
		d := w.watch(document(soon, fibre.with(asks+other), radio.with(asks+trusts)))
		d.is(fibre, monitor.Bad)
		d.settles(radio)
	})
}
