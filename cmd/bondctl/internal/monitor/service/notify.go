package service

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// notifier tells systemd how the service is, where it runs under one.
type notifier struct {
	log *slog.Logger
	// last is the status line that was told, guarded by mu.
	mu   sync.Mutex
	last string
}

func (n *notifier) ready() { n.tell(daemon.SdNotifyReady) }

func (n *notifier) alive() { n.tell(daemon.SdNotifyWatchdog) }

func (n *notifier) stopping() { n.tell(daemon.SdNotifyStopping) }

// reloading gives the time as well, which systemd insists on from version 253 on
// (Type=notify-reload in systemd.service(5)).
func (n *notifier) reloading() {
	n.tell(daemon.SdNotifyMonotonicUsec() + daemon.SdNotifyReloading)
}

// status tells a line when it is another than before.
func (n *notifier) status(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if line = strings.ReplaceAll(line, "\n", " "); line != n.last {
		n.last = line
		n.tell("STATUS=" + line)
	}
}

func (n *notifier) tell(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		n.log.Warn("systemd could not be told", "state", state, "err", err)
	}
}

// every is half of the watchdog's time, and at most as given.
func (n *notifier) every(most time.Duration) time.Duration {
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		n.log.Warn("the watchdog's time could not be read", "err", err)
	}
	if limit == 0 {
		return most
	}
	return min(limit/2, most)
}
