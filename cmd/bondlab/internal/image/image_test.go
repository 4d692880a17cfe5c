package image

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMissingPackagesAreNamedAsDebianNamesThem(t *testing.T) {
	has := func(program string) bool { return program == "mke2fs" }
	assert.Equal(t, []string{"mmdebstrap"}, missingPackages(has))
	assert.Empty(t, missingPackages(func(string) bool { return true }))
}

func TestUnknownSuiteIsRefusedBeforeAnythingIsDone(t *testing.T) {
	_, err := Build("potato", io.Discard)
	assert.EqualError(t, err, `no suite "potato"; there are trixie, bookworm`)
}
