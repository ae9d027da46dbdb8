package report

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rollsim/sim/metrics"
	"rollsim/sim/model"
)

// Span spells a duration for people: 40ms, 1.5s, 41s, 12m04s, 3h05m, 2d07h.
func Span(d time.Duration) string { return model.Span(d) }

// instant spells a moment of a run as a clock shows it: what isn't over yet
// isn't counted.
func instant(d time.Duration) string {
	if d < time.Hour {
		return Span(d.Truncate(time.Second))
	}
	return Span(d.Truncate(time.Minute))
}

// spanSeconds is Span of seconds; "never" when they are infinite: such a run
// didn't finish.
func spanSeconds(s float64) string {
	switch {
	case math.IsNaN(s):
		return "–"
	case math.IsInf(s, 1) || s > math.MaxInt64/1e9:
		return "never"
	}
	return Span(time.Duration(s * 1e9))
}

// share spells a ratio as a percentage: 75 %. It says 100 % only of 1, and 0 %
// only of 0.
func share(x float64) string {
	p := math.Round(100 * x)
	if p >= 100 && x < 1 {
		return ">99 %"
	}
	if p <= 0 && x > 0 {
		return "<1 %"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + " %"
}

// quantity spells a value with its unit.
func quantity(x float64, u metrics.Unit) string {
	switch {
	case math.IsInf(x, 0) && u != metrics.Seconds:
		return "–"
	case u == metrics.Seconds:
		return spanSeconds(x)
	case u == metrics.Ratio:
		return share(x)
	case u == metrics.Dollars:
		return "$" + strconv.FormatFloat(x, 'f', 2, 64)
	case u == metrics.NodeHours:
		return strconv.FormatFloat(x, 'f', 1, 64) + " node-h"
	case u == metrics.PodSecond:
		return podTime(x)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// podTime spells pod-seconds: 42 pod-s, 7.3 pod-min, 5.1 pod-h.
func podTime(s float64) string {
	switch {
	case s < 100:
		return strconv.FormatFloat(s, 'f', 0, 64) + " pod-s"
	case s < 100*60:
		return strconv.FormatFloat(s/60, 'f', 1, 64) + " pod-min"
	}
	return strconv.FormatFloat(s/3600, 'f', 1, 64) + " pod-h"
}

// Count spells a number of things: 1 node, 3 nodes.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
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
