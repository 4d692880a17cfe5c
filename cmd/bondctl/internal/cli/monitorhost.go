package cli

import (
	"context"
	"path/filepath"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/loop"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/resolvers"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/sysctls"
)

// hostSide is what the loop has done around its routes: settings of links, and resolvers.
type hostSide struct {
	*sysctls.Keeper
	*resolvers.Follower
}

var _ loop.Host = hostSide{}

// openHost takes up what an earlier monitor of this boot has changed.
func (w *watching) openHost(c *loop.Config) error {
	files, err := hostfs.Open(w.env.Root)
	if err != nil {
		return err
	}
	w.opened(files.Close)
	boot := w.clock.Now().BootID
	keeper, err := sysctls.Open(files, filepath.Join(w.flags.stateDir, "sysctls.json"), boot)
	if err != nil {
		return err
	}
	names, err := resolvers.Open(resolvers.Config{
		Root: w.env.Root, Memory: filepath.Join(w.flags.stateDir, "resolvers.json"), BootID: boot, Dial: systemBus,
	})
	if err != nil {
		return err
	}
	w.opened(names.Close)
	follower := names.Follow(w.ailments.Of("names are not resolved over the route in use"))
	w.opened(follower.Close)
	c.Host = hostSide{keeper, follower}
	return nil
}

func systemBus(ctx context.Context) (resolvers.Bus, error) {
	return manager.OpenBus(ctx, manager.SystemBus)
}
