package scenario

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

// pace is how often anything else than echoes is asked for: the kernel answers those, and
// this process, which may have to wait for its turn, all others.
const pace = `
      interval         = "2s"
      standby_interval = "2s"
      timeout          = "2s"
      fall             = 3
      rise             = 2
    }
`

// looksUp asks the resolver of the world, browses fetches its page, and trusts makes sure
// of its name.
var (
	looksUp = "    verify \"dns\" {\n      targets = [\"203.0.113.1\"]\n      query = \"" + serverName + "\"" + pace
	browses = "    verify \"http\" {\n      targets = [\"http://203.0.113.1/\"]\n      body = \"" + welcome + "\"" + pace
	trusts  = "    verify \"http\" {\n      targets = [\"https://203.0.113.1/\"]\n      server_name = \"" + serverName + "\"" + pace
)

// resolves asks once, over the default route, what the server's name stands for.
func (w *world) resolves() bool {
	w.t.Helper()
	var conn net.Conn
	w.h.Do(func() (err error) {
		conn, err = net.Dial("udp", netip.AddrPortFrom(metered, 53).String())
		return err
	})
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * look))
	client := &dns.Conn{Conn: conn}
	if client.WriteMsg(new(dns.Msg).SetQuestion(dns.Fqdn(serverName), dns.TypeA)) != nil {
		return false
	}
	answer, err := client.ReadMsg()
	return err == nil && len(answer.Answer) == 1
}

// 8: names are not resolved any more over one link. The negative control is who does not
// ask for them.
func TestResolverDead(t *testing.T) {
	t.Parallel()
	t.Run("who asks it notices", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		d := w.watch(document(soon, fibre.with(asks+looksUp), radio.with(asks+looksUp)))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.s.deaf.Store(addressOf(eth0), true)
		m.flowsOver(wlan0)
		await(t, "the host resolves names", w.resolves)
		d.is(radio, monitor.Good)
		d.awaitsTold(began, left)
		w.s.deaf.Delete(addressOf(eth0))
		m.flowsOver(eth0)
		d.awaitsTold(began, left, returned)
	})
	t.Run("who asks for echoes does not", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		d := w.watch(document(soon, fibre, radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		await(t, "the host resolves names", w.resolves)
		w.s.deaf.Store(addressOf(eth0), true)
		for range 5 {
			m.flowsOver(eth0)
			assert.False(t, w.resolves(), "the host has resolved a name")
		}
		d.settles(fibre, radio)
		d.awaitsTold(began)
	})
}

// 9: targets have names, and the path in use is dead.
func TestNamesOverADeadPath(t *testing.T) {
	t.Parallel()
	named := "    verify \"icmp\" {\n      targets = [\"" + serverName + "\"]" + pace
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

// The first resolver of the host does not answer, and the next one is asked in time.
func TestTheHostsFirstResolverIsDead(t *testing.T) {
	t.Parallel()
	named := "    verify \"icmp\" {\n      targets = [\"" + serverName + "\"]" + pace
	w := newWorld(t)
	w.etc("nameserver 203.0.113.77\nnameserver 203.0.113.1\n")
	d := w.watch(document(soon, fibre.with(named), radio.with(named)))
	d.settles(fibre, radio)
	d.is(fibre, monitor.Good)
	d.awaitsTold(began)
}

// The host resolves names by the resolvers of the route that carries, and the first of them
// does not answer. What a client of DHCP writes over them does not last.
func TestResolversOfTheRoute(t *testing.T) {
	t.Parallel()
	const own, ofRadio = "nameserver 203.0.113.1\n", "nameserver 203.0.113.77\nnameserver 203.0.113.2\n"
	w := newWorld(t)
	file := w.etc(own)
	named := "    verify \"icmp\" {\n      targets = [\"" + serverName + "\"]" + pace
	d := w.watch(resolvesOverRadio(document(soon, fibre, radio.with(named)), "203.0.113.77", "203.0.113.2"))
	d.settles(fibre, radio)
	assert.Equal(t, own, file())

	repair := w.blackhole(eth0)
	d.carries(radio)
	await(t, "those of the route are asked first", func() bool { return strings.Contains(file(), ofRadio) })
	w.write("etc/leased", own)
	require.NoError(t, os.Rename(w.path("etc/leased"), w.path("etc/resolv.conf")))
	await(t, "they are asked again", func() bool { return strings.Contains(file(), ofRadio) })

	repair()
	d.carries(fibre)
	await(t, "those of the host are asked", func() bool { return file() == own })
}

// resolvesOverRadio is a document in which the link of radio has resolvers.
func resolvesOverRadio(text string, servers ...string) string {
	const block = `ipv4 { addresses = ["10.2.0.2/24"] }`
	return strings.Replace(text, block, block+"\n  dns { servers = [\""+strings.Join(servers, "\", \"")+"\"] }", 1)
}

// etc has a /etc of its own for the host, with these resolvers, and gives what is there
// of them. A file that is one for itself could not be replaced.
func (w *world) etc(resolvers string) (file func() string) {
	w.t.Helper()
	require.NoError(w.t, os.Mkdir(w.path("etc"), 0o755))
	w.write("etc/resolv.conf", resolvers)
	w.h.Hide("/etc", w.path("etc"))
	return func() string { return w.read("etc/resolv.conf") }
}

// portal is what comes in the server's place for those who come over eth0.
type portal struct {
	name string
	// notices is the verifier that tells it from the server.
	notices string
	// comes has it come. It is prepared before anything else runs on the host.
	prepare func(w *world) (comes func())
	// page is where a browser looks, and shown part of what it is shown by the portal.
	page, shown string
}

var portals = []portal{
	{"redirects", browses, func(w *world) func() {
		return func() {
			w.s.showPage(func(out http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.RemoteAddr, addressOf(eth0).String()+":") {
					http.Redirect(out, r, "http://203.0.113.4/login", http.StatusFound)
					return
				}
				_, _ = io.WriteString(out, welcome)
			})
		}
	}, "http://203.0.113.5/", "203.0.113.4/login"},
	{"has another name", trusts, func(w *world) func() {
		other := w.s.certify("portal.example.net")
		return func() { w.s.posing.Store(addressOf(eth0), other) }
	}, "https://203.0.113.5/", "valid for portal.example.net, not " + serverName},
}

// shows is what a browser on the host shows of a page of the server, or why it does not.
func (w *world) shows(page string) string {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.s.trusted)
	web := &http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots, ServerName: serverName, MinVersion: tls.VersionTLS12},
		DialContext: func(_ context.Context, network, at string) (conn net.Conn, err error) {
			err = w.h.Try(func() (err error) {
				conn, err = net.Dial(network, at)
				return err
			})
			return conn, err
		},
	}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := web.Get(page)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(answer.Body)
	return string(text)
}

// 35: a portal answers instead of the server, or somebody with another name.
func TestCaptivePortal(t *testing.T) {
	t.Parallel()
	for _, p := range portals {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			comes := p.prepare(w)
			d := w.watch(document(soon, fibre.with(asks+p.notices), radio.with(asks+p.notices)))
			d.settles(fibre, radio)
			m := w.measure(metered, steady)
			m.flowsOver(eth0)
			comes()
			m.flowsOver(wlan0)
			await(t, "the host sees the server", func() bool { return w.shows(p.page) == welcome })
			d.is(fibre, monitor.Bad)
			d.is(radio, monitor.Good)
			d.awaitsTold(began, left)
		})
	}
}

// 35, the negative control: who asks for echoes takes the portal for the server.
func TestCaptivePortalThatNobodyNotices(t *testing.T) {
	t.Parallel()
	for _, p := range portals {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			comes := p.prepare(w)
			d := w.watch(document(soon, fibre, radio))
			d.settles(fibre, radio)
			m := w.measure(metered, steady)
			assert.Equal(t, welcome, w.shows(p.page))
			comes()
			for range 5 {
				m.flowsOver(eth0)
				assert.Contains(t, w.shows(p.page), p.shown)
			}
			d.settles(fibre, radio)
			d.awaitsTold(began)
		})
	}
}
