package verify

import (
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/miekg/dns"

	"github.com/bondctl/bondctl/schema"
)

// udpSize is what an answer over UDP may take without fragments (RFC 9715, 3.2).
const udpSize = 1232

// newQuery makes the probe that asks a resolver. An answer is a record of the
// type asked for: one that says no, or that it does not know, is none.
func newQuery(described *schema.Verifier, o Options) probe {
	name := dns.Fqdn(described.Query.Value)
	kind := dns.StringToType[described.RecordType.Or("A")]
	return func(ctx context.Context, t target) (time.Duration, error) {
		question := new(dns.Msg).SetQuestion(name, kind)
		question.SetEdns0(udpSize, false)
		answer, took, err := exchange(ctx, o.dial, question, net.JoinHostPort(t.asked, "53"))
		if err != nil {
			return 0, err
		}
		return took, judge(answer, kind)
	}
}

// exchange asks over UDP, and over TCP where the answer is too long for it.
func exchange(ctx context.Context, d dial, question *dns.Msg, server string) (*dns.Msg, time.Duration, error) {
	answer, took, err := exchangeOver(ctx, d, "udp", question, server)
	if err == nil && answer.Truncated {
		return exchangeOver(ctx, d, "tcp", question, server)
	}
	return answer, took, err
}

// dial connects ([net.Dialer.DialContext]).
type dial func(ctx context.Context, network, address string) (net.Conn, error)

func exchangeOver(ctx context.Context, d dial, network string, question *dns.Msg, server string) (*dns.Msg, time.Duration, error) {
	conn, err := d(ctx, network, server)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = conn.Close() }() // nothing is lost with it
	client := &dns.Client{}
	if deadline, ok := ctx.Deadline(); ok {
		client.Timeout = time.Until(deadline)
	}
	return client.ExchangeWithConnContext(ctx, question, &dns.Conn{Conn: conn})
}

func judge(answer *dns.Msg, kind uint16) error {
	if answer.Rcode != dns.RcodeSuccess {
		return fmt.Errorf("answered %s", dns.RcodeToString[answer.Rcode])
	}
	if !slices.ContainsFunc(answer.Answer, func(r dns.RR) bool { return r.Header().Rrtype == kind }) {
		return fmt.Errorf("answered with no %s record", dns.TypeToString[kind])
	}
	return nil
}
