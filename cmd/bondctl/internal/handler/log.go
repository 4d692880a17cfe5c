package handler

import (
	"context"
	"log/slog"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// newLog makes the handler that writes events to the log.
func newLog(described *schema.Handler, o Options) (*Handler, error) {
	return &Handler{
		shown:  "log",
		events: told(described),
		deliver: func(ctx context.Context, d Delivery) error {
			o.Log.LogAttrs(ctx, levelOf(d.Event.Name), line(d.Event), attributes(d)...)
			return nil
		},
	}, nil
}

// line says in words what happened.
func line(e Event) string {
	route := e.Route
	if e.Family != "" {
		route += " (" + e.Family + ")"
	}
	switch e.Name {
	case eventSetup:
		return "Setting up connection to " + route
	case eventTeardown:
		return "Tearing down connection to " + route
	case "failed":
		return "Connection failed on " + route
	case "restored":
		return "Connection restored to " + route
	case "connected":
		return "Failing over to " + route
	case eventChecked:
		return "upRoutes=" + strings.Join(e.Up, ", ") + "; downRoutes=" + strings.Join(e.Down, ", ")
	case "suspect":
		return "Connection to " + route + " is suspect"
	case "all_down":
		return "All routes of " + e.Fallback + " are down"
	case "gateway_changed":
		return "Gateway of " + route + " is now " + addrText(e.Gateway)
	case "flapping":
		return "Connection to " + route + " is flapping"
	default:
		return e.Name + " " + route
	}
}

// levelOf is how much an event matters.
func levelOf(event string) slog.Level {
	switch event {
	case eventChecked:
		return slog.LevelDebug
	case "failed", "suspect", "flapping":
		return slog.LevelWarn
	case "all_down":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// attributes are the variables of an event that say something, in lower case.
func attributes(d Delivery) []slog.Attr {
	var all []slog.Attr
	for _, v := range variables {
		if text := v.value(d); text != "" {
			all = append(all, slog.String(strings.ToLower(v.name), text))
		}
	}
	return all
}
