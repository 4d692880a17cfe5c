package verify

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Pings keeps the sockets that echo requests go from. A socket whose request was
// answered in time is used for the next request to the same target. One whose request was not
// answered is read once more when the target is asked again, for what has come too late;
// the next request goes from a fresh socket, for which the kernel chooses source and route anew. It
// may be used by several goroutines at once, and lives as long as its process.
type Pings struct {
	mu sync.Mutex
	// idle are those that nobody asks over now, with since when.
	idle map[course][]resting
	// unanswered are the requests whose time is over, the oldest first.
	unanswered map[course][]unanswered
	// renewed counts the renewals of each link.
	renewed map[string]int
	// swept is when what nobody uses was closed last.
	swept time.Time
}

// course is where requests go, the link that they go over, and their mark.
type course struct {
	link string
	mark uint32
	addr netip.Addr
}

type resting struct {
	*line
	since time.Time
}

// unanswered is a request with whom to tell of a reply.
type unanswered struct {
	*echo
	tell func(late time.Duration)
}

const (
	// longestLate is for how long a reply is waited for: longer than any queue on the way
	// keeps it.
	longestLate = 30 * time.Second
	// mostUnanswered is how many requests to one target are remembered whose time is over.
	mostUnanswered = 4
	// longestIdle is how long a socket is kept that nobody uses: longer than the time
	// between two checks is as a rule.
	longestIdle = time.Minute
)

// NewPings keeps none yet.
func NewPings() *Pings {
	return &Pings{idle: map[course][]resting{}, unanswered: map[course][]unanswered{}, renewed: map[string]int{}}
}

// Renew has what goes over a link from now on go from fresh sockets, because its
// addresses or the link itself are others: a connected socket keeps its source.
func (p *Pings) Renew(link string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.renewed[link]++
	for c, all := range p.idle {
		if c.link == link {
			closeAll(all)
			delete(p.idle, c)
		}
	}
}

func closeAll[T interface{ Close() error }](sockets []T) {
	for _, s := range sockets {
		_ = s.Close() // nothing is lost with it
	}
}

// now tells which renewal of a link a socket is of that is opened now.
func (p *Pings) now(link string) int {
	if p == nil {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.renewed[link]
}

// take gives a socket that nobody asks over, nil where there is none.
func (p *Pings) take(c course) *line {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.idle[c]
	if len(all) == 0 {
		return nil
	}
	last := len(all) - 1
	l := all[last].line
	all[last] = resting{}
	p.idle[c] = all[:last]
	return l
}

// leave takes a socket back whose request was answered.
func (p *Pings) leave(c course, l *line) {
	if p == nil {
		_ = l.Close() // nothing is lost with it
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.opened != p.renewed[c.link] {
		_ = l.Close() // nothing is lost with it
		return
	}
	p.idle[c] = append(p.idle[c], resting{l, time.Now()})
	p.sweep()
}

// overdue takes a request that was not answered in time.
func (p *Pings) overdue(c course, e *echo, tell func(late time.Duration)) {
	if p == nil {
		_ = e.Close() // nothing is lost with it
		return
	}
	_ = e.SetDeadline(longPast) // the end of its context may not have come to that yet
	p.mu.Lock()
	defer p.mu.Unlock()
	all := append(p.unanswered[c], unanswered{e, tell})
	if surplus := len(all) - mostUnanswered; surplus > 0 {
		closeAll(all[:surplus])
		all = all[surplus:]
	}
	p.unanswered[c] = all
	p.sweep()
}

// listen tells of the replies that have come since to requests whose time was over.
func (p *Pings) listen(c course) {
	if p == nil {
		return
	}
	p.mu.Lock()
	all := p.unanswered[c]
	delete(p.unanswered, c)
	p.mu.Unlock()
	var left []unanswered
	for _, u := range all {
		if took, err := u.await(context.Background()); err == nil { // it does not wait: its deadline is over
			u.tell(took)
			_ = u.Close() // nothing is lost with it
		} else {
			left = append(left, u)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unanswered[c] = append(left, p.unanswered[c]...)
}

// sweep closes now and then what nobody uses.
func (p *Pings) sweep() {
	if now := time.Now(); now.Sub(p.swept) > longestIdle/2 {
		p.swept = now
		p.closeOlder(longestIdle, longestLate)
	}
}

// closeOlder closes what has been idle, or unanswered, for longer than these times.
func (p *Pings) closeOlder(idle, unansweredFor time.Duration) {
	for c, all := range p.idle {
		p.idle[c] = slices.DeleteFunc(all, func(r resting) bool { return closesAfter(r, r.since, idle) })
		if len(p.idle[c]) == 0 {
			delete(p.idle, c)
		}
	}
	for c, all := range p.unanswered {
		p.unanswered[c] = slices.DeleteFunc(all, func(u unanswered) bool { return closesAfter(u, u.sent, unansweredFor) })
		if len(p.unanswered[c]) == 0 {
			delete(p.unanswered, c)
		}
	}
}

func closesAfter(socket interface{ Close() error }, since time.Time, longest time.Duration) bool {
	if time.Since(since) < longest {
		return false
	}
	_ = socket.Close() // nothing is lost with it
	return true
}
