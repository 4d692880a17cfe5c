package verify

import (
	"context"
	"net"
	"strconv"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// newConnect makes the probe that opens a connection, and closes it.
func newConnect(described *schema.Verifier, o Options) probe {
	port := strconv.Itoa(described.Port.Value)
	return func(ctx context.Context, t target) (time.Duration, error) {
		begun := time.Now()
		conn, err := o.dial(ctx, "tcp", net.JoinHostPort(t.asked, port))
		if err != nil {
			return 0, err
		}
		took := time.Since(begun)
		_ = conn.Close() // nothing was written
		return took, nil
	}
}
