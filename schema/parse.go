package schema

import (
	"bytes"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// parse reads the syntax of all files, and stops only after the last.
func parse(sources []Source) (hcl.Body, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	var bodies []hcl.Body
	for _, source := range sources {
		parts, fileDiags := parseFile(source)
		diags = append(diags, fileDiags...)
		bodies = append(bodies, parts...)
	}
	if len(bodies) == 1 {
		return bodies[0], diags
	}
	return hcl.MergeBodies(bodies), diags
}

// pieceSize is about how much of a large file is parsed at a time.
const pieceSize = 128 << 10

// parseFile parses a large file in pieces, side by side. HCL's parser holds
// the tokens of all that it is given, which for ten thousand bonds are some
// hundred megabytes. A piece that is cut in the wrong place (within a heredoc
// or a comment) is not valid by itself, and then the file is parsed whole.
func parseFile(source Source) ([]hcl.Body, hcl.Diagnostics) {
	pieces := cut(source.Bytes)
	bodies := make([]hcl.Body, len(pieces))
	findings := make([]hcl.Diagnostics, len(pieces))
	inParallel(len(pieces), func(i int) { bodies[i], findings[i] = parsePiece(source.Name, pieces[i]) })
	diags := slices.Concat(findings...)
	if len(pieces) > 1 && diags.HasErrors() {
		body, diags := parsePiece(source.Name, piece{text: source.Bytes, start: hcl.InitialPos})
		return []hcl.Body{body}, diags
	}
	return bodies, diags
}

// inParallel calls do for 0 to n-1, on each processor one at a time.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

func parsePiece(name string, p piece) (hcl.Body, hcl.Diagnostics) {
	file, diags := hclsyntax.ParseConfig(p.text, name, p.start)
	return file.Body, diags
}

// piece is a run of whole lines of a file.
type piece struct {
	text  []byte
	start hcl.Pos
}

// cut parts a text after lines that begin with a closing brace: as people and
// fmt write documents, those end the outermost blocks.
func cut(text []byte) []piece {
	var pieces []piece
	start := hcl.InitialPos
	for len(text) > pieceSize {
		end := bytes.Index(text[pieceSize:], []byte("\n}\n"))
		if end < 0 {
			break
		}
		end += pieceSize + len("\n}\n")
		pieces = append(pieces, piece{text: text[:end], start: start})
		start.Line += bytes.Count(text[:end], []byte("\n"))
		start.Byte += end
		text = text[end:]
	}
	return append(pieces, piece{text: text, start: start})
}
