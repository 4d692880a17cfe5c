package cli

import "errors"

// The exit codes, never reused; `bondctl help exit-codes` shows them.
const (
	codeDone        = 0
	codeError       = 1
	codeDifferences = 2
	codeInvalid     = 3
	codeRolledBack  = 4
	codeIncomplete  = 5
	codeLocked      = 6
)

const exitCodes = `What bondctl's exit status says:

  0  done, or nothing to do
  1  error; nothing was changed
  2  differences: of plan --detailed-exitcode, generate --check, fmt --check
  3  the document is invalid, or the backend cannot say all of it
  4  the change failed and was rolled back: all is as it was
  5  the rollback is incomplete: hands are needed
  6  a transaction is open: another's, or this one, which is left to its guard`

// exitError is an error that decides the exit code. Without a cause, all that there
// is to say has been said.
type exitError struct {
	code  int
	cause error
}

func (e exitError) Error() string {
	if e.cause == nil {
		return "done"
	}
	return e.cause.Error()
}

func (e exitError) Unwrap() error { return e.cause }

// codeOf gives the exit code for what a command returned, and what is left to say.
func codeOf(err error) (int, error) {
	var e exitError
	switch {
	case err == nil:
		return codeDone, nil
	case errors.As(err, &e):
		return e.code, e.cause
	}
	return codeError, err
}
