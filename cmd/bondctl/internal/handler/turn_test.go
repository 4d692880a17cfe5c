package handler

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// acting are handlers that act on setup and teardown, and note when each begins and ends in
// one list. Each takes a while.
func acting(names ...string) (handlers []*Handler, noted func() []string) {
	all := &receiver{}
	for _, name := range names {
		h := all.handler()
		h.acts = true
		h.deliver = func(ctx context.Context, d Delivery) error {
			d.Event.Name = name + " begins " + d.Event.Name
			if err := errors.Join(all.deliver(ctx, d), pause(ctx, time.Second)); err != nil {
				return err
			}
			d.Event.Name = strings.Replace(d.Event.Name, "begins", "ends", 1)
			return all.deliver(ctx, d)
		}
		handlers = append(handlers, h)
	}
	return handlers, all.names
}

// A modem has power before it is dialled, and the one before has ended when it ends badly.
func TestInstructionsGoThroughTheHandlersInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		handlers, noted := acting("power", "dial")
		told := &receiver{}
		b.open(handlers[0], told.handler(), handlers[1])
		b.tell("setup", "teardown")
		synctest.Wait()
		assert.Equal(t, []string{"setup 1", "teardown 2"}, told.names(), "who only tells waits for nobody")
		time.Sleep(time.Minute)
		assert.Equal(t, []string{
			"power begins setup 1", "power ends setup 1", "dial begins setup 1", "dial ends setup 1",
			"power begins teardown 2", "power ends teardown 2", "dial begins teardown 2", "dial ends teardown 2",
		}, noted())

		handlers[0].deliver = refusing
		b.tell("setup", "failed")
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"dial begins setup 3", "dial ends setup 3", "dial begins failed 4", "dial ends failed 4"}, noted()[8:])
		b.finish()
	})
}

// Where the process ends between two handlers, the next one goes on.
func TestInstructionsGoOnInOrderAfterARestart(t *testing.T) {
	b, power, dial := newBench(t), &receiver{answer: hanging}, &receiver{}
	handlers := []*Handler{power.handler(), dial.handler()}
	handlers[0].acts, handlers[1].acts = true, true
	b.open(handlers...)
	b.tell("setup")
	b.leave()
	assert.Empty(t, dial.names())
	b.open(handlers...)
	b.leave()
	assert.Empty(t, dial.names())
	power.answer = nil
	b.open(handlers...)
	b.finish()
	assert.Equal(t, []string{"setup 1"}, dial.names())
}

// A handler that a new document does not have is waited for no longer.
func TestAnInstructionOfAHandlerThatIsGone(t *testing.T) {
	b := newBench(t)
	program := func(command ...string) *schema.Handler {
		return &schema.Handler{Kind: schema.Given("exec"), Command: schema.GivenList(command...), Events: schema.GivenList("setup"), Timeout: schema.Given(time.Hour)}
	}
	document := func(handlers ...*schema.Handler) []*schema.Fallback {
		return []*schema.Fallback{{Name: schema.Given("internet"), Routes: []*schema.FallbackRoute{{Name: schema.Given("fiber"), Handlers: handlers}}}}
	}
	webhook := newHook(t, 204).described()
	webhook.Events = schema.GivenList("failed")
	set, err := Open(document(webhook, program("/bin/true"), program("/bin/sleep", "1h")), Config{Root: b.root, Dir: queueDir, Clock: b.clock, Way: b.way, Report: b.reports.take})
	require.NoError(t, err)
	b.Set = set
	b.tell("setup", "setup")
	require.Eventually(t, func() bool { return len(b.reports.of(Delivered)) == 1 }, time.Minute, time.Millisecond)
	require.NoError(t, b.Reload(document(webhook, program("/bin/true"))))
	b.finish()
	assert.Len(t, b.reports.of(Delivered), 2)
}
