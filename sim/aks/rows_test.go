package aks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// row is a statement of AKS's documentation about upgrades, and the transcripts that show it.
type row struct {
	about string   // section, and the statement in a few words
	shown []string // transcripts of testdata; with a slash, a test file of another room
	none  string   // why there is none; empty where there is one
}

// TestRows holds what AKS documents of the rolling algorithm and of refusals against the transcripts: every row has
// one or a reason why not, and every transcript has a row.
func TestRows(t *testing.T) {
	var used []string
	for _, r := range slices.Concat(rollingRows, versionRows, concurrencyRows) {
		if (len(r.shown) == 0) == (r.none == "") {
			t.Errorf("%s: has transcripts and a reason for none, or neither", r.about)
		}
		for _, name := range r.shown {
			path := filepath.Join("testdata", name)
			if strings.Contains(name, "/") {
				path = filepath.Join("..", name)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %v", r.about, err)
			}
			used = append(used, name)
		}
	}
	for name := range transcripts(t) {
		if !slices.Contains(used, name) && !slices.ContainsFunc(rules.Catalogue, func(e rules.Error) bool { return slices.Contains(shownIn(t, e.Code), name) }) {
			t.Errorf("%s: shows no row", name)
		}
	}
}

// TestCatalogue holds AKS's error catalogue against the rules and the transcripts:
// every code that is said to occur is shown, no other is, and no rule has a code
// that the catalogue lacks.
func TestCatalogue(t *testing.T) {
	for _, e := range rules.Catalogue {
		shown := shownIn(t, e.Code)
		switch e.When {
		case rules.Nowhere:
			if e.Why == "" || len(shown) > 0 {
				t.Errorf("%s: occurs nowhere for no reason, or is shown in %v", e.Code, shown)
			}
		default:
			if e.Why != "" || len(shown) == 0 {
				t.Errorf("%s: no transcript shows it", e.Code)
			}
		}
	}
	for _, profile := range model.Profiles {
		for _, r := range rules.Rules(profile) {
			if !slices.ContainsFunc(rules.Catalogue, func(e rules.Error) bool { return e.Code == r.Code && e.When == rules.AtSubmit }) {
				t.Errorf("%s: rule %s of %s gives it, and the catalogue lacks it", r.Code, r.ID, profile)
			}
		}
	}
}

// TestOptionsAreShown: every value of an option but the default is set in a
// transcript, by whose name it is found; the default is what all others have.
func TestOptionsAreShown(t *testing.T) {
	var all strings.Builder
	for _, room := range []string{"aks", "strategy", "kube"} {
		err := filepath.WalkDir(filepath.Join("..", room, "testdata"), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range model.OptionTable {
		for _, value := range x.Values[1:] {
			inScenario, inComment := fmt.Sprintf("\n%s = %q\n", x.Key, value), fmt.Sprintf("# With option %s %s ", x.Key, value)
			if !strings.Contains(all.String(), inScenario) && !strings.Contains(all.String(), inComment) {
				t.Errorf("%s = %q: no transcript has it", x.Key, value)
			}
		}
	}
}

// transcripts returns the transcripts of testdata by name.
func transcripts(t *testing.T) map[string]string {
	t.Helper()
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join("testdata", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = string(text)
	}
	return all
}

// shownIn returns the transcripts in which an answer or the end of an operation
// has a code.
func shownIn(t *testing.T, code string) []string {
	var names []string
	for name, text := range transcripts(t) {
		if strings.Contains(text, fmt.Sprintf(": %s: ", code)) {
			names = append(names, name)
		}
	}
	return names
}
