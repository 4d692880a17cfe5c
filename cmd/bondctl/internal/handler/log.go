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
		events: described.Told(),
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
	case schema.EventSetup:
		return "Setting up connection to " + route
	case schema.EventTeardown:
		return "Tearing down connection to " + route
	case schema.EventFailed:
		return "Connection failed on " + route
	case schema.EventRestored:
		return "Connection restored to " + route
	case schema.EventConnected:
		return "Failing over to " + route
	case schema.EventChecked:
		return "upRoutes=" + strings.Join(e.Up, ", ") + "; downRoutes=" + strings.Join(e.Down, ", ")
	case schema.EventSuspect:
		return "Connection to " + route + " is suspect"
	case schema.EventAllDown:
		return "All routes of " + e.Fallback + " are down"
	case schema.EventGatewayChanged:
		return "Gateway of " + route + " is now " + addrText(e.Gateway)
	case schema.EventFlapping:
		return "Connection to " + route + " is flapping"
	default:
		return e.Name + " " + route
	}
}

// levelOf is how much an event matters.
func levelOf(event string) slog.Level {
	switch event {
	case schema.EventChecked:
		return slog.LevelDebug
	case schema.EventFailed, schema.EventSuspect, schema.EventFlapping:
		return slog.LevelWarn
	case schema.EventAllDown:
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
