package main

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeSessions plays every command that the README shows with its output,
// in a block that begins with "$ rollsim", and wants that output. The flag
// -update writes what comes out into the README.
func TestReadmeSessions(t *testing.T) {
	const name, begin, end = "../../README.md", "\n```\n$ rollsim ", "```\n"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(data), begin)
	if len(parts) < 2 {
		t.Fatal("README.md shows no session")
	}
	for i, part := range parts[1:] {
		session, after, closed := strings.Cut(part, end)
		command, want, ok := strings.Cut(session, "\n")
		if !closed || !ok {
			t.Fatalf("a session of README.md has no end:\n%s", part)
		}
		code, got, messages := call(strings.Fields(command)...)
		if code != exitOK {
			t.Errorf("%s: exit code %d\n%s", command, code, messages)
		}
		if got != want && !*update {
			t.Errorf("%s: README.md is out of date; -update writes it anew. Got\n%s", command, got)
		}
		parts[i+1] = command + "\n" + got + end + after
	}
	if *update {
		if err := os.WriteFile(name, []byte(strings.Join(parts, begin)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
