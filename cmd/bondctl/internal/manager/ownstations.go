package manager

import (
	"context"
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	generator "github.com/bondctl/bondctl/generators/networkd"
)

// ownStations read bondctl's own files; their units come with wpa_supplicant.
type ownStations struct{}

func (ownStations) unit(link string) string { return generator.StationUnit(link) }
func (ownStations) file(link string) string { return generator.StationFile(link) }

// ready implements [supplicants]: somebody has to enable the unit.
func (o ownStations) ready(ctx context.Context, h Host, link string) error {
	name := o.unit(link)
	unit, there, err := h.unit(ctx, name)
	switch {
	case err != nil:
		return fmt.Errorf("asking systemd for %s: %w", name, err)
	case !there:
		return fmt.Errorf("%s: %s is not there, which joins the network: install wpa_supplicant", link, name)
	case !unit.Enabled:
		return fmt.Errorf("%s: %s joins the network, and would not at the next boot: systemctl enable %s", link, name, name)
	}
	return nil
}

// step implements [supplicants].
func (o ownStations) step(files plan.Files, link string) (remains, found bool) {
	for _, step := range files.Changing() {
		if step.Path == o.file(link) && step.Action != plan.Chmod {
			return step.New != nil, true
		}
	}
	return false, false
}

// wake implements [supplicants]: what is enabled is started.
func (ownStations) wake(context.Context, Host) error { return nil }
