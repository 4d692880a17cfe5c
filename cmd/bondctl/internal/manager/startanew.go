package manager

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
)

const (
	// deviceStates is where NetworkManager finds, when it starts, by which profiles
	// it had the links (nm_config_device_state_load_all in src/core/nm-config.c).
	deviceStates = "run/NetworkManager/devices"
	// startLimit is how long NetworkManager may take to be on the bus once it is
	// started, and then to take links for its own.
	startLimit = 30 * time.Second
)

// assume has NetworkManager start anew as if it had set links up by their profiles
// before. What it does not take so it activates.
func (t *talk) assume(ctx context.Context, c plan.Change) error {
	states, err := t.statesOf(c.Links, c.Files)
	if err != nil {
		return err
	}
	if err := t.stop(ctx, unitNetworkManager); err != nil {
		return fmt.Errorf("having NetworkManager start anew: %w", err)
	}
	wrote := t.writeStates(states)
	if err := errors.Join(wrote, t.begin(ctx)); err != nil {
		return err
	}
	// What it has not done by then is activated: no error here.
	_ = await(ctx, startLimit, func() bool { return t.hasDecided(ctx, c.Links) || t.hasStarted(ctx) })
	return t.activateRest(ctx, c)
}

// deviceState is what NetworkManager is to find of a link.
type deviceState struct {
	index, uuid string
	// made is set for a link that NetworkManager would make: it deletes such when
	// it gives them up.
	made bool
}

// statesOf gives that for each link, by the profiles that are there now.
func (t *talk) statesOf(links, files []string) ([]deviceState, error) {
	var states []deviceState
	for i, link := range links {
		device := filepath.Join(t.root, "sys/class/net", link)
		index, err := os.ReadFile(filepath.Join(device, "ifindex"))
		if err != nil {
			return nil, fmt.Errorf("reading the number of %s: %w", link, err)
		}
		event, _ := os.ReadFile(filepath.Join(device, "uevent")) // it names the type of bonds and VLANs
		content, err := os.ReadFile(filepath.Join(t.root, files[i]))
		if err != nil {
			return nil, fmt.Errorf("reading the profile of %s: %w", link, err)
		}
		states = append(states, deviceState{
			index: strings.TrimSpace(string(index)), uuid: t.profiles.uuid(generators.File{Path: files[i], Content: content}),
			made: strings.Contains(string(event), "DEVTYPE=bond\n") || strings.Contains(string(event), "DEVTYPE=vlan\n"),
		})
	}
	return states, nil
}

// String is the state as NetworkManager has it on disk.
func (s deviceState) String() string {
	return fmt.Sprintf("[device]\nmanaged=true\nconnection-uuid=%s\nnm-owned=%t\n", s.uuid, s.made)
}

// writeStates puts them where NetworkManager looks, which does not run.
func (t *talk) writeStates(states []deviceState) error {
	dir := filepath.Join(t.root, deviceStates)
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // NetworkManager's own mode
		return fmt.Errorf("telling NetworkManager which profiles links have: %w", err)
	}
	for _, s := range states {
		if err := os.WriteFile(filepath.Join(dir, s.index), []byte(s.String()), 0o644); err != nil { //nolint:gosec,forbidigo // NetworkManager's own mode; nobody reads it until it starts
			return fmt.Errorf("telling NetworkManager which profiles links have: %w", err)
		}
	}
	return nil
}

// begin starts NetworkManager, and waits until it answers.
func (t *talk) begin(ctx context.Context) error {
	if err := t.toSystemd(ctx, "StartUnit", unitNetworkManager); err != nil {
		return err
	}
	if err := t.awaitAnswer(ctx); err != nil {
		return fmt.Errorf("waiting for NetworkManager to start: %w: journalctl -u NetworkManager says why", err)
	}
	return t.look(ctx)
}

// awaitAnswer waits for a NetworkManager that starts.
func (t *talk) awaitAnswer(ctx context.Context) error {
	return await(ctx, startLimit, func() bool { return t.answers(ctx) == nil })
}

// hasDecided tells whether NetworkManager has taken each link, or only watches it.
func (t *talk) hasDecided(ctx context.Context, links []string) bool {
	undecided := func(name string) bool {
		_, properties := t.seen.deviceOf(name)
		return t.seen.deviceFacts(properties).UUID == ""
	}
	return t.look(ctx) == nil && !slices.ContainsFunc(links, undecided)
}

// hasStarted tells whether NetworkManager has done what it does when it starts.
func (t *talk) hasStarted(ctx context.Context) bool {
	var starting bool
	return t.get(ctx, nmRoot, nm, "Startup", &starting) == nil && !starting
}

// unassumed lists those links that NetworkManager does not have by their profiles.
func (t *talk) unassumed(c plan.Change) []string {
	var names []string
	for i, name := range c.Links {
		_, properties := t.seen.deviceOf(name)
		if d := t.seen.deviceFacts(properties); d.External || !t.profiles.isFor(d.File, c.Files[i]) {
			names = append(names, name)
		}
	}
	return names
}

// activateRest activates those, bonds before their slaves, and waits until the others are up.
func (t *talk) activateRest(ctx context.Context, c plan.Change) error {
	if err := t.look(ctx); err != nil {
		return err
	}
	rest := map[string]knownLink{}
	for _, name := range t.unassumed(c) {
		rest[name] = knownLink{UUID: name, File: c.Files[slices.Index(c.Links, name)]}
	}
	for _, name := range c.Links {
		device, _ := t.seen.deviceOf(name)
		if _, is := rest[name]; is || device == "" {
			continue
		}
		if err := t.awaitUp(ctx, name, device); err != nil {
			return err
		}
	}
	for _, name := range t.order(ctx, rest) {
		s, err := t.ofProfile(ctx, t.profile(rest[name].File))
		if err != nil {
			return err
		}
		if err := t.activate(ctx, plan.Change{Link: name, On: s.master(), Files: []string{rest[name].File}}); err != nil {
			return err
		}
	}
	return nil
}
