package verify

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/schema"
)

// newRun makes the probe that runs a program: exit status 0 is its answer.
func newRun(described *schema.Verifier, o Options) probe {
	command := described.Command.Values()
	return func(ctx context.Context, _ string) (time.Duration, error) {
		begun := time.Now()
		said, err := program.Program{Words: command, Environment: o.environment(), Keep: program.OutputLimit}.Run(ctx)
		if err == nil {
			return time.Since(begun), nil
		}
		if line := firstLine(said.Kept); line != "" {
			err = fmt.Errorf("%w: %s", err, line)
		}
		return 0, err
	}
}

// environment is what the program has of it: the link that is tested, and its
// next hops.
func (o Options) environment() []string {
	hops, _ := o.nextHops() // without any, it finds none
	return []string{"BONDCTL_LINK=" + o.Link, "BONDCTL_GATEWAY=" + join(hops)}
}

func join(addresses []netip.Addr) string {
	texts := make([]string, len(addresses))
	for i, addr := range addresses {
		texts[i] = addr.String()
	}
	return strings.Join(texts, " ")
}

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return line
}
