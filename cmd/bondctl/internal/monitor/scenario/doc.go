// Package scenario proves the monitor: the real bondctl monitor, as a process of its
// own, on a host with three ways out that are cut, choked and mended. Everything is a
// network namespace; nothing of it is a fake.
//
// Whether traffic gets through is never asked of the monitor. A stream of datagrams to
// an address that no verifier asks, and back, tells it, and a sampler looks every 10 ms
// whether the kernel has a default route. What the faults do to a host that nobody
// watches over is tested as well.
//
// Scenarios wait for states, and make sure of states, events and counts. What is
// measured in time is a benchmark, for make bench, and the hours are for make soak.
package scenario
