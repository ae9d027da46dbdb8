package main

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"rollsim/scenarios"
)

// TestReadmeNamesTests holds that every test that the README names exists, and
// every transcript, so that its table of behaviours leads somewhere.
func TestReadmeNamesTests(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, transcripts := testsOfTheHouse(t)
	named := 0
	for _, row := range strings.Split(string(readme), "\n") {
		for _, m := range regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(row, -1) {
			named++
			if !tests[m[1]] {
				t.Errorf("README.md names %s, which no test file has", m[1])
			}
		}
		_, after, found := strings.Cut(row, "ranscript")
		if !found {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z_]+)(\\*?)`").FindAllStringSubmatch(after, -1) {
			named++
			if !hasTranscript(transcripts, m[1], m[2] == "*") {
				t.Errorf("README.md names transcript %s%s, which isn't there", m[1], m[2])
			}
		}
	}
	if named == 0 {
		t.Error("README.md names no test")
	}
}

func hasTranscript(transcripts []string, name string, prefix bool) bool {
	for _, x := range transcripts {
		if x == name || prefix && strings.HasPrefix(x, name) {
			return true
		}
	}
	return false
}

// testsOfTheHouse returns the names of all tests, and of all files in testdata
// folders without their ending.
func testsOfTheHouse(t *testing.T) (tests map[string]bool, transcripts []string) {
	t.Helper()
	tests = map[string]bool{}
	function := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		case strings.Contains(name, "/testdata/"):
			transcripts = append(transcripts, strings.TrimSuffix(d.Name(), ".txt"))
		case strings.HasSuffix(name, "_test.go"):
			text, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			for _, m := range function.FindAllStringSubmatch(string(text), -1) {
				tests[m[1]] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests, transcripts
}

// TestReadmeListsLibrary holds that the README's table of scenarios has a row for
// each scenario of the library.
func TestReadmeListsLibrary(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range scenarios.Library() {
		if !strings.Contains(string(readme), "\n| "+entry.Name+" | ") {
			t.Errorf("README.md has no row for library scenario %s", entry.Name)
		}
	}
}
