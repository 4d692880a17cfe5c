package guest

import (
	"errors"
	"time"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/meter"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/world"
)

// withPeer lets the far side ask for the machine's address all the while something
// goes on, and keeps the longest time for which it had no answer.
func (o *ordeal) withPeer(during func() error) error {
	address, err := ownAddress(o.world.Doc)
	if err != nil {
		return err
	}
	m, err := meter.Start("/usr/local/bin/bondlab", world.Provider, address, meter.Rhythm)
	if err != nil {
		return err
	}
	if err := errors.Join(m.Answered(sh.Patience), during()); err != nil {
		m.Kill()
		return err
	}
	count, err := m.Stop()
	o.Silence = max(o.Silence, count.Gap.Round(time.Millisecond))
	return err
}
