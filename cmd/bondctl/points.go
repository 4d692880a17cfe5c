//go:build !torture

package main

import "time"

// points gives what happens at a step of a transaction: nothing. Only a
// program built with the tag torture has more to it.
func points([]string) func(name string) { return nil }

// limit gives how long a transaction of the command may work: as long as ever.
func limit([]string) time.Duration { return 0 }
