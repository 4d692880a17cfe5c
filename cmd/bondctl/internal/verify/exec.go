package verify

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/program"
	"github.com/bondctl/bondctl/schema"
)

// newRun makes the probe that runs a program: exit status 0 is its answer.
func newRun(described *schema.Verifier, o Options) probe {
	command := described.Command.Values()
	return func(ctx context.Context, _ target) (time.Duration, error) {
		begun := time.Now()
		said, err := program.Program{Words: command, Environment: o.environment(), Keep: program.OutputLimit}.Run(ctx)
		if err != nil {
			return 0, refusal(err, firstLine(said.Kept))
		}
		return time.Since(begun), nil
	}
}

// refusal is what a program says instead of an answer. One that did not run says nothing.
func refusal(err error, line string) error {
	if _, ran := errors.AsType[*exec.ExitError](err); !ran {
		return unclear{err}
	}
	if line != "" {
		return fmt.Errorf("%w: %s", err, line)
	}
	return err
}

// environment is what the program has of it: the link that is tested, the family,
// the next hops, and the mark.
func (o Options) environment() []string {
	hops, _ := o.nextHops() // without any, it finds none
	family := ""
	if o.Family != 0 {
		family = o.Family.String()
	}
	return []string{
		"BONDCTL_LINK=" + o.Link, "BONDCTL_INTERFACE=" + o.Link, "BONDCTL_FAMILY=" + family, "BONDCTL_GATEWAY=" + join(hops),
		"BONDCTL_MARK=" + strconv.FormatUint(uint64(o.Mark), 10),
	}
}

func join(addresses []netip.Addr) string {
	texts := make([]string, len(addresses))
	for i, addr := range addresses {
		texts[i] = addr.String()
	}
	return strings.Join(texts, " ")
}

// firstLine is that of what a program said. An address of the web in it is one that
// the program was given, maybe with a password.
func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	words := strings.Fields(line)
	for i, word := range words {
		words[i] = shown(word)
	}
	return strings.Join(words, " ")
}
