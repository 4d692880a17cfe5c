package verify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// bodyLimit is how much of a page is looked at, in bytes.
const bodyLimit = 1 << 20

// page is what a page must be like.
type page struct {
	status []int
	body   string
}

// newFetch makes the probe that fetches a page. A captive portal answers too: by
// a redirection, another page or another certificate, and none of them is health.
func newFetch(described *schema.Verifier, o Options) probe {
	wanted := page{status: described.Status.Values(), body: described.Body.Value}
	secure := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: described.ServerName.Value}
	return func(ctx context.Context, t target) (time.Duration, error) {
		begun := time.Now()
		if err := wanted.fetch(ctx, clientOf(ctx, o, secure), t.asked); err != nil {
			return 0, withoutAddress(err)
		}
		return time.Since(begun), nil
	}
}

// clientOf makes a client for one question. What net/http dials and shakes hands with
// does not end with the question: the kernel tries for two minutes (tcp_syn_retries in
// ip-sysctl), and a mute server is waited for without end.
func clientOf(ctx context.Context, o Options, secure *tls.Config) *http.Client {
	return &http.Client{
		Transport: &http.Transport{ // no Proxy: it would answer for the target
			DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
				conn, err := o.dial(ctx, network, address)
				if err == nil {
					context.AfterFunc(ctx, func() { _ = conn.Close() }) // nothing is lost with it
				}
				return conn, err
			},
			TLSClientConfig:   secure,
			DisableKeepAlives: true, // each check opens a connection, as the path is what is tested
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (p page) fetch(ctx context.Context, client *http.Client, target string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "bondctl")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it was read as far as it matters
	return p.judge(answer)
}

func (p page) judge(answer *http.Response) error {
	if !p.expects(answer.StatusCode) {
		if location, err := answer.Location(); err == nil {
			return fmt.Errorf("status %s to %s", answer.Status, shown(location.String()))
		}
		return fmt.Errorf("status %s", answer.Status)
	}
	if p.body == "" {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit))
	switch {
	case err != nil:
		return fmt.Errorf("reading the page: %w", err)
	case !bytes.Contains(text, []byte(p.body)):
		return errors.New("the page does not have the text that the document names")
	}
	return nil
}

func (p page) expects(status int) bool {
	if len(p.status) == 0 {
		return status >= 200 && status <= 299
	}
	return slices.Contains(p.status, status)
}

// withoutAddress leaves out what net/http puts before an error, which the
// answer's own target says already.
func withoutAddress(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
