package handler

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// What a webhook does where the document does not say.
const (
	webhookRetries = 120
	webhookDelay   = 500 * time.Millisecond
	webhookTimeout = 10 * time.Second
)

const (
	// longestRetryAfter is how long a server can have us wait.
	longestRetryAfter = 10 * time.Minute
	// mostRedirects is how often a server may send us on to itself.
	mostRedirects = 5
)

// webhook posts events to a server.
type webhook struct {
	described *schema.Handler
	client    *http.Client
	clock     func() time.Time
}

func newWebhook(described *schema.Handler, o Options) (*Handler, error) {
	w := &webhook{
		described: described,
		client: &http.Client{
			Transport: &http.Transport{ // no Proxy: it would be another way than the one that is up
				DialContext:       o.Way.DialContext,
				TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12},
				DisableKeepAlives: true, // the path of a connection may be dead by the next event
			},
			CheckRedirect: sameServer,
		},
		clock: func() time.Time { return o.Clock.Now().Wall },
	}
	server, err := w.server()
	if err != nil {
		return nil, err
	}
	return &Handler{
		shown:      "webhook " + server,
		events:     slices.DeleteFunc(slices.Clone(described.Told()), func(name string) bool { return w.address(name) == "" }),
		deliver:    w.deliver,
		retry:      retry{most: described.Retries.Or(webhookRetries), delay: described.RetryDelay.Or(webhookDelay)},
		awaitsPath: true,
	}, nil
}

// address is where an event is posted, empty for nowhere.
func (w *webhook) address(event string) string {
	if own, ok := w.described.URLs.Value[event]; ok {
		return own
	}
	return w.described.URL.Value
}

// server names where events go, and checks every address. Whatever of an address
// is behind the server may be secret: some have a token for a path.
func (w *webhook) server() (string, error) {
	all := []string{w.described.URL.Value}
	for _, event := range slices.Sorted(maps.Keys(w.described.URLs.Value)) {
		all = append(all, w.described.URLs.Value[event])
	}
	var servers []string
	for _, text := range all {
		if text == "" {
			continue
		}
		u, err := url.Parse(text)
		if err != nil || u.Host == "" {
			return "", errors.New("an address of the webhook is none: write one such as https://hooks.example.net/net")
		}
		servers = append(servers, serverOf(u))
	}
	if len(servers) == 0 {
		return "", errors.New("the webhook has no address: set url for all events, or urls for single ones")
	}
	return servers[0], nil
}

func serverOf(u *url.URL) string { return u.Scheme + "://" + u.Host }

// deliver posts an event once. The body is the same each time, as the key promises.
func (w *webhook) deliver(ctx context.Context, d Delivery) error {
	limit := w.described.Timeout.Or(webhookTimeout)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %s", limit))
	defer cancel()
	request, err := w.request(ctx, d)
	if err != nil {
		return err
	}
	answer, err := w.client.Do(request)
	if err != nil {
		return w.failure(ctx, err)
	}
	_ = answer.Body.Close() // the status says it all
	return w.judge(answer)
}

func (w *webhook) request(ctx context.Context, d Delivery) (*http.Request, error) {
	body, err := d.Event.message()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address(d.Event.Name), bytes.NewReader(body))
	if err != nil {
		return nil, withoutAddress(err)
	}
	w.setHeaders(request.Header, d)
	if host := request.Header.Get("Host"); host != "" { // net/http sends its own otherwise
		request.Host = host
	}
	if w.described.Username.Known() {
		request.SetBasicAuth(w.described.Username.Value, w.described.Password.Value.Reveal())
	}
	return request, nil
}

// setHeaders sets those of the document last: they win.
func (w *webhook) setHeaders(header http.Header, d Delivery) {
	header.Set("Content-Type", "application/json")
	header.Set("User-Agent", "bondctl")
	header.Set("Idempotency-Key", d.Event.ID)
	header.Set("Bondctl-Event", d.Event.Name)
	header.Set("Bondctl-Attempt", strconv.Itoa(d.Attempt))
	header.Set("Bondctl-Late", strconv.FormatBool(d.Late))
	for _, name := range slices.Sorted(maps.Keys(w.described.Headers.Value)) {
		header.Set(name, w.described.Headers.Value[name].Reveal())
	}
}

// failure says why no answer came.
func (w *webhook) failure(ctx context.Context, err error) error {
	if ctx.Err() != nil { // what failed then is only how it was noticed
		return context.Cause(ctx)
	}
	return withoutAddress(err)
}

// judge takes every status from 200 to 299 for a yes.
func (w *webhook) judge(answer *http.Response) error {
	if answer.StatusCode >= 200 && answer.StatusCode <= 299 {
		return nil
	}
	err := fmt.Errorf("status %s", answer.Status)
	if location, wrong := answer.Location(); wrong == nil {
		err = fmt.Errorf("status %s to %s, which is not followed: write in the document where events shall go",
			answer.Status, serverOf(location))
	}
	return &laterError{err: err, after: w.retryAfter(answer.Header.Get("Retry-After"))}
}

// laterError is a failure after which the server wants to be left alone for a while; 0 for no wish.
type laterError struct {
	err   error
	after time.Duration
}

func (e *laterError) Error() string { return e.err.Error() }

func (e *laterError) Unwrap() error { return e.err }

// retryAfter reads the field of that name: seconds, or a date (RFC 9110, 10.2.3).
func (w *webhook) retryAfter(text string) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longestRetryAfter)
	}
	if date, err := http.ParseTime(text); err == nil {
		return min(max(date.Sub(w.clock()), 0), longestRetryAfter)
	}
	return 0
}

// sameServer follows a redirection only to where the event, the headers and the
// password were meant for, and only where the event goes along: 301, 302 and 303
// turn a POST into a GET without a body.
func sameServer(next *http.Request, via []*http.Request) error {
	first := via[0]
	if next.Method != http.MethodPost || serverOf(next.URL) != serverOf(first.URL) || len(via) > mostRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

// withoutAddress leaves out the address that net/http and net/url put into an error.
func withoutAddress(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
