// Package handler tells what runs when a path changes: it keeps the events in a queue on disk, and hands each
// to the handlers of its route, outside of whoever tells them.
//
// # What it promises
//
// Telling never waits. [Set.Tell] takes an event into memory and returns; the disk is written, and handlers
// run, in goroutines of their own. A disk that is full, cannot be written or hangs is reported, and the queue
// lives in memory until it can be written again.
//
// At least once. An event that is on disk is handed over after whatever end of the process, until the handler
// has taken it, has given up, or the event is too old. What is handed over twice has the same [Event.ID].
//
// In order. A handler has one event at a time, the oldest first. Handlers do not wait for each other, but for
// those of one route that run programs or switch a modem: setup and teardown go through them one after the other,
// in the order of the document.
//
// Old or new, never a mix. The queue is one file of lines, each with a checksum, that only grows, and is replaced
// as a whole when most of it is dead. A line that a power cut has torn is reported and passed over.
//
// Nothing is lost in silence. What is dropped, because it is too old, because there is no room, or because
// nobody takes it any more, is a [Report]; what stands for several events has their number in [Event.Coalesced].
//
// # What is coalesced
//
// The event checked comes with every check, and is never put on disk: a newer one takes the place of one that
// still waits. Where more than stormLimit events wait for one handler, a newer event takes the place of an older
// one of the same name, route and family. For a modem's power only the last of setup and teardown counts.
//
// # What it leaves to others
//
// One process uses a directory at a time, and only the user who runs bondctl can write to it. Which path is up,
// and how to get to it, is the caller's [Way].
package handler
