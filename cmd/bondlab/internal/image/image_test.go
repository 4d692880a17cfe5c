package image

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHashChangesWithTheRecipeAndTheSuite(t *testing.T) {
	base := hash("trixie", []byte("make it"))
	assert.Len(t, base, 12)
	assert.Equal(t, base, hash("trixie", []byte("make it")))
	assert.NotEqual(t, base, hash("bookworm", []byte("make it")))
	assert.NotEqual(t, base, hash("trixie", []byte("make it otherwise")))
}

func TestMissingPackagesAreNamedAsDebianNamesThem(t *testing.T) {
	has := func(program string) bool { return program == "mke2fs" }
	assert.Equal(t, []string{"mmdebstrap", "qemu-system-x86"}, missingPackages(has))
	assert.Empty(t, missingPackages(func(string) bool { return true }))
}

func TestUnknownSuiteIsRefusedBeforeAnythingIsDone(t *testing.T) {
	_, err := Build("potato", io.Discard)
	assert.EqualError(t, err, `no suite "potato"; there are trixie, bookworm`)
}
