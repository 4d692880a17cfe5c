package monitor

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkManyRoutes is a second of ten routes with five targets each, all asked
// every 200 ms: what deciding costs the processor, and how many steps that takes.
func BenchmarkManyRoutes(b *testing.B) {
	settings := read(b, paced(200, 200, 200, 200, 3, 2))[0]
	settings.Routes = slices.Repeat(settings.Routes, 5)
	for i := range settings.Routes {
		r := &settings.Routes[i]
		r.Name = fmt.Sprintf("route%d", i)
		r.Checks = slices.Repeat(r.Checks, 5)
		for j := range r.Checks {
			r.Checks[j].Name = fmt.Sprintf("check%d", j)
		}
	}
	w := newWorld(&settings)
	w.begin()
	for b.Loop() {
		w.run(time.Second)
	}
	b.ReportMetric(float64(w.probes)/float64(b.N), "probes/op")
	require.Zero(b, w.moves)
}
