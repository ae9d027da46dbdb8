package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"rollsim/sim/model"
)

// The tests of this file hold what the table of keys says of a key, and so the
// reference made of it, against what the loader and the model do with it. Each
// takes the key where a file of testdata/valid has it, and writes another value.

// occurrence is a key in a file.
type occurrence struct {
	in   *Scenario
	path string // with indices
}

// occurrences returns where the files of testdata/valid have each key.
func occurrences(t *testing.T) map[string][]occurrence {
	t.Helper()
	all := map[string][]occurrence{}
	loaded := files(t, "valid/*.toml")
	for _, name := range sortedKeys(loaded) {
		s, err := Load(name, loaded[name])
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range slices.Sorted(maps.Keys(s.decode().written)) {
			key := withoutIndices(path)
			all[key] = append(all[key], occurrence{s, path})
		}
	}
	return all
}

// with calls f while the file has another value of the key, or while it lacks it
// where the value is "".
func (o occurrence) with(t *testing.T, value string, f func()) {
	t.Helper()
	in, key := walk(t, o.in.doc, o.path)
	was := in[key]
	defer func() { in[key] = was }()
	delete(in, key)
	if value != "" {
		var v map[string]any
		if err := toml.Unmarshal([]byte("v = "+value), &v); err != nil {
			t.Fatalf("%s = %s: %v", o.path, value, err)
		}
		in[key] = v["v"]
	}
	f()
}

// walk returns the table that path is in, and its last segment.
func walk(t *testing.T, doc map[string]any, path string) (map[string]any, string) {
	t.Helper()
	var at any = doc
	segments := strings.Split(path, ".")
	for _, segment := range segments[:len(segments)-1] {
		name, indices, _ := strings.Cut(segment, "[")
		at = at.(map[string]any)[name]
		for _, index := range strings.FieldsFunc(indices, func(r rune) bool { return r == '[' || r == ']' }) {
			i, err := strconv.Atoi(index)
			if err != nil {
				t.Fatal(path)
			}
			switch list := at.(type) {
			case []any:
				at = list[i]
			case []map[string]any:
				at = list[i]
			}
		}
	}
	return at.(map[string]any), segments[len(segments)-1]
}

// said returns what is wrong with another value of the key, by file and model:
// about the key itself, and about what is around or inside it.
func (o occurrence) said(t *testing.T, value string) (own, near []string) {
	o.with(t, value, func() {
		_, _, err := o.in.Model()
		list, _ := err.(ErrorList)
		for _, d := range list {
			switch {
			case d.Path == o.path:
				own = append(own, d.Message)
			case strings.HasPrefix(d.Path, o.path) || strings.HasPrefix(o.path, d.Path):
				near = append(near, d.Message)
			}
		}
	})
	return own, near
}

// TestDefaultsAreWhatTheySay: the default that the table of keys gives, written
// out, changes nothing. One that depends on other keys doesn't stand alone.
func TestDefaultsAreWhatTheySay(t *testing.T) {
	at := occurrences(t)
	for _, k := range model.Keys() {
		if k.Value == "" || k.Otherwise != "" {
			continue
		}
		for _, o := range at[k.Path] {
			var left, given *decoder
			o.with(t, "", func() { left = o.in.decode() })
			o.with(t, k.Value, func() { given = o.in.decode() })
			if diff := cmp.Diff(left.spec, given.spec, sameSpec); diff != "" || len(left.findings) != len(given.findings) {
				t.Errorf("%s = %s isn't the default: (-left out +given)\n%s%v", k.Path, k.Value, diff, given.findings)
			}
		}
	}
}

// TestKindsAreWhatTheySay: what the explanation of a kind gives as its example can
// be written for every key of that kind.
func TestKindsAreWhatTheySay(t *testing.T) {
	at := occurrences(t)
	example := map[model.Kind]string{}
	for _, i := range model.Kinds {
		example[i.Kind] = i.Example
	}
	for _, k := range model.Keys() {
		value := example[k.Kind]
		if value == "" || k.Least != "" && k.Least == k.Most {
			continue
		}
		for _, o := range at[k.Path] {
			o.with(t, value, func() {
				for _, f := range o.in.decode().findings {
					if strings.HasPrefix(f.Path, o.path) {
						t.Errorf("%s is %q, such as %s: %s", o.path, k.Kind, value, f.Message)
					}
				}
			})
		}
	}
}

// TestChoicesAreWhatTheySay: the loader takes the values that the table lists and,
// for another, says that it takes these. Where what a key takes depends on what is
// around it, all its places together take all.
func TestChoicesAreWhatTheySay(t *testing.T) {
	at := occurrences(t)
	for _, k := range model.Keys() {
		if len(k.Values) == 0 {
			continue
		}
		takes := map[string]bool{}
		for _, o := range at[k.Path] {
			own, near := o.said(t, `"no such value"`)
			for _, message := range append(own, near...) {
				for i, word := range strings.Split(message, `"`) {
					if i%2 == 1 && word != "no such value" {
						takes[word] = true
					}
				}
			}
		}
		got, want := sortedKeys(takes), slices.Sorted(slices.Values(k.Values))
		if !slices.Equal(got, want) {
			t.Errorf("%s takes %q, and the table has %q", k.Path, got, want)
		}
	}
}

// TestRangesAreWhatTheySay: both ends of a key's range are taken in some place, for
// elsewhere they may be wrong beside others, and what is right beyond them in none.
func TestRangesAreWhatTheySay(t *testing.T) {
	at := occurrences(t)
	for _, k := range model.Keys() {
		for _, end := range []struct {
			value string
			step  int
		}{{k.Least, -1}, {k.Most, 1}, {k.LeastShare, -1}, {k.MostShare, 1}} {
			if end.value == "" {
				continue
			}
			var why []string
			taken := false
			for _, o := range at[k.Path] {
				own, _ := o.said(t, end.value)
				taken, why = taken || len(own) == 0, append(why, own...)
				next, ok := beyond(end.value, end.step)
				if own, near := o.said(t, next); ok && len(own)+len(near) == 0 {
					t.Errorf("%s = %s: out of range, and nothing is said", o.path, next)
				}
			}
			if !taken {
				t.Errorf("%s = %s: in range, and %q", k.Path, end.value, why)
			}
		}
	}
}

// beyond returns the value one step off; ok is false where it can't be written.
func beyond(value string, step int) (next string, ok bool) {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return strconv.FormatInt(n+int64(step), 10), true
	}
	if f, err := strconv.ParseFloat(value, 64); err == nil {
		return strconv.FormatFloat(f+float64(step)/100, 'f', 2, 64), true
	}
	text := strings.Trim(value, `"`)
	if d, err := time.ParseDuration(text); err == nil {
		return strconv.Quote((d + time.Duration(step)).String()), true
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(text, "%")); err == nil && strings.HasSuffix(text, "%") {
		return fmt.Sprintf(`"%d%%"`, n+step), true
	}
	return "", false
}

// TestOnlyKnownKeysAreTaken: what the files of testdata/valid have is in the table
// of keys, which then is all that the loader takes; TestEveryKeyIsReadBack holds
// the other way.
func TestOnlyKnownKeysAreTaken(t *testing.T) {
	keys := map[string]model.Kind{}
	for _, k := range model.Keys() {
		keys[k.Path] = k.Kind
	}
	for path, at := range occurrences(t) {
		if _, known := keys[path]; known {
			continue
		}
		if up := keys[parent(path)]; strings.HasPrefix(string(up), "table of ") || strings.Contains(string(up), "distribution") || strings.HasSuffix(string(up), "conditions") || up == "selector" {
			continue // the scenario's own names, or explained with the kind
		}
		if !strings.HasPrefix(path, "node_pool.timing") && !isTable(path) {
			t.Errorf("%s: %s is written, and the table of keys doesn't have it", at[0].in.Name, path)
		}
	}
}

// isTable reports whether the table of keys has keys below path.
func isTable(path string) bool {
	return slices.ContainsFunc(model.Keys(), func(k model.Key) bool { return strings.HasPrefix(k.Path, path+".") })
}
