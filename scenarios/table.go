package scenarios

import (
	"maps"
	"slices"
	"strings"

	"rollsim/sim/spelling"
)

// table is a table of a file while it is read. Every key that is asked for is
// known; end reports the others.
type table struct {
	value
	m     map[string]any // nil: the file doesn't have the table
	known []string
}

// newTable returns x as a table.
func newTable(x value) (*table, bool) {
	m, ok := x.v.(map[string]any)
	if !ok {
		return &table{value: x}, x.mistyped("a table")
	}
	return &table{value: x, m: m}, true
}

// has reports whether t has key, without making it known.
func (t *table) has(key string) bool {
	_, ok := t.m[key]
	return ok
}

// notYet is what is wrong with a key of a feature to come.
const notYet = "this key is not supported yet; leave it out"

// take makes key known and returns its value, if t has it.
func (t *table) take(key string) (value, bool) {
	t.known = append(t.known, key)
	v, ok := t.m[key]
	x := value{t.d, join(t.path, key), v}
	if ok {
		t.d.written[x.path] = true
	}
	return x, ok
}

// read sets into to the value of key as parse reads it. Where t has no such
// key, or what it has is wrong, into stays as it is and the result is false.
func read[T any](t *table, key string, parse func(value) (T, bool), into *T) bool {
	x, ok := t.take(key)
	if !ok {
		return false
	}
	v, ok := parse(x)
	if ok {
		*into = v
	}
	return ok
}

// optional is read for tables that fail as a whole: it is false only when the
// value of key is wrong.
func optional[T any](t *table, key string, parse func(value) (T, bool), into *T) bool {
	return read(t, key, parse, into) || !t.has(key)
}

// required is read for a key that t must have.
func required[T any](t *table, key string, parse func(value) (T, bool), into *T) bool {
	if !t.has(key) {
		t.known = append(t.known, key)
		if !t.d.bad[t.path] { // else it is no table at all
			t.d.fail(join(t.path, key), "this key is missing; it has no default")
		}
		return false
	}
	return read(t, key, parse, into)
}

// pointer reads what is optional in the model.
func pointer[T any](parse func(value) (T, bool)) func(value) (*T, bool) {
	return func(x value) (*T, bool) {
		v, ok := parse(x)
		return &v, ok
	}
}

// sub returns the table that is t's key: an empty one where t has none.
func (t *table) sub(key string) *table {
	x, ok := t.take(key)
	if !ok {
		return &table{value: x}
	}
	s, _ := newTable(x)
	return s
}

// tables returns the tables of the array of tables that is t's key.
func (t *table) tables(key string) []*table {
	x, ok := t.take(key)
	if !ok {
		return nil
	}
	elements, ok := x.elements()
	if !ok {
		x.fail("%s; write a [[%s]] for each", describe(x.v), arrayName(x.path))
		return nil
	}
	var all []*table
	for _, e := range elements {
		if s, ok := newTable(e); ok {
			all = append(all, s)
		}
		t.d.written[e.path] = true
	}
	return all
}

// arrayName returns path without indices, as a header has it.
func arrayName(path string) string {
	var b strings.Builder
	for rest := path; rest != ""; {
		before, after, found := strings.Cut(rest, "[")
		b.WriteString(before)
		if !found {
			break
		}
		_, rest, _ = strings.Cut(after, "]")
	}
	return b.String()
}

// useless reports key, which t may not have because of why. Where what kind of
// thing t describes is wrong already, nobody knows, and nothing is reported.
func (t *table) useless(key, why string) {
	t.known = append(t.known, key)
	path := join(t.path, key)
	unclear := t.d.bad[join(t.path, "kind")] || t.d.bad[join(t.path, "do")]
	if t.has(key) && !unclear {
		t.d.failKey(path, "this key has no effect here: "+why+"; leave it out")
	}
}

// end reports the keys of t that nobody asked for, and returns whether there
// are none. Those in later are not supported yet.
func (t *table) end(later []string) bool {
	ok := true
	for _, key := range sortedKeys(t.m) {
		if slices.Contains(t.known, key) {
			continue
		}
		ok = false
		path := join(t.path, key)
		if slices.Contains(later, key) {
			t.d.failKey(path, notYet)
			continue
		}
		hint := "the keys here are " + strings.Join(slices.Sorted(slices.Values(t.known)), ", ")
		if near, found := nearest(key, t.known); found {
			hint = "did you mean " + near + "?"
		}
		t.d.failKey(path, "this key is unknown; "+hint)
	}
	return ok
}

// nearest returns the word in known that key may be a slip for: the nearest by its
// letters, or the longest that key goes on from, such as the name with its unit.
func nearest(key string, known []string) (string, bool) {
	best, word, start := len(key)/3+1, "", ""
	for _, k := range known {
		if len(k) > max(4, len(start)) && strings.HasPrefix(spelling.Plain(key), spelling.Plain(k)) {
			start = k
		}
		if d := spelling.Slip(key, k); d < best {
			best, word = d, k
		}
	}
	if start != "" && best > 0 {
		word = start
	}
	return word, word != ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
