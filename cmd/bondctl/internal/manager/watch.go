package manager

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// watch follows the states of NetworkManager's devices by its signals: to ask
// for them again and again would keep it from its work.
type watch struct {
	mutex sync.Mutex
	// states are the last that were heard of, and begun the devices that have
	// begun to come up since it was asked to note so.
	states map[dbus.ObjectPath]uint32
	begun  map[dbus.ObjectPath]bool
	// changed is closed at the next signal.
	changed chan struct{}
}

func newWatch(signals <-chan *dbus.Signal) *watch {
	w := &watch{states: map[dbus.ObjectPath]uint32{}, begun: map[dbus.ObjectPath]bool{}, changed: make(chan struct{})}
	go func() {
		for signal := range signals {
			w.hear(signal)
		}
	}()
	return w
}

// hear takes a StateChanged of a device: its new state, the old one and a reason.
func (w *watch) hear(signal *dbus.Signal) {
	if len(signal.Body) == 0 {
		return
	}
	state, ok := signal.Body[0].(uint32)
	if !ok {
		return
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.states[signal.Path] = state
	if state == nmPrepare {
		w.begun[signal.Path] = true
	}
	close(w.changed)
	w.changed = make(chan struct{})
}

// note forgets which devices have begun to come up.
func (w *watch) note() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	clear(w.begun)
}

// heard tells what was heard of a device.
func (w *watch) heard(device dbus.ObjectPath) (state uint32, begun bool, changed <-chan struct{}) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.states[device], w.begun[device], w.changed
}

// errLimit is that something did not come about in time.
var errLimit = errors.New("it did not come about")

// until waits until what is heard of a device is as wanted.
func (w *watch) until(ctx context.Context, limit time.Duration, device dbus.ObjectPath, holds func(state uint32, begun bool) bool) error {
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		state, begun, changed := w.heard(device)
		if holds(state, begun) {
			return nil
		}
		select {
		case <-within.Done():
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return fmt.Errorf("%w within %s", errLimit, limit)
		case <-changed:
		}
	}
}
