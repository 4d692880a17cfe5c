package image

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func recipeOf(script string) fstest.MapFS {
	return fstest.MapFS{"recipe.sh": {Data: []byte(script)}, "files/etc/motd": {Data: []byte("hello\n")}}
}

func hashOf(t *testing.T, a artefact) string {
	t.Helper()
	hash, err := a.hash()
	require.NoError(t, err)
	return hash
}

func TestHashChangesWithTheSuiteTheRecipeAndWhatItNeeds(t *testing.T) {
	base := artefact{name: "cake", suite: "trixie", recipe: recipeOf("make it")}
	assert.Len(t, hashOf(t, base), 12)
	assert.Equal(t, hashOf(t, base), hashOf(t, artefact{name: "cake", suite: "trixie", recipe: recipeOf("make it")}))

	moved := fstest.MapFS{"recipe.sh": {Data: []byte("make it")}, "files/etc/issue": {Data: []byte("hello\n")}}
	for what, other := range map[string]artefact{
		"suite":        {name: "cake", suite: "bookworm", recipe: recipeOf("make it")},
		"recipe":       {name: "cake", suite: "trixie", recipe: recipeOf("make it otherwise")},
		"a file moved": {name: "cake", suite: "trixie", recipe: moved},
		"needs":        {name: "cake", suite: "trixie", recipe: recipeOf("make it"), needs: []artefact{base}},
	} {
		assert.NotEqual(t, hashOf(t, base), hashOf(t, other), what)
	}
}

func TestMachineRecipeDoesNotChangeNetworkManagers(t *testing.T) {
	whole := machine("trixie")
	changed := whole
	changed.recipe = recipeOf("make it")
	assert.NotEqual(t, hashOf(t, whole), hashOf(t, changed))
	assert.Equal(t, hashOf(t, whole.needs[0]), hashOf(t, changed.needs[0]))
}

func TestArtefactIsMadeOnceAfterWhatItNeeds(t *testing.T) {
	needsRoot(t)
	cache, words := t.TempDir(), &bytes.Buffer{}
	dough := artefact{name: "dough", suite: "trixie", recipe: recipeOf(`echo "dough"; echo flour >"$2/dough"`)}
	cake := artefact{name: "cake", suite: "trixie", recipe: recipeOf(`echo "cake of $1"; cat "$3/dough" "$(dirname "$0")/files/etc/motd" >"$2/cake"`), needs: []artefact{dough}}
	for range 2 {
		dir, err := cake.in(cache, words)
		require.NoError(t, err)
		text, err := os.ReadFile(filepath.Join(dir, "cake"))
		require.NoError(t, err)
		assert.Equal(t, "flour\nhello\n", string(text))
	}
	assert.Equal(t, "dough\ncake of trixie\n", words.String())
}

func TestFailedRecipeLeavesNothingToBeFound(t *testing.T) {
	needsRoot(t)
	broken := artefact{name: "cake", suite: "trixie", recipe: recipeOf("exit 3")}
	for range 2 {
		_, err := broken.in(t.TempDir(), &bytes.Buffer{})
		assert.EqualError(t, err, "building cake: exit status 3")
	}
}

func TestWhatARecipeMountsEndsWithIt(t *testing.T) {
	needsRoot(t)
	cake := artefact{name: "cake", suite: "trixie", recipe: recipeOf(`mkdir "$2/plate" && mount -t tmpfs plate "$2/plate" && touch "$2/plate/crumb"`)}
	dir, err := cake.in(t.TempDir(), &bytes.Buffer{})
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(dir, "plate", "crumb"))
}

func TestWhatNobodyAsksForIsForgottenAndNothingElse(t *testing.T) {
	needsRoot(t)
	cache := t.TempDir()
	inUse := "trixie-aaaaaaaaaaaa"
	others := []string{"bookworm-0123456789ab", "networkmanager-trixie-0123456789ab", "results", "trixie-notes", inUse}
	longAgo := time.Now().Add(-2 * unused)
	for _, name := range append(others, "trixie-0123456789ab", "trixie-ba9876543210.half") {
		require.NoError(t, os.Mkdir(filepath.Join(cache, name), 0o755))
		require.NoError(t, os.Chtimes(filepath.Join(cache, name), longAgo, longAgo))
	}
	require.NoError(t, os.Chtimes(filepath.Join(cache, inUse), time.Now(), time.Now()))
	dir, err := artefact{name: "trixie", suite: "trixie", recipe: recipeOf("true")}.in(cache, &bytes.Buffer{})
	require.NoError(t, err)
	var names []string
	entries, err := os.ReadDir(cache)
	require.NoError(t, err)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	assert.ElementsMatch(t, append(others, filepath.Base(dir)), names)
}

// needsRoot skips where recipes are refused.
func needsRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	if os.Getenv("BONDCTL_NO_SKIP") == "1" {
		t.Fatal("recipes run as root")
	}
	t.Skip("recipes run as root")
}
