package guest

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// runScript runs one script outside go test; its transcript goes to the results.
func runScript(transcript string, params testscript.Params) error {
	t := &runner{}
	testscript.RunT(t, params)
	if err := os.WriteFile(transcript, []byte(t.log.String()), 0o600); err != nil {
		return fmt.Errorf("writing the transcript: %w", err)
	}
	if t.failed {
		return errors.New(lastFailure(t.log.String()))
	}
	return nil
}

// lastFailure finds the words of the failure in a transcript.
func lastFailure(transcript string) string {
	failure := "it failed without a word"
	for line := range strings.Lines(transcript) {
		if _, words, ok := strings.Cut(line, "FAIL: "); ok {
			failure = strings.TrimSpace(words)
		}
	}
	return failure
}

// runner stands in for *testing.T: it runs one script to its end or failure.
type runner struct {
	log    strings.Builder
	failed bool
}

func (r *runner) Run(_ string, script func(testscript.T)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		script(r)
	}()
	<-done
}

func (r *runner) Log(args ...any) { _, _ = fmt.Fprintln(&r.log, args...) }

// FailNow ends the script: its goroutine, as package testing does it.
func (r *runner) FailNow() {
	r.failed = true
	runtime.Goexit()
}

func (r *runner) Fatal(args ...any) {
	r.Log(args...)
	r.FailNow()
}

// Skip fails: here nothing is skipped.
func (r *runner) Skip(args ...any) { r.Fatal(args...) }

func (*runner) Parallel()     {}
func (*runner) Verbose() bool { return true }
