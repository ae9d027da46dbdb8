// Package spelling is how durations are written in scenario files and messages,
// and which known word a slip was meant to be.
package spelling

import (
	"strings"
	"time"
	"unicode"

	"github.com/agnivade/levenshtein"
)

// Duration returns d without its trailing zero units: "3m", not "3m0s".
func Duration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// longest is the length in bytes from which on a word is no slip of a known
// one: those are shorter, and the distance takes time by the product of lengths.
const longest = 64

// Distance returns how many letters have to be put in, taken out or replaced to
// make b of a. Between words one of which is longer than any known one it is
// the longer one's length.
func Distance(a, b string) int {
	if n := max(len(a), len(b)); n > longest {
		return n
	}
	return levenshtein.ComputeDistance(a, b)
}

// Slip returns the Distance of a word from a known one as both are Plain.
func Slip(word, known string) int { return Distance(Plain(word), Plain(known)) }

// Plain returns a word without what distinguishes styles of writing: of
// termination_grace, terminationGrace and Termination-Grace it is terminationgrace.
func Plain(word string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, word)
}
