package handler

import (
	"context"
	"io"
	"log/slog"
	"strings"

	"github.com/coreos/go-systemd/v22/journal"
)

// NewLogger makes a logger that writes lines to where errors go. Where that is the journal's stream (JOURNAL_STREAM,
// systemd.exec(5)), it talks to the journal itself, so that each attribute is a field that journalctl can look for.
func NewLogger(stderr io.Writer) *slog.Logger {
	if ours, err := journal.StderrIsJournalStream(); err == nil && ours {
		return slog.New(&journalHandler{send: journal.Send})
	}
	return slog.New(slog.NewTextHandler(stderr, nil))
}

// journalHandler writes records to journald in its own protocol.
type journalHandler struct {
	send func(message string, priority journal.Priority, fields map[string]string) error
	// prefix is that of the groups that were opened, and fields are those set so far.
	prefix string
	fields []slog.Attr
}

var _ slog.Handler = (*journalHandler)(nil)

// Enabled is true: journald stores by its own levels.
func (*journalHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle sends one record.
func (h *journalHandler) Handle(_ context.Context, r slog.Record) error {
	fields := map[string]string{"SYSLOG_IDENTIFIER": "bondctl"}
	for _, a := range h.fields {
		addField(fields, "", a)
	}
	r.Attrs(func(a slog.Attr) bool {
		addField(fields, h.prefix, a)
		return true
	})
	return h.send(r.Message, priorityOf(r.Level), fields)
}

// WithAttrs gives a handler that has these attributes with every record.
func (h *journalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	more := *h
	more.fields = append([]slog.Attr(nil), h.fields...)
	for _, a := range attrs {
		more.fields = append(more.fields, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
	}
	return &more
}

// WithGroup gives a handler whose further attributes begin with this name.
func (h *journalHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	more := *h
	more.prefix += name + "_"
	return &more
}

func addField(fields map[string]string, prefix string, a slog.Attr) {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "_"
		}
		for _, inner := range value.Group() {
			addField(fields, prefix, inner)
		}
		return
	}
	fields[variablePrefix+fieldName(prefix+a.Key)] = value.String()
}

// fieldName is a key as a field's name must be: upper case, digits and underscores (systemd.journal-fields(7)).
func fieldName(key string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(key))
}

func priorityOf(level slog.Level) journal.Priority {
	switch {
	case level >= slog.LevelError:
		return journal.PriErr
	case level >= slog.LevelWarn:
		return journal.PriWarning
	case level >= slog.LevelInfo:
		return journal.PriInfo
	default:
		return journal.PriDebug
	}
}
