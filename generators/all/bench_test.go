package all_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// sizes are the bonds of a document.
var sizes = []int{1, 100, 1000, 10000}

func decode(b *testing.B, text []byte) (*schema.Document, hcl.Diagnostics) {
	b.Helper()
	return schema.DecodeAndValidate([]schema.Source{{Name: "bench.hcl", Bytes: text}}, schema.Inputs{
		Getenv: func(string) (string, bool) { return "", false },
	})
}

// BenchmarkDecode reads and validates documents; ns/bond shows that it is linear.
func BenchmarkDecode(b *testing.B) {
	for _, n := range sizes {
		text := gentest.Many(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, diags := decode(b, text)
				require.False(b, diags.HasErrors())
			}
			perBond(b, n)
		})
	}
}

// BenchmarkGenerate renders documents with each backend.
func BenchmarkGenerate(b *testing.B) {
	for _, backend := range all.Backends() {
		for _, n := range sizes {
			doc, _ := decode(b, gentest.Many(n))
			b.Run(fmt.Sprintf("%s/%d", backend.Name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					files, diags := backend.Render(doc)
					require.False(b, diags.HasErrors())
					require.NotEmpty(b, files)
				}
				perBond(b, n)
			})
		}
	}
}

func perBond(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/bond")
}
