package manager

import (
	"context"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// noAutoDefault has the cards for which NetworkManager makes no profile by itself
// any more, such as "Wired connection 1". It adds one when it is told that the file
// of the profile which it has made for the card is gone (LoadConnections in
// src/core/settings/nm-settings.c, no_auto_default_to_file in src/core/nm-config.c;
// 1.42 to 1.52), and would leave the card alone at the next boot: on the way back
// that must be as it was.
const noAutoDefault = "/var/lib/NetworkManager/no-auto-default.state"

var _ Writer = (*profileManager)(nil)

// Writes implements [Writer].
func (*profileManager) Writes(changes []plan.Change) []string {
	hears := func(c plan.Change) bool {
		return c.By == networkManager && (c.Verb == plan.LetGo || c.Verb == plan.Forget)
	}
	if !slices.ContainsFunc(changes, hears) {
		return nil
	}
	return []string{noAutoDefault}
}

// readConfiguration has NetworkManager read its own configuration, and that file
// with it: otherwise it would write the cards that it knows once more.
func (t *talk) readConfiguration(ctx context.Context) error {
	const configuration = uint32(1) // NM_MANAGER_RELOAD_FLAG_CONF
	return t.call(ctx, nmRoot, nm+".Reload", []any{configuration})
}
