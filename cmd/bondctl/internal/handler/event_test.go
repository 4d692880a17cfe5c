package handler

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/schema"
)

// What handlers outside of this program rely on.
func TestMessage(t *testing.T) {
	e := event(7, "failed")
	e.Host, e.Previous, e.Reason = "pi", "fiber", "no answer"
	e.Coalesced, e.First = 2, moment(1)
	text, err := e.message()
	require.NoError(t, err)
	assert.JSONEq(t, `{"format_version":1,"id":"ID7","sequence":7,"event":"failed","host":"pi","fallback":"internet","route":"fiber",`+
		`"interface":"bond0","family":"ipv4","gateway":"192.0.2.1","previous_route":"fiber","reason":"no answer","up":[],"down":["fiber"],`+
		`"at":{"time":"2026-03-04T05:06:07Z","synchronized":true,"max_error_ns":1000000,"boottime_ns":7000000000,"boot_id":"boot-1"},`+
		`"coalesced":2,"first":{"time":"2026-03-04T05:06:01Z","synchronized":true,"max_error_ns":1000000,"boottime_ns":1000000000,"boot_id":"boot-1"}}`, string(text))
	assert.Equal(t, 1, strings.Count(string(text), "\n"))

	text, err = Event{ID: "X", Name: "all_down", Fallback: "internet", Up: []string{}, Down: []string{}, At: moment(1)}.message()
	require.NoError(t, err)
	for _, absent := range []string{"route", "gateway", "first", "coalesced", "family", "null"} {
		assert.NotContains(t, string(text), absent)
	}
}

// Setting the clock makes no event older.
func TestAge(t *testing.T) {
	at, later := moment(1), moment(4)
	later.Time = later.Time.Add(-time.Hour)
	assert.Equal(t, 3*time.Second, at.until(later))
	assert.Zero(t, later.until(at))
	later.BootID = "boot-2"
	assert.Zero(t, at.until(later))
	later.Time = at.Time.Add(time.Hour)
	assert.Equal(t, time.Hour, at.until(later))
}

func TestNow(t *testing.T) {
	clock, err := checkpoint.MachineClock()
	require.NoError(t, err)
	first, second := Now(clock), Now(clock)
	assert.NotEmpty(t, first.BootID)
	assert.Positive(t, first.Boot)
	assert.LessOrEqual(t, first.Boot, second.Boot)
	assert.WithinDuration(t, time.Now(), second.Time, time.Minute)
	assert.Equal(t, first.Synchronized, first.MaxError > 0)
}

func TestReasonsAreShort(t *testing.T) {
	assert.Equal(t, "no answer", shortened("no answer"))
	long := shortened(strings.Repeat("ä", reasonLimit))
	assert.Equal(t, strings.Repeat("ä", reasonLimit/2)+"...", long)
	assert.Equal(t, "a\uFFFDb", shortened("a\xffb"))
	assert.True(t, strings.HasSuffix(shortened("x"+strings.Repeat("ä", reasonLimit)), "ä..."))
}

// The reference page is where people look for the variables: it must have them all.
func TestEveryVariableIsDocumented(t *testing.T) {
	page := documentation(t)
	for _, v := range variables {
		assert.Contains(t, page, variablePrefix+v.name)
	}
}

// documentation is what is said about the command of an exec handler.
func documentation(t *testing.T) string {
	t.Helper()
	for _, b := range schema.Blocks() {
		if b.Title() != `handler "exec"` {
			continue
		}
		for _, a := range b.Attributes {
			if a.Name == "command" {
				return a.Doc
			}
		}
	}
	require.Fail(t, "there is no such attribute")
	return ""
}

// What the document leaves out is as the reference page says.
func TestHandlersOfADocument(t *testing.T) {
	b := newBench(t)
	route := func(name string, handlers ...*schema.Handler) *schema.FallbackRoute {
		return &schema.FallbackRoute{Name: schema.Given(name), Handlers: handlers}
	}
	hook := &schema.Handler{Kind: schema.Given("webhook"), URL: schema.Given("https://hooks.example.net")}
	fallbacks := []*schema.Fallback{{Name: schema.Given("internet"), Routes: []*schema.FallbackRoute{
		route("fiber", hook, hook), route("gsm", hook, script("true")),
	}}}
	lanes, err := lanesOf(fallbacks, b.options)
	require.NoError(t, err)
	var names []string
	for _, l := range lanes {
		names = append(names, l.name+": "+l.handler.String())
	}
	assert.Equal(t, []string{
		"internet/fiber/webhook: webhook https://hooks.example.net", "internet/fiber/webhook 2: webhook https://hooks.example.net",
		"internet/gsm/webhook: webhook https://hooks.example.net", "internet/gsm/exec: exec sh",
	}, names)
	hook.URL.Value = "none"
	_, err = lanesOf(fallbacks, b.options)
	require.EqualError(t, err, "handler internet/fiber/webhook: an address of the webhook is none: write one such as https://hooks.example.net/net")
	_, err = New(&schema.Handler{Kind: schema.Given("pigeon")}, Options{})
	require.EqualError(t, err, `this version has no handler of the kind "pigeon"`)
}
