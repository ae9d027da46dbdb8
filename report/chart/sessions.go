package chart

import (
	"fmt"
	"strings"
)

// sessionTitle is of an upgrade that takes several evenings, or maintenance
// windows: how long each is, and which pools wait for the last one.
func (f *facts) sessionTitle(h *heading) {
	all := f.t.Run.Sessions
	lengths := make([]string, len(all))
	for i, s := range all {
		lengths[i] = span(s.Length())
	}
	h.title = fmt.Sprintf("%s in %s sessions of %s%s", f.renewal(), inWords(len(all)), listed(lengths), f.pace())
	if late, wait := f.t.Run.Latecomers(); len(late) > 0 {
		h.verdict = orange
		h.title = fmt.Sprintf("%s in %s sessions: %s %s for %s", f.renewal(), inWords(len(all)), latePools(late), span(wait), ordinal(len(all)))
	}
	h.remedy = f.sessionWords()
}

// latePools is "pool “data” waits", with its verb.
func latePools(names []string) string {
	pools := make([]string, len(names))
	for i, n := range names {
		pools[i] = quotedOf(n, 3)
	}
	if len(pools) == 1 {
		return "pool " + pools[0] + " waits"
	}
	return "pools " + listed(pools) + " wait"
}

// ordinal is "the second" session.
func ordinal(n int) string {
	if words := []string{"", "the first", "the second", "the third", "the fourth", "the fifth"}; n < len(words) {
		return words[n]
	}
	return "the last"
}

// sessionWords says when the sessions are; empty for a run of one.
func (f *facts) sessionWords() string {
	all := f.t.Run.Sessions
	if len(all) < 2 {
		return ""
	}
	a := f.axis(0, 1)
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = a.clock(s.From) + " to " + a.clock(s.To)
		if a.dated {
			parts[i] = fmt.Sprintf("%s for %s", a.clock(s.From), span(s.Length()))
		}
	}
	return sentence("Upgrading: " + strings.Join(parts, "; "))
}
