package handler

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// posted is a request as the server saw it.
type posted struct {
	path, host string
	header     http.Header
	body       []byte
}

// hook is a server that answers with one status after another, the last of them for ever.
type hook struct {
	*httptest.Server
	requests chan posted
	statuses []int
	// header is that of the answers.
	header http.Header
}

func newHook(t *testing.T, statuses ...int) *hook {
	t.Helper()
	h := &hook{requests: make(chan posted, 1000), statuses: statuses, header: http.Header{}}
	h.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.requests <- posted{path: r.Method + " " + r.URL.String(), host: r.Host, header: r.Header, body: body}
		for name := range h.header {
			w.Header().Set(name, h.header.Get(name))
		}
		w.WriteHeader(h.statuses[0])
		if len(h.statuses) > 1 {
			h.statuses = h.statuses[1:]
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) described() *schema.Handler {
	return &schema.Handler{Kind: schema.Given("webhook"), URL: schema.Given(h.URL + "/net"), Timeout: schema.Given(time.Minute)}
}

func made(t *testing.T, described *schema.Handler) *Handler {
	t.Helper()
	h, err := New(described, Options{Clock: newClock(), Way: &Routes{}})
	require.NoError(t, err)
	return h
}

func deliver(t *testing.T, h *Handler, e Event) error {
	t.Helper()
	return h.Deliver(t.Context(), Delivery{Event: e, Attempt: 3, Late: true})
}

func TestWebhook(t *testing.T) {
	server := newHook(t, http.StatusNoContent)
	d := server.described()
	d.Headers = schema.Given(map[string]schema.Secret{
		"X-Token": schema.NewSecret("goats are interesting"), "Host": schema.NewSecret("hooks.example.net"),
	})
	d.Username, d.Password = schema.Given("anna"), schema.Given(schema.NewSecret("sesame"))
	require.NoError(t, deliver(t, made(t, d), event(7, "failed")))

	got := <-server.requests
	assert.Equal(t, "POST /net", got.path)
	assert.Equal(t, "hooks.example.net", got.host)
	assert.Equal(t, "ID7", got.header.Get("Idempotency-Key"))
	assert.Equal(t, "application/json", got.header.Get("Content-Type"))
	assert.Equal(t, "failed", got.header.Get("Bondctl-Event"))
	assert.Equal(t, "3", got.header.Get("Bondctl-Attempt"))
	assert.Equal(t, "true", got.header.Get("Bondctl-Late"))
	assert.Equal(t, "goats are interesting", got.header.Get("X-Token"))
	request := http.Request{Header: got.header}
	user, password, _ := request.BasicAuth()
	assert.Equal(t, "anna sesame", user+" "+password)
	var message map[string]any
	require.NoError(t, json.Unmarshal(got.body, &message))
	assert.InEpsilon(t, 1, message["format_version"], 0)
	assert.Equal(t, "failed", message["event"])
}

// Seed 002: an address for each event, and none for some.
func TestAnAddressForEachEvent(t *testing.T) {
	server := newHook(t, http.StatusOK)
	d := server.described()
	d.URL = schema.Attr[string]{}
	d.URLs = schema.Given(map[string]string{"failed": server.URL + "/primaryconnectionfailed", "restored": server.URL + "/primaryconnectionrestored"})
	h := made(t, d)
	assert.True(t, h.Wants("failed"))
	assert.False(t, h.Wants("setup"))
	require.NoError(t, deliver(t, h, event(1, "failed")))
	require.NoError(t, deliver(t, h, event(2, "restored")))
	assert.Equal(t, "POST /primaryconnectionfailed", (<-server.requests).path)
	assert.Equal(t, "POST /primaryconnectionrestored", (<-server.requests).path)

	d.URL = schema.Given(server.URL)
	d.Events = schema.GivenList("setup", "failed")
	h = made(t, d)
	assert.True(t, h.Wants("setup"))
	assert.False(t, h.Wants("restored"))
}

func TestEveryStatusOfTheSecondHundredCounts(t *testing.T) {
	for status, want := range map[int]string{
		200: "", 202: "", 204: "", 299: "", 304: "status 304 Not Modified", 404: "status 404 Not Found", 500: "status 500 Internal Server Error",
	} {
		server := newHook(t, status)
		err := deliver(t, made(t, server.described()), event(1, "failed"))
		if want == "" {
			assert.NoError(t, err, status)
		} else {
			assert.EqualError(t, err, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "86400": longestRetryAfter, "-1": 0, "soon": 0, "99999999999999999999": 0,
		"Fri, 31 Dec 1999 23:59:59 GMT":                           0,
		time.Now().UTC().AddDate(1, 0, 0).Format(http.TimeFormat): longestRetryAfter,
	} {
		server := newHook(t, http.StatusServiceUnavailable)
		server.header.Set("Retry-After", text)
		var later *laterError
		require.ErrorAs(t, deliver(t, made(t, server.described()), event(1, "failed")), &later)
		assert.Equal(t, want, later.after, text)
	}
}

// Headers and passwords are for the server that the document names, and for no other.
func TestRedirections(t *testing.T) {
	other := newHook(t, http.StatusOK)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	for name, c := range map[string]struct {
		status   int
		location func(own string) string
		want     string
		requests int
	}{
		"to itself": {http.StatusPermanentRedirect, func(string) string { return "/new" }, "", 2},
		"to another server": {
			http.StatusTemporaryRedirect, func(string) string { return other.URL + "/steal?token=sesame" },
			"status 307 Temporary Redirect to " + other.URL + ", which is not followed: write in the document where events shall go", 1,
		},
		"without TLS": {
			http.StatusTemporaryRedirect, func(string) string { return plain.URL },
			"status 307 Temporary Redirect to " + plain.URL + ", which is not followed: write in the document where events shall go", 1,
		},
		"as a GET": {
			http.StatusFound, func(own string) string { return own + "/login" },
			"status 302 Found to OWN, which is not followed: write in the document where events shall go", 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newHook(t, c.status, http.StatusOK)
			server.header.Set("Location", c.location(server.URL))
			err := deliver(t, made(t, server.described()), event(1, "failed"))
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, strings.ReplaceAll(c.want, "OWN", server.URL))
			}
			require.Len(t, server.requests, c.requests)
			for range c.requests - 1 {
				<-server.requests
			}
			assert.Contains(t, string((<-server.requests).body), `"event":"failed"`)
		})
	}
	assert.Empty(t, other.requests)

	round := newHook(t, http.StatusTemporaryRedirect)
	round.header.Set("Location", "/again")
	require.ErrorContains(t, deliver(t, made(t, round.described()), event(1, "failed")), "status 307")
	assert.Len(t, round.requests, mostRedirects+1)
}

// A certificate that is not for the server, or that nobody vouches for, is an error.
func TestTLSIsVerified(t *testing.T) {
	server := newHook(t, http.StatusOK)
	address, err := url.Parse(server.URL)
	require.NoError(t, err)
	d := server.described()
	d.URL = schema.Given("https://wrong.test:" + address.Port())
	h, err := New(d, Options{Clock: newClock(), Way: redirected{address.Host}})
	require.NoError(t, err)
	require.ErrorContains(t, deliver(t, h, event(1, "failed")), "certificate is valid for example.com")
	assert.Empty(t, server.requests)
}

// redirected is a way whose names all lead to one address.
type redirected struct{ address string }

func (redirected) Await(context.Context) error { return nil }

func (r redirected) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, r.address)
}

// Whatever goes wrong, no error and no name has what is secret in the document.
func TestNoErrorHasASecret(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	gone := strings.TrimPrefix(closed.URL, "http://")
	server := newHook(t, http.StatusForbidden)
	slow := newSilent(t)
	for name, address := range map[string]string{
		"nobody listens": "http://anna:sesame@" + gone + "/sesame?token=sesame#sesame",
		"no such name":   "https://anna:sesame@nobody.invalid/sesame?token=sesame",
		"refused":        strings.Replace(server.URL, "https://", "https://anna:sesame@", 1) + "/sesame?token=sesame",
		"no answer":      strings.Replace(slow.URL, "http://", "http://anna:sesame@", 1) + "/sesame?token=sesame",
	} {
		d := &schema.Handler{Kind: schema.Given("webhook"), URL: schema.Given(address), Timeout: schema.Given(200 * time.Millisecond)}
		d.Headers = schema.Given(map[string]schema.Secret{"Authorization": schema.NewSecret("Bearer sesame")})
		h := made(t, d)
		err := deliver(t, h, event(1, "failed"))
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), "sesame", name)
		assert.NotContains(t, h.String(), "sesame", name)
		assert.NotContains(t, h.String(), "anna", name)
	}
	_, err := New(&schema.Handler{Kind: schema.Given("webhook"), URL: schema.Given("https://anna:sesame@host:sesame/")}, Options{Clock: newClock(), Way: &Routes{}})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "sesame")
}

// newSilent makes a server that takes a request and never answers.
func newSilent(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then net/http does not notice that the client is gone
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server
}

func TestNoAnswerInTime(t *testing.T) {
	server := newSilent(t)
	d := &schema.Handler{Kind: schema.Given("webhook"), URL: schema.Given(server.URL), Timeout: schema.Given(50 * time.Millisecond)}
	require.EqualError(t, deliver(t, made(t, d), event(1, "failed")), "no answer within 50ms")
}

// Scenario 25: a server that refuses at first is told again, and later events wait their turn.
func TestASlowWebhook(t *testing.T) {
	server := newHook(t, 500, 500, 503, 204)
	b := newBench(t)
	d := server.described()
	d.RetryDelay = schema.Given(time.Millisecond)
	b.open(made(t, d))
	b.tell("failed", "restored")
	b.finish()
	close(server.requests)
	var seen []string
	bodies := map[string]string{}
	for r := range server.requests {
		seen = append(seen, r.header.Get("Bondctl-Event")+" "+r.header.Get("Bondctl-Attempt"))
		key := r.header.Get("Idempotency-Key")
		if before, again := bodies[key]; again {
			assert.Equal(t, before, string(r.body))
		}
		bodies[key] = string(r.body)
	}
	assert.Equal(t, []string{"failed 1", "failed 2", "failed 3", "failed 4", "restored 1"}, seen)
	assert.Equal(t, "internet/fiber/test: event 1, failed: try 1 failed, the next is in 1ms: status 500 Internal Server Error", b.reports.texts(Retrying)[0])
}

// Defaults of seed 002: 121 tries, the first again after half a second.
func TestWebhookDefaults(t *testing.T) {
	h := made(t, &schema.Handler{Kind: schema.Given("webhook"), URL: schema.Given("https://hooks.example.net/net")})
	assert.Equal(t, retry{most: 120, delay: 500 * time.Millisecond}, h.retry)
	assert.True(t, h.Wants(schema.EventFlapping))
	assert.False(t, h.Wants(schema.EventChecked), "each check would go over the line")
	assert.Equal(t, "webhook https://hooks.example.net", h.String())
	assert.True(t, h.awaitsPath)
}

// A server's wish to be left alone is honoured.
func TestAServerIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{answer: func(context.Context, Delivery) error { return &laterError{err: errBusy, after: 3 * time.Minute} }}
		h := r.handler()
		h.retry = retry{most: 1, delay: time.Second}
		b.open(h)
		b.tell("failed")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Len(t, b.reports.of(Retrying), 1)
		assert.Equal(t, 3*time.Minute, b.reports.of(Retrying)[0].Wait)
		assert.Empty(t, b.reports.of(Failed))
		time.Sleep(2*time.Minute + time.Second)
		synctest.Wait()
		assert.Len(t, b.reports.of(Failed), 1)
		b.leave()
	})
}
