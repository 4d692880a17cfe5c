package handler

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// An evening at the end of a fiber: every handler is told everything, in order.
func TestEveryHandlerIsToldInOrder(t *testing.T) {
	b, one, two := newBench(t), &receiver{}, &receiver{}
	b.open(one.handler(), two.handler())
	b.tell("suspect", "failed", "teardown", "restored")
	tellOne(b.Set, Event{Name: "all_down", Fallback: "internet"})
	tellOne(b.Set, Event{Name: "failed", Fallback: "internet", Route: "gsm"}) // somebody else's
	tellOne(b.Set, Event{Name: "failed", Fallback: "other", Route: "fiber"})
	b.finish()
	want := []string{"suspect 1", "failed 2", "teardown 3", "restored 4", "all_down 5"}
	assert.Equal(t, want, one.names())
	assert.Equal(t, want, two.names())
	assert.Equal(t, one.told[1].Event.ID, two.told[1].Event.ID)
	assert.NotEqual(t, one.told[0].Event.ID, one.told[1].Event.ID)
	assert.Equal(t, "pi", one.told[0].Event.Host)
	assert.Equal(t, []string{}, one.told[4].Event.Up, "never null in JSON")
	assert.Len(t, b.reports.of(Delivered), 10)
	assert.Equal(t, uint64(5), b.Status().Handlers[1].Counts.Delivered)
}

func TestASlowHandlerHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, slow, quick := newBench(t), &receiver{answer: hanging}, &receiver{}
		b.open(slow.handler(), quick.handler())
		b.tell("failed", "restored")
		synctest.Wait()
		assert.Equal(t, []string{"failed 1", "restored 2"}, quick.names())
		assert.Empty(t, slow.names())
		assert.Equal(t, 2, b.Status().Handlers[0].Events)
		b.leave()
	})
}

// What waits when the process ends is told when it begins again: once, with its own time, and in order.
func TestWhatWaitsIsToldAfterARestart(t *testing.T) {
	b, r := newBench(t), &receiver{answer: hanging}
	b.open(r.handler())
	b.tell("failed", "restored")
	b.leave()

	r.answer = nil
	b.open(r.handler())
	b.tell("suspect")
	b.finish()
	assert.Equal(t, []string{"failed 1", "restored 2", "suspect 3"}, r.names())

	b.open(r.handler())
	b.finish()
	assert.Len(t, r.names(), 3)
}

func TestRetriesBackOffUpToAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{answer: refusing}
		h := r.handler()
		h.retry = retry{most: webhookRetries, delay: webhookDelay}
		b.open(h)
		b.tell("failed", "restored")
		var waits []time.Duration
		begun := time.Now()
		for range 9 {
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			all := b.reports.of(Retrying)
			waits = append(waits, all[len(all)-1].Wait)
			time.Sleep(waits[len(waits)-1])
		}
		assert.Equal(t, []time.Duration{
			500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second,
			32 * time.Second, time.Minute, time.Minute,
		}, waits)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		assert.Equal(t, 10, b.Status().Handlers[0].Attempts)
		assert.Less(t, time.Since(begun), 4*time.Minute)

		time.Sleep(3 * time.Hour)
		synctest.Wait()
		failed := b.reports.texts(Failed)
		require.NotEmpty(t, failed)
		assert.Equal(t, "internet/fiber/test: event 1, failed: given up after try 121: busy", failed[0])
		b.leave()
	})
}

// A path that comes up has what waits for its next try be tried at once, and what
// was being tried meanwhile, too. But a server that asked for time has it.
func TestWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{}
		var tries atomic.Int32
		answerWith := func(err error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.answer = func(context.Context, Delivery) error {
				if tries.Add(1) == 2 {
					b.Wake()
				}
				return err
			}
		}
		tried := func() int {
			synctest.Wait()
			return int(tries.Load())
		}
		answerWith(errBusy)
		h := r.handler()
		h.retry = retry{most: 100, delay: time.Minute}
		b.open(h)
		b.tell("failed")
		assert.Equal(t, 1, tried())
		b.Wake()
		assert.Equal(t, 3, tried())

		answerWith(&laterError{err: errBusy, after: 5 * time.Minute})
		b.Wake()
		assert.Equal(t, 4, tried())
		b.Wake()
		time.Sleep(4 * time.Minute)
		assert.Equal(t, 4, tried())
		answerWith(nil)
		time.Sleep(time.Minute)
		assert.Equal(t, 5, tried())
		assert.Equal(t, []string{"failed 1"}, r.names())
		b.leave()
	})
}

// A webhook while all links are down waits without using up its tries, and is told of late, once.
func TestNothingIsTriedWhileEveryPathIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{}
		b.way.gate = make(chan struct{})
		h := r.handler()
		h.awaitsPath = true
		b.open(h)
		b.tell("all_down")
		at := time.Now()
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Empty(t, r.names())
		close(b.way.gate)
		synctest.Wait()
		told := r.deliveries()
		require.Len(t, told, 1)
		assert.True(t, told[0].Late)
		assert.Equal(t, 1, told[0].Attempt)
		assert.Equal(t, at.UTC().Truncate(time.Millisecond), told[0].Event.At.Time)
		assert.Contains(t, b.reports.texts(Delivered)[0], "delivered late, of ")
		assert.Equal(t, uint64(1), b.Status().Handlers[0].Counts.Late)
		b.finish()
	})
}

func TestAnEventExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{}
		b.way.gate = make(chan struct{})
		h := r.handler()
		h.awaitsPath = true
		b.open(h)
		b.tell("failed")
		time.Sleep(23 * time.Hour)
		b.tell("restored")
		time.Sleep(2 * time.Hour)
		close(b.way.gate)
		synctest.Wait()
		assert.Equal(t, []string{"restored 2"}, r.names())
		assert.Equal(t, []string{"internet/fiber/test: event 1, failed: too old to be told any more"}, b.reports.texts(Expired))
		b.finish()
	})
}

// A newer check takes the place of one that waits, and none is put on disk.
func TestChecksAreCoalesced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{answer: hanging}
		b.open(r.handler())
		b.tell("checked")
		synctest.Wait()
		for range 100 {
			b.tell("checked")
		}
		tellOne(b.Set, Event{Name: "checked", Fallback: "internet", Route: "fiber", Family: IPv6})
		status := b.Status()
		assert.Equal(t, 3, status.Handlers[0].Events)
		assert.Equal(t, uint64(99), status.Handlers[0].Counts.Coalesced)
		b.leave()
		r.answer = nil
		b.open(r.handler())
		b.finish()
		assert.Empty(t, r.names())
	})
}

// Two minutes of flapping make a message for each kind of event, not hundreds; the newest comes last.
func TestAStormIsCoalesced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{}
		b.way.gate = make(chan struct{})
		h := r.handler()
		h.awaitsPath = true
		b.open(h)
		begun := time.Now()
		for range 60 {
			b.tell("failed", "restored")
			time.Sleep(2 * time.Second)
		}
		b.tell("failed")
		assert.LessOrEqual(t, b.Status().Handlers[0].Events, stormLimit+2)
		close(b.way.gate)
		synctest.Wait()
		told := r.deliveries()
		total := 0
		for _, d := range told {
			total += 1 + d.Event.Coalesced
		}
		assert.Equal(t, 121, total)
		assert.Len(t, b.reports.of(Coalesced), 121-len(told))
		last := told[len(told)-1].Event
		assert.Equal(t, "failed", last.Name)
		assert.Positive(t, last.Coalesced)
		assert.WithinDuration(t, begun, last.First.Time, time.Minute)
		b.finish()
	})
}

// Where there is no room, the oldest is dropped, and that is said.
func TestNoRoom(t *testing.T) {
	b, r := newBench(t), &receiver{answer: hanging}
	b.config = func(c *Config) { c.MaxBytes = 4 << 10 }
	b.open(r.handler(), r.handler())
	for i := range 20 {
		tellOne(b.Set, Event{Name: "failed", Fallback: "internet", Route: "fiber", Reason: fmt.Sprint(i)})
	}
	dropped := b.reports.of(Dropped)
	require.NotEmpty(t, dropped)
	require.ErrorContains(t, dropped[0].Err, "more than 4096 bytes wait")
	waiting := 0
	for _, h := range b.Status().Handlers {
		waiting += h.Events
	}
	coalesced := len(b.reports.of(Coalesced))
	assert.Equal(t, 40, waiting+len(dropped)+coalesced)
	b.leave()
	r.answer = nil
	b.open(r.handler(), r.handler())
	b.finish()
	assert.Len(t, r.names(), waiting)
}

// What asks for something to be done is void after a restart of the host; what tells of something is not.
func TestAnInstructionOfAnEarlierBoot(t *testing.T) {
	b, modem, hook := newBench(t), &receiver{answer: hanging}, &receiver{answer: hanging}
	acting := modem.handler()
	acting.acts = true
	b.open(acting, hook.handler())
	b.tell("setup", "failed")
	b.leave()
	b.clock = b.clock.restarted()
	modem.answer, hook.answer = nil, nil
	b.open(acting, hook.handler())
	b.finish()
	assert.Equal(t, []string{"failed 2"}, modem.names())
	assert.Equal(t, []string{"setup 1", "failed 2"}, hook.names())
	assert.True(t, hook.told[0].Late)
	assert.Equal(t, []string{"internet/fiber/test: event 1, setup: not done: the host was restarted since"}, b.reports.texts(Overtaken))
}

// For a modem only the last instruction counts, even while an earlier one is waiting for its time.
func TestOnlyTheLastInstructionCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := newBench(t), &receiver{}
		r.answer = func(ctx context.Context, d Delivery) error {
			if d.Event.Name == "setup" {
				return pause(ctx, time.Hour)
			}
			return nil
		}
		h := r.handler()
		h.lastCounts = true
		b.open(h)
		b.tell("setup")
		synctest.Wait()
		b.tell("teardown", "setup", "teardown")
		synctest.Wait()
		done := r.names() // with the second, where the worker has come to it before the third was told
		assert.Subset(t, []string{"teardown 2", "teardown 4"}, done)
		assert.Equal(t, "teardown 4", done[len(done)-1])
		assert.Len(t, b.reports.of(Overtaken), 4-len(done))
		b.tell("setup")
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, append(done, "setup 5"), r.names())
		b.finish()
	})
}

// A document that is read again leaves alone what is under way, and what waits for handlers that are still there.
func TestReload(t *testing.T) {
	server := newHook(t, 204)
	b := newBench(t)
	b.way.gate = make(chan struct{})
	document := func(gsm string, handlers ...*schema.Handler) []*schema.Fallback {
		return []*schema.Fallback{{Name: schema.Given("internet"), Routes: []*schema.FallbackRoute{
			{Name: schema.Given("fiber"), Handlers: handlers},
			{Name: schema.Given(gsm), Handlers: []*schema.Handler{server.described()}},
		}}}
	}
	before, after := server.described(), server.described()
	after.URL = schema.Given(server.URL + "/moved")
	after.Events = schema.GivenList("failed", "restored")
	set, err := Open(document("gsm", before), Config{Root: b.root, Dir: queueDir, Clock: b.clock, Way: b.way, Report: b.reports.take})
	require.NoError(t, err)
	b.Set = set
	b.tell("suspect", "failed", "teardown", "restored")
	tellOne(b.Set, Event{Name: "failed", Fallback: "internet", Route: "gsm"})
	require.Eventually(t, func() bool { // the first is under way
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.lanes[0].busy
	}, time.Minute, time.Millisecond)

	require.ErrorContains(t, b.Reload(document("gsm", &schema.Handler{Kind: schema.Given("webhook")})), "the webhook has no address")
	require.NoError(t, b.Reload(document("lte", after, after)))
	b.tell("failed")
	close(b.way.gate)
	b.finish()
	var seen []string
	close(server.requests)
	for r := range server.requests {
		seen = append(seen, r.path+" "+r.header.Get("Bondctl-Event"))
	}
	assert.ElementsMatch(t, []string{
		"POST /net suspect", "POST /moved failed", "POST /moved restored", "POST /moved failed", "POST /moved failed",
	}, seen)
	assert.ElementsMatch(t, []string{
		"internet/gsm/webhook: event 5, failed: dropped: the document has no such handler any more",
		"internet/fiber/webhook: event 3, teardown: dropped: the document has no such handler any more",
	}, b.reports.texts(Dropped))

	b.open((&receiver{}).handler()) // under another name, too
	b.finish()
	assert.Len(t, b.reports.of(Dropped), 2)
}

// What waits for a handler that the next process does not have is dropped, and that is said.
func TestAHandlerThatIsGone(t *testing.T) {
	b, r := newBench(t), &receiver{answer: hanging}
	b.open(r.handler(), r.handler())
	b.tell("failed")
	b.leave()
	r.answer = nil
	b.open(r.handler())
	b.finish()
	assert.Equal(t, []string{"failed 1"}, r.names())
	assert.Equal(t, []string{"internet/fiber/test 2: event 1, failed: dropped: the document has no such handler any more"}, b.reports.texts(Dropped))
}

// What an earlier process completed, and may have told or not, is told under the same
// identity, unless the queue knows of it.
func TestUntoldEventsAreToldAgain(t *testing.T) {
	b := newBench(t)
	r := &receiver{}
	b.open(r.handler())
	complete := func(name string) Event {
		e, wanted := b.Complete(Event{Name: name, Fallback: "internet", Route: "fiber"})
		require.True(t, wanted)
		return e
	}
	known, lost, later := complete("failed"), complete("restored"), complete("connected")
	assert.Less(t, b.Saved(), known.Sequence+1)
	b.Tell(known)
	require.Eventually(t, func() bool { return b.Saved() == known.Sequence+1 }, time.Minute, time.Millisecond)
	b.finish()

	b.config = func(c *Config) { c.Untold = []Event{known, lost, later} }
	b.open(r.handler())
	b.finish()
	var told []Event
	for _, d := range r.deliveries() {
		told = append(told, d.Event)
	}
	require.Len(t, told, 3)
	for i, e := range []Event{known, lost, later} {
		assert.Equal(t, e.ID, told[i].ID)
		assert.Equal(t, e.Sequence, told[i].Sequence)
	}

	b.open(r.handler()) // with the same events, which the queue knows by now
	next := complete("failed")
	assert.Greater(t, next.Sequence, later.Sequence, "a number is not given twice")
	b.finish()
	assert.Len(t, r.deliveries(), 3)
}

// An event that nobody wants is not completed.
func TestWhatNobodyWantsIsNotCompleted(t *testing.T) {
	b := newBench(t)
	b.open((&receiver{}).handler())
	_, wanted := b.Complete(Event{Name: "failed", Fallback: "internet", Route: "gsm"})
	assert.False(t, wanted)
	b.finish()
}
