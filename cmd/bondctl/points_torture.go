//go:build torture

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// ordersDir has a file for each command that something shall befall, such as
// apply or guard: a fault, and the point where it strikes, by its number in the
// process or by how its name begins. An order strikes once. Beside it grows a
// list of the points that were passed, COMMAND.passed. It is on the disk, for what
// recovers at boot to find it.
const ordersDir = "/var/lib/bondctl-torture"

// faults are what can befall the process.
var faults = map[string]func(){
	"kill":       func() { raise(unix.SIGKILL) },
	"stop":       func() { raise(unix.SIGSTOP) },
	"hold":       func() { raise(unix.SIGSTOP) }, // whoever has ordered it ends it
	"hangup":     func() { raise(unix.SIGHUP) },
	"terminate":  func() { raise(unix.SIGTERM) },
	"kill-guard": killGuard,
	"kill-both":  func() { killGuard(); raise(unix.SIGKILL) },
}

// soon is how long an apply may work that is to stand still until its guard ends
// it: many times what one needs that does not.
const soon = 20 * time.Second

// limit gives how long a transaction of the command may work: not for minutes
// where it has been ordered to stand still.
func limit(args []string) time.Duration {
	if len(args) == 0 {
		return 0
	}
	return limitBy(filepath.Join(ordersDir, args[0]))
}

func limitBy(order string) time.Duration {
	text, err := os.ReadFile(order)
	if err == nil && strings.HasPrefix(string(text), "stop ") {
		return soon
	}
	return 0
}

// guardKilled is there once a guard was killed.
const guardKilled = ordersDir + "/guard-killed"

func raise(s unix.Signal) { _ = unix.Kill(os.Getpid(), s) } // oneself can always be signalled

// killGuard ends the guard of whatever transaction; before there is one, nothing.
func killGuard() {
	if exec.Command("pkill", "-KILL", "-f", "^"+self()[0]+" guard ").Run() == nil { //nolint:gosec // its own name
		_ = os.WriteFile(guardKilled, nil, 0o600)
	}
}

// walk counts the points that a process passes.
type walk struct {
	mutex  sync.Mutex
	order  string
	passed int
}

// points gives what happens at a step of a transaction of the command that the
// arguments begin with.
func points(args []string) func(name string) {
	if len(args) == 0 {
		return nil
	}
	w := &walk{order: filepath.Join(ordersDir, args[0])}
	return w.pass
}

func (w *walk) pass(name string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.passed++
	w.note(name)
	text, err := os.ReadFile(w.order)
	if err != nil {
		return // nothing was ordered
	}
	fault, where, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	if strike := faults[fault]; strike != nil && w.isAt(where, name) && os.Remove(w.order) == nil {
		strike()
	}
}

func (w *walk) isAt(where, name string) bool {
	if number, err := strconv.Atoi(where); err == nil {
		return number == w.passed
	}
	return strings.HasPrefix(name, where)
}

// note adds a point to the list; where nobody keeps one, there is none.
func (w *walk) note(name string) {
	list, err := os.OpenFile(w.order+".passed", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = fmt.Fprintln(list, name)
	_ = list.Close()
}
