package scenario

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// corpus reads a document that the other tests know, with some of its text replaced:
// every second piece stands for the one before. Each must be there.
func corpus(t *testing.T, name string, pieces ...string) string {
	t.Helper()
	text, err := os.ReadFile("../../../../../testdata/corpus/" + name)
	require.NoError(t, err)
	for i := 0; i < len(pieces); i += 2 {
		require.Contains(t, string(text), pieces[i])
		text = []byte(strings.ReplaceAll(string(text), pieces[i], pieces[i+1]))
	}
	return string(text)
}

// Seed 002: Ethernet, and a modem that is dialled when that dies. Somebody is told over
// the path that is up, by HTTPS. For the modem's power, which is no part of a namespace,
// a program stands that takes a while.
func TestSeedOfTheModem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hangUp()
	gpio := "    handler \"gpio\" {\n      chip       = \"gpiochip0\"\n      status_pin = 23\n      key_pin    = 24\n      pulse      = \"2s\"\n      events     = [\"setup\", \"teardown\"]\n    }\n"
	d := w.watch(corpus(t, "seed002_modem.hcl",
		gpio, "    handler \"exec\" {\n      command = [\""+w.power("dialler")+"\"]\n      events  = [\"setup\", \"teardown\"]\n    }\n",
		"192.168.1.143/24", "10.1.0.2/24", "192.168.1.1", "10.1.0.1", `"8.8.8.8", "8.8.4.4"`, `"203.0.113.1", "203.0.113.2"`,
		"https://localhost:5000/", "https://203.0.113.3:8443/",
		`interval = "10s"`, "interval = \"1s\"\n      standby_interval = \"1s\"",
		`"/usr/bin/pon"`, `"`+w.note("dialler", "pon")+`"`, `"/usr/bin/poff"`, `"`+w.note("dialler", "poff")+`"`,
		`fallback "internet" {`, "fallback \"internet\" {\n"+soon))
	primary := way{name: "primary"}
	d.settles(primary)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)

	repair := w.blackhole(eth0)
	await(t, "the modem is dialled", func() bool { return w.read("dialler") == "power for setup\npon fona\n" })
	d.awaits("it is waited for", func(s *control.Snapshot) bool { return s.Fallbacks[0].Activating == "fona" })
	assert.Empty(t, w.s.hooks.taken(), "nothing is said to have failed over yet")
	w.wire(ppp0)
	m.flowsOver(ppp0)
	const place = "/myapp/contextroot/"
	await(t, "it is posted", func() bool { return len(w.s.hooks.taken()) >= 2 })

	repair()
	m.flowsOver(eth0)
	d.carries(primary)
	await(t, "the modem is put down", func() bool { return w.read("dialler") == "power for setup\npon fona\npower for teardown\npoff fona\n" })
	await(t, "it is posted", func() bool { return len(w.s.hooks.taken()) >= 3 })
	posted := map[string]string{}
	for _, p := range w.s.hooks.taken() {
		posted[p.path] = p.user
	}
	assert.Equal(t, map[string]string{place + "primaryconnectionfailed": "username", place + "fonaconnected": "", place + "primaryconnectionrestored": "username"}, posted)
	assert.Equal(t, []string{
		"setup primary", "connected primary",
		"setup fona", "teardown primary", "failed primary", "connected fona",
		"teardown fona", "setup primary", "restored primary",
	}, d.told(quiet...))
	m.neverRefused()
	assert.NotContains(t, d.log.String(), "password")
}

// power is a program that stands for the switch of a modem's power: it takes a while, and
// adds what it was switched for to a file then.
func (w *world) power(file string) string {
	w.t.Helper()
	script := writeFile(w.t, "power", "#!/bin/sh\nsleep 1\necho \"power for $BONDCTL_EVENT\" >> "+w.path(file)+"\n")
	require.NoError(w.t, os.Chmod(script, 0o700))
	return script
}

// note is a program that adds its arguments to a file, after a word.
func (w *world) note(file, word string) string {
	w.t.Helper()
	script := writeFile(w.t, word, "#!/bin/sh\necho "+word+" \"$@\" >> "+w.path(file)+"\n")
	require.NoError(w.t, os.Chmod(script, 0o700))
	return script
}

// Seed 003: two routers whose addresses are leased, judged by pages over HTTPS.
func TestSeedOfTheTwoUplinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, link := range uplinks[:2] {
		w.lease(link, gatewayOf(link))
	}
	d := w.watch(corpus(t, "seed003_two_uplinks.hcl",
		"eth1", eth0, "eth2", wlan0,
		`"https://www.bing.com/", "https://www.netflix.com/", "https://www.wikipedia.org/"`, `"https://`+serverName+`/", "https://203.0.113.3/"`,
		`"30s"`, `"1s"`, `"10s"`, `"1s"`, `"5s"`, `"1s"`, `"2s"`, `"1s"`))
	first, second := way{name: "fibre"}, way{name: "5g"}
	d.settles(first, second)
	m, s, before := w.measure(metered, steady), w.sample(), w.h.portrait(unix.AF_INET6)
	m.flowsOver(eth0)

	w.s.showPage(func(out http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.RemoteAddr, addressOf(eth0).String()+":") {
			http.Error(out, "pay first", http.StatusPaymentRequired)
		}
	})
	m.flowsOver(wlan0)
	d.is(first, monitor.Bad)
	w.s.showPage(func(http.ResponseWriter, *http.Request) {})
	m.flowsOver(eth0)
	d.carries(first)
	w.cut(eth0)
	m.flowsOver(wlan0)
	assert.Equal(t, before, w.h.portrait(unix.AF_INET6), "the other family is left alone")
	m.neverRefused()
	s.neverBare()
}
