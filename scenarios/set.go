package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Set gives key a value as if the file had it. The key addresses elements by
// name: node_pool.web.max_surge, workload.storefront.replicas, cluster.rules,
// strategy."v1.30 by hand".to; elements without a name by their number from 0:
// gate.0.value. Quotes are for names with dots. The value is taken as TOML where
// it is TOML, else as text. An error says that key addresses nothing; what is
// wrong with the value is for Model to say.
func (s *Scenario) Set(key, value string) error {
	parts, err := splitKey(key)
	if err == nil {
		err = s.assign(parts, key, value)
	}
	if err != nil {
		return fmt.Errorf("%s%s: %w", setPrefix, key, err)
	}
	return nil
}

// collections are the keys of arrays of tables.
var collections = []string{"maintenance_configuration", "snapshot", "node_pool", "nodes", "workload", "topology_spread", "pod_affinity", "pod_anti_affinity", "pdb", "strategy", "operation", "gate", "node_crash"}

// assign walks to the table that has the last of parts and sets it there.
func (s *Scenario) assign(parts []string, key, text string) error {
	m, path := s.doc, ""
	for len(parts) > 1 {
		part := parts[0]
		parts, path = parts[1:], join(path, part)
		switch v := m[part].(type) {
		case map[string]any:
			m = v
		case nil:
			if slices.Contains(collections, part) {
				return fmt.Errorf("the scenario has no [[%s]]", arrayName(path))
			}
			next := map[string]any{}
			m[part], m = next, next
			s.set[path] = key
		default:
			elements, ok := (value{path: path, v: v}).elements()
			if !ok {
				return fmt.Errorf("%s is not a table, so there is no %s in it", path, parts[0])
			}
			e, err := choose(elements, part, parts[0])
			if err != nil {
				return err
			}
			if parts = parts[1:]; len(parts) == 0 {
				return errors.New("this is a whole table; add the key to set")
			}
			m, path = e.v.(map[string]any), e.path
		}
	}
	m[parts[0]] = parseSet(text)
	s.replaced(join(path, parts[0]), key)
	return nil
}

// choose returns the table among elements that is called name, or whose number
// that is.
func choose(elements []value, collection, name string) (value, error) {
	var names []string
	for _, e := range elements {
		t, _ := e.v.(map[string]any)
		if n, ok := t["name"].(string); ok {
			if n == name {
				return e, nil
			}
			names = append(names, quote(n))
		}
	}
	if i, err := strconv.Atoi(name); err == nil && 0 <= i && i < len(elements) {
		if _, isTable := elements[i].v.(map[string]any); isTable {
			return elements[i], nil
		}
	}
	if len(names) == 0 {
		return value{}, fmt.Errorf("%s has no %s; write a number below %d", collection, quote(name), len(elements))
	}
	return value{}, fmt.Errorf("no %s is called %s; there is %s", collection, quote(name), alternatives(names))
}

// replaced notes that what the file has at path counts no longer.
func (s *Scenario) replaced(path, key string) {
	maps.DeleteFunc(s.places, func(p string, _ span) bool { return within(p, path) })
	maps.DeleteFunc(s.set, func(p, _ string) bool { return within(p, path) })
	s.set[path] = key
}

// parseSet reads a value of the command line.
func parseSet(text string) any {
	const key = "value"
	var doc map[string]any
	line := key + " = " + text
	if _, _, err := locate([]byte(line)); err != nil {
		return text
	}
	if err := toml.Unmarshal([]byte(line), &doc); err != nil || len(doc) != 1 {
		return text
	}
	switch v := doc[key].(type) {
	case string, []any, []map[string]any, map[string]any:
		return v
	default:
		return override{v, text}
	}
}

// splitKey takes a key apart at its dots. Parts may be quoted, and may end in a
// number in brackets, which is a part of its own.
func splitKey(key string) ([]string, error) {
	broken := errors.New("this is not a key; write one such as node_pool.web.max_surge")
	var parts []string
	for rest := key; ; {
		part, after, err := firstPart(rest)
		if err != nil || part == "" {
			return nil, broken
		}
		parts = append(parts, part)
		if number, tail, ok := strings.Cut(after, "]"); ok && strings.HasPrefix(number, "[") {
			parts = append(parts, number[1:])
			after = tail
		}
		if after == "" {
			return parts, nil
		}
		if after[0] != '.' {
			return nil, broken
		}
		rest = after[1:]
	}
}

// firstPart returns the part that key begins with, without its quotes, and what
// comes after it.
func firstPart(key string) (part, rest string, err error) {
	switch {
	case strings.HasPrefix(key, `"`):
		quoted, err := strconv.QuotedPrefix(key)
		if err != nil {
			return "", "", err
		}
		part, err = strconv.Unquote(quoted)
		return part, key[len(quoted):], err
	case strings.HasPrefix(key, "'"):
		part, rest, ok := strings.Cut(key[1:], "'")
		if !ok {
			return "", "", errors.New("a quote is missing")
		}
		return part, rest, nil
	}
	if i := strings.IndexAny(key, ".["); i >= 0 {
		return key[:i], key[i:], nil
	}
	return key, "", nil
}
