package handler

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Where the teller notes what it was told, and what is on disk for certain.
const (
	toldFile  = "told"
	savedFile = "saved"
)

// playTeller tells events enough for the queue's file to be added to and replaced,
// has them handed over, and is killed at the point so numbered.
func playTeller(dir, number string) error {
	nth, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	points := 0
	release := make(chan struct{})
	h := &Handler{shown: "noting", events: []string{"failed"}, deliver: func(ctx context.Context, d Delivery) error {
		select {
		case <-release:
			return note(dir, toldFile, d.Event.Sequence)
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
	s, err := open(Config{
		Root: dir, Dir: queueDir, Clock: newClock(),
		Point: func(string) { // the keeper alone comes here
			if points++; points == nth {
				_ = unix.Kill(os.Getpid(), unix.SIGKILL)
			}
		},
	}, func(*Set) ([]*lane, error) { return lanesFor([]*Handler{h}), nil })
	if err != nil {
		return err
	}
	for from := 1; from <= 81; from += 40 {
		if err := tellMany(s, dir, from, from+39); err != nil {
			return err
		}
	}
	close(release)
	return s.Close(context.Background())
}

func tellMany(s *Set, dir string, from, to int) error {
	for i := from; i <= to; i++ {
		tellOne(s, Event{Name: "failed", Fallback: "internet", Route: "fiber", Family: fmt.Sprint(i), Reason: strings.Repeat("x", reasonLimit)})
	}
	for s.Status().Unsaved > 0 {
		time.Sleep(time.Millisecond)
	}
	return note(dir, savedFile, uint64(to))
}

func note(dir, name string, number uint64) error {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, number)
	return errors.Join(err, f.Close())
}

func noted(t *testing.T, dir, name string) []uint64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	var numbers []uint64
	for word := range strings.FieldsSeq(string(text)) {
		number, err := strconv.ParseUint(word, 10, 64)
		require.NoError(t, err)
		numbers = append(numbers, number)
	}
	return numbers
}

// Wherever the process is killed, what was on disk is handed over, by it or by the next one, and each of the two
// keeps the order.
func TestKilledAtEveryPoint(t *testing.T) {
	for nth := 1; ; nth++ {
		b := newBench(t)
		killed := playUntil(t, b.root, nth)
		before := noted(t, b.root, toldFile)
		r := &receiver{}
		b.open(r.handler())
		b.finish()
		var after []uint64
		for _, d := range r.deliveries() {
			after = append(after, d.Event.Sequence)
		}
		require.True(t, slices.IsSorted(before), "point %d: %v", nth, before)
		require.True(t, slices.IsSorted(after), "point %d: %v", nth, after)
		for _, saved := range noted(t, b.root, savedFile) {
			for sequence := saved - 39; sequence <= saved; sequence++ {
				require.True(t, slices.Contains(before, sequence) || slices.Contains(after, sequence), "point %d: event %d is lost", nth, sequence)
			}
		}
		require.Empty(t, b.reports.of(Damaged), "point %d", nth)
		require.Empty(t, b.reports.of(Unsaved), "point %d", nth)
		if !killed {
			assert.Len(t, before, 120)
			assert.Empty(t, after)
			assert.Greater(t, nth, 10)
			t.Logf("%d points", nth-1)
			return
		}
	}
}

// playUntil plays the teller, and tells whether it was killed.
func playUntil(t *testing.T, dir string, nth int) bool {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), roleEnv+"=teller", dirEnv+"="+dir, fmt.Sprintf("%s=%d", nthEnv, nth))
	cmd.Stderr = os.Stderr
	err = cmd.Run()
	if exited, ok := errors.AsType[*exec.ExitError](err); ok && !exited.Exited() {
		return true
	}
	require.NoError(t, err)
	return false
}
