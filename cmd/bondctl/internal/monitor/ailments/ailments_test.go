package ailments

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What does not work is logged when it begins and when it ends, and listed meanwhile.
func TestAilments(t *testing.T) {
	var said bytes.Buffer
	a := New(slog.New(slog.NewTextHandler(&said, nil)))
	state, history := a.Of("the state is not saved"), a.Of("the history is not recorded")
	state(nil)
	assert.Empty(t, a.All())
	assert.Empty(t, said.String(), "what works is no news")

	state(errors.New("no space left on device"))
	history(errors.New("read-only file system"))
	state(errors.New("input/output error"))
	assert.Equal(t, []string{"the state is not saved: input/output error", "the history is not recorded: read-only file system"}, a.All())
	assert.Equal(t, 2, strings.Count(said.String(), "level=WARN"), "the same thing is no news")

	assert.True(t, a.Has("the state is not saved"))
	state(nil)
	assert.False(t, a.Has("the state is not saved"))
	assert.Equal(t, []string{"the history is not recorded: read-only file system"}, a.All())
	assert.Equal(t, 1, strings.Count(said.String(), "level=INFO"))
}
