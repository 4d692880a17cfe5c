package netplan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPiecesAreTheWhole: where a section is cut for encoding cannot be seen.
func TestPiecesAreTheWhole(t *testing.T) {
	for _, n := range []int{1, pieceSize - 1, pieceSize, pieceSize + 1, 3 * pieceSize} {
		pieces := pile{key: "ethernets"}
		all, network, root := mapping(), mapping(), mapping()
		for i := range n {
			name := fmt.Sprintf("eth%d", i)
			pieces.add(text(name), nothing())
			put(all, text(name), nothing())
		}
		put(network, plain("ethernets"), all)
		put(root, plain("network"), network)
		assert.Equal(t, string(encode(root)), "network:\n"+string(pieces.yaml()), "%d definitions", n)
	}
	assert.Empty(t, (&pile{key: "ethernets"}).yaml())
}
