package netplan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/gentest"
)

func BenchmarkTenThousandBonds(b *testing.B) {
	doc := gentest.Decode(&testing.T{}, "many.hcl", gentest.Many(10000))
	b.ReportAllocs()
	for b.Loop() {
		_, diags := Backend().Render(doc)
		require.False(b, diags.HasErrors())
	}
}
