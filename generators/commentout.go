package generators

import "bytes"

// The marks around lines that were commented out when links were taken over,
// for files whose comments begin with "#". Who deletes the marks and the sign
// that begins each line between them has the file as it was.
const (
	takenBegin = "# >>> Taken over by bondctl: to undo, delete this mark, the next one, and each first # between them.\n"
	takenEnd   = "# <<< Taken over by bondctl.\n"
)

// Lines is a run of lines of a file, counted from 1, with both ends.
type Lines struct{ First, Last int }

// CommentOut makes comments of runs of lines and puts marks around each. All
// other lines stay as they are.
func CommentOut(content []byte, runs []Lines) []byte {
	var out bytes.Buffer
	number, inside := 0, false
	for line := range bytes.Lines(content) {
		number++
		taken := covered(runs, number)
		if taken != inside {
			out.WriteString(map[bool]string{true: takenBegin, false: takenEnd}[taken])
		}
		if taken {
			out.WriteByte('#')
		}
		out.Write(line)
		inside = taken
	}
	if inside {
		if !bytes.HasSuffix(content, []byte("\n")) {
			out.WriteByte('\n')
		}
		out.WriteString(takenEnd)
	}
	return out.Bytes()
}

func covered(runs []Lines, number int) bool {
	for _, run := range runs {
		if run.First <= number && number <= run.Last {
			return true
		}
	}
	return false
}
