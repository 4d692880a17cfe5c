// Package sh runs the programs of the test machine, and waits for what they bring about.
package sh

import (
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// Do runs a command line; the words are separated by single blanks.
func Do(format string, args ...any) error {
	_, err := Out(strings.Fields(fmt.Sprintf(format, args...))...)
	return err
}

// Out runs a command and gives what it prints; an error has that as well.
func Out(args ...string) (string, error) {
	output, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return string(output), fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return string(output), nil
}

// Batch has one ip(8) run commands in a namespace; without a name, in this one.
func Batch(namespace string, commands ...string) error {
	args := []string{"ip"}
	if namespace != "" {
		args = append(args, "-n", namespace)
	}
	cmd := exec.Command(args[0], append(args[1:], "-batch", "-")...)
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}

// Background starts a program that goes on by itself.
func Background(args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", strings.Join(args, " "), err)
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

// All runs command lines until one fails.
func All(lines ...string) error {
	for _, line := range lines {
		if err := Do("%s", line); err != nil {
			return err
		}
	}
	return nil
}

// Patience is how long a guest under emulation is given for what takes a
// real machine a few seconds.
const Patience = 120 * time.Second

// Until waits until check has nothing to complain about, and gives its last
// complaint when the time is over.
func Until(limit time.Duration, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
