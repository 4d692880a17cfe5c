package view

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
)

// Transactions lists what was done to the host, a line for each: its id, how far it
// is, what it was for and which links it could reach, who began it, and who decided.
func Transactions(w *Page, list []checkpoint.Journal) {
	if len(list) == 0 {
		w.Println("Nothing was changed on this host yet.")
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tSTATE\tWHAT\tBACKEND\tLINKS\tBEGUN BY\tDECIDED BY\tBECAUSE") // kept until Flush, as is what follows
	for _, j := range list {
		decided := "-"
		if by := j.Outcome.By; by != (checkpoint.Actor{}) {
			decided = by.String()
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", j.ID, j.State,
			Line(cmp.Or(j.What, "-")), j.Backend, Line(strings.Join(j.Links, " ")), Line(j.Owner.String()), Line(decided), Line(reason(j)))
	}
	_ = table.Flush()
}

func reason(j checkpoint.Journal) string {
	if j.Outcome.Error != "" {
		return j.Outcome.Reason + "; not restored: " + j.Outcome.Error
	}
	return j.Outcome.Reason
}

// TransactionsJSON is what history and status print with --json.
type TransactionsJSON struct {
	FormatVersion string            `json:"format_version"`
	Transactions  []transactionJSON `json:"transactions"`
}

type transactionJSON struct {
	ID        string    `json:"id"`
	State     string    `json:"state"`
	Open      bool      `json:"open"`
	What      string    `json:"what,omitempty"`
	Backend   string    `json:"backend"`
	Links     []string  `json:"links"`
	BegunBy   string    `json:"begun_by"`
	Begun     time.Time `json:"begun"`
	Until     time.Time `json:"until,omitzero"`
	Since     time.Time `json:"since"`
	DecidedBy string    `json:"decided_by,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Error     string    `json:"error,omitempty"`
}

// NewTransactionsJSON shows transactions to a program.
func NewTransactionsJSON(list []checkpoint.Journal) TransactionsJSON {
	shown := TransactionsJSON{FormatVersion: FormatVersion, Transactions: []transactionJSON{}}
	for _, j := range list {
		t := transactionJSON{
			ID: j.ID, State: string(j.State), Open: j.Open(), What: j.What, Backend: j.Backend, Links: nonNil(j.Links), BegunBy: j.Owner.String(),
			Begun: j.Created, Until: j.Until, Since: j.Since(), Reason: j.Outcome.Reason, Error: j.Outcome.Error,
		}
		if by := j.Outcome.By; by != (checkpoint.Actor{}) {
			t.DecidedBy = by.String()
		}
		shown.Transactions = append(shown.Transactions, t)
	}
	return shown
}
