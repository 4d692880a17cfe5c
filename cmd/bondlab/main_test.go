package main

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/image"
)

func TestArgumentsOfRun(t *testing.T) {
	a, err := parse("run", []string{"--suite", "bookworm", "--jobs", "3", "--resume", "failover", "options/zeros"})
	require.NoError(t, err)
	assert.Equal(t, arguments{suite: "bookworm", jobs: 3, resume: true, names: []string{"failover", "options/zeros"}}, a)
}

func TestSuiteIsTrixieUnlessSaid(t *testing.T) {
	a, err := parse("build", nil)
	require.NoError(t, err)
	assert.Equal(t, "trixie", a.suite)
	assert.Equal(t, 2, a.jobs)
}

func TestShellWantsOneStory(t *testing.T) {
	_, err := parse("shell", nil)
	require.ErrorContains(t, err, "bondlab shell STORY")
	_, err = parse("shell", []string{"a", "b"})
	require.ErrorContains(t, err, "bondlab shell STORY")
}

func TestUnknownCommandShowsTheUsage(t *testing.T) {
	require.EqualError(t, run([]string{"dance"}), usage)
	require.EqualError(t, run(nil), usage)
}

func TestSkipIsAFailureWhereNothingMayBeSkipped(t *testing.T) {
	impossible := fmt.Errorf("%w: no tools", image.ErrNotHere)
	t.Setenv("BONDCTL_NO_SKIP", "")
	require.NoError(t, unlessImpossible(impossible))
	require.Error(t, unlessImpossible(errors.New("2 of 3 runs failed")))
	t.Setenv("BONDCTL_NO_SKIP", "1")
	assert.ErrorIs(t, unlessImpossible(impossible), image.ErrNotHere)
}
