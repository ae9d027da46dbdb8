package report

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rollsim/sim/metrics"
	"rollsim/sim/spelling"
)

// Span spells a duration for people: 40ms, 1.5s, 41s, 12m04s, 3h05m, 2d07h10m.
func Span(d time.Duration) string { return spelling.Span(d) }

// instant spells a moment of a run, to the second at most. It rounds as
// pictures do.
func instant(d time.Duration) string { return Span(d.Round(time.Second)) }

// share spells a ratio as a percentage.
func share(x float64) string { return metrics.Ratio.Spell(x) }

// podTime spells pod-seconds.
func podTime(s float64) string { return metrics.PodSecond.Spell(s) }

// lostTime is pod time lost: at least so much, where a workload is down when
// observation ends.
func lostTime(s float64, down bool) string {
	if down {
		return "≥" + podTime(s)
	}
	return podTime(s)
}

// Count spells a number of things: 1 node, 3 nodes.
func Count(n int, thing string) string { return strconv.Itoa(n) + " " + noun(n, thing) }

// noun is what n things are called.
func noun(n int, thing string) string {
	if n == 1 {
		return thing
	}
	return thing + "s"
}

// verb is what n things do.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// List joins words: a, b and c.
func List(words []string) string { return join(words, " and ") }

// quotedList is names in quotes, joined as List does.
func quotedList(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = strconv.Quote(n)
	}
	return List(list)
}

// Alternatives joins words of which one is to be chosen: a, b or c.
func Alternatives(words []string) string { return join(words, " or ") }

func join(words []string, last string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + last + words[n-1]
}

// Wrap breaks a text into lines of at most so many characters, at spaces. A
// longer word has a line of its own.
func Wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// Capital begins a text with a capital letter.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
