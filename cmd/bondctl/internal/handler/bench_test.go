package handler

import (
	"runtime"
	"testing"
)

// BenchmarkTell is what an event costs the monitor's loop.
func BenchmarkTell(b *testing.B) {
	m, r := newBench(b), &receiver{}
	m.open(r.handler())
	for b.Loop() {
		m.tell("failed")
	}
	m.finish()
}

// BenchmarkSaved is how long it takes until an event is on disk.
func BenchmarkSaved(b *testing.B) {
	m, r := newBench(b), &receiver{answer: hanging}
	m.config = func(c *Config) { c.MaxBytes = 1 << 16 }
	m.open(r.handler())
	for b.Loop() {
		m.tell("failed")
		for m.Status().Unsaved > 0 {
			runtime.Gosched()
		}
	}
	m.leave()
}

// BenchmarkReadBacklog reads a queue of a mebibyte, as the start does.
func BenchmarkReadBacklog(b *testing.B) {
	all := backlog{next: 1}
	for size := 0; size < defaultMaxBytes; {
		e := event(all.next, "failed")
		all.waiting = append(all.waiting, waiting{"internet/fiber/webhook", e})
		size += len(record{For: "internet/fiber/webhook", Event: &e}.line())
		all.next++
	}
	content := all.lines()
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, err := readBacklog(content); err != nil {
			b.Fatal(err)
		}
	}
}
