package verify

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listen opens a port, which is closed with the test.
func listen(t *testing.T, address string) int {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().(*net.TCPAddr).Port
}

func TestTCP(t *testing.T) {
	newFar(t, "eth0")
	passes(t, tcp(listen(t, "127.0.0.1"), "127.0.0.1", "localhost"), Options{})
	passes(t, tcp(listen(t, "::1"), "::1"), Options{})
	fails(t, tcp(9, "127.0.0.1"), Options{}, "127.0.0.1: dial tcp 127.0.0.1:9: connect: connection refused")
	fails(t, tcp(9, "203.0.113.1"), Options{}, "network is unreachable")
	fails(t, brief(tcp(9, "10.0.0.99")), Options{}, "10.0.0.99: no answer within 500ms")
}

// An interrupted check says so, and not that the target is dead.
func TestACheckIsInterrupted(t *testing.T) {
	newFar(t, "eth0")
	made, err := New(tcp(9, "10.0.0.99"), Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { cancel(errors.New("interrupted")) })
	assert.Equal(t, "10.0.0.99: interrupted", made.Check(ctx).String())
}
