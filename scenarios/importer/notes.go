package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Weight says how much a note matters. Heavier notes come first.
type Weight uint8

const (
	decisive Weight = iota // changes what a run shows: look at it before believing a number
	rough                  // approximated
	ignored                // has no effect here
)

// String returns the heading under which notes of the weight stand.
func (w Weight) String() string {
	return [...]string{
		"look at these before you believe a number",
		"approximated or left out",
		"without effect on a run",
	}[w]
}

// A subject is whom a note concerns. Names are kept apart from the text, so
// that they can be hashed.
type subject struct {
	kind            string // node, pool, pod, workload, budget, cluster, file
	namespace, name string
}

// notes collects notes and groups those that say the same, so that 500 pods
// make one line.
type notes struct {
	groups []*group
	byText map[text]*group
}

// text is what the notes of a group have in common.
type text struct {
	weight             Weight
	kind, key, message string
}

type group struct {
	text
	subjects []subject
	seen     map[subject]bool
}

// add notes that a field of s, named by its key, isn't in the scenario as it
// was. The message must not hold names.
func (n *notes) add(w Weight, s subject, key, message string) {
	t := text{w, s.kind, key, message}
	g := n.byText[t]
	if g == nil {
		g = &group{text: t, seen: map[subject]bool{}}
		if n.byText == nil {
			n.byText = map[text]*group{}
		}
		n.byText[t] = g
		n.groups = append(n.groups, g)
	}
	if !g.seen[s] {
		g.seen[s] = true
		g.subjects = append(g.subjects, s)
	}
}

// list returns the notes, heaviest first, otherwise in the order of their
// first subject. The names are what rename makes of them.
func (n *notes) list(rename func(subject) string) []Note {
	slices.SortStableFunc(n.groups, func(a, b *group) int { return cmp.Compare(a.weight, b.weight) })
	list := make([]Note, len(n.groups))
	for i, g := range n.groups {
		list[i] = Note{Subject: g.subject(rename), Count: len(g.subjects), Key: g.key, Message: g.message, Weight: g.weight}
	}
	return list
}

// shown is how many names a note spells out.
const shown = 3

func (g *group) subject(rename func(subject) string) string {
	var names []string
	for _, s := range g.subjects[:min(len(g.subjects), shown)] {
		if name := rename(s); name != "" {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return g.kind
	case len(g.subjects) == 1:
		return g.kind + " " + names[0]
	case len(g.subjects) > shown:
		names = append(names, "...")
	}
	return fmt.Sprintf("%d %ss (%s)", len(g.subjects), g.kind, strings.Join(names, ", "))
}

// plain is the name of a subject as it is in the input.
func plain(s subject) string {
	if s.namespace == "" {
		return s.name
	}
	return s.namespace + "/" + s.name
}
