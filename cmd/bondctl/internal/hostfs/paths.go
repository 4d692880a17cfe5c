package hostfs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"strings"
)

const (
	// temporaryMark stands between a target's name and the random end of a temporary's.
	temporaryMark = ".bondctl-"
	// randomLength is that of rand.Text.
	randomLength = 26
	// stemLength keeps a temporary's name within NAME_MAX, 255 bytes.
	stemLength = 255 - len("."+temporaryMark) - randomLength
)

// checkPath insists on the one spelling of an absolute path, so that two spellings cannot hide that one
// file is meant twice.
func checkPath(p string) error {
	switch {
	case !path.IsAbs(p):
		return errors.New("the path is not absolute: begin it with / as seen in the target")
	case p == "/":
		return errors.New("the path is the root directory: name a file below it")
	case path.Clean(p) != p:
		return fmt.Errorf("the path has empty, . or .. elements: write %s if that is meant", path.Clean(p))
	case strings.ContainsRune(p, 0):
		return errors.New("the path contains a NUL byte: remove it")
	}
	return nil
}

// checkDistinct refuses a path given twice, and one that would have to be file and directory at once.
func checkDistinct(paths []string) error {
	seen := make(map[string]bool, len(paths))
	for _, p := range paths {
		if seen[p] {
			return fmt.Errorf("%s is given twice: give it once", p)
		}
		seen[p] = true
	}
	for _, p := range paths {
		for up := path.Dir(p); up != "/"; up = path.Dir(up) {
			if seen[up] {
				return fmt.Errorf("%s cannot be a file while %s lies below it: give one of the two", up, p)
			}
		}
	}
	return nil
}

// stem is the part of a target's name that its temporaries carry.
func stem(name string) string {
	return name[:min(len(name), stemLength)]
}

// temporaryName is a fresh name beside name. The leading dot hides it from ifupdown, NetworkManager and
// every *.conf, *.yaml and *.network pattern; the end cannot be guessed and so not be occupied.
func temporaryName(name string) string {
	return "." + stem(name) + temporaryMark + rand.Text()
}

// temporaryOf gives the stem that a temporary's name was made from.
func temporaryOf(name string) (string, bool) {
	end := len(name) - randomLength
	if end < 0 || !strings.HasPrefix(name, ".") {
		return "", false
	}
	return strings.CutSuffix(name[1:end], temporaryMark)
}
