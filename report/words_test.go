package report

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for in, want := range map[time.Duration]string{
		0:                                "0s",
		-90 * time.Second:                "-1m30s",
		40 * time.Millisecond:            "40ms",
		1500 * time.Millisecond:          "1.5s",
		9960 * time.Millisecond:          "10.0s",
		41 * time.Second:                 "41s",
		59600 * time.Millisecond:         "1m00s",
		12*time.Minute + 4*time.Second:   "12m04s",
		time.Hour - 400*time.Millisecond: "1h00m",
		3*time.Hour + 5*time.Minute:      "3h05m",
		48*time.Hour - 20*time.Second:    "2d00h",
		55 * time.Hour:                   "2d07h",
		55*time.Hour + 5*time.Minute:     "2d07h05m",
		time.Duration(math.MaxInt64):     "106751d23h47m",
	} {
		if got := Span(in); got != want {
			t.Errorf("%v: got %s, want %s", in, got, want)
		}
	}
}

func TestListsAndWraps(t *testing.T) {
	for _, x := range []struct{ got, want string }{
		{List(nil), ""},
		{List([]string{"a"}), "a"},
		{List([]string{"a", "b", "c"}), "a, b and c"},
		{Alternatives([]string{"a", "b"}), "a or b"},
		{Capital("überall"), "Überall"},
		{Capital(""), ""},
		{strings.Join(Wrap("one two  three averylongword x", 9), "/"), "one two/three/averylongword/x"},
		{strings.Join(Wrap("äöü äöü", 7), "/"), "äöü äöü"},
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
}

// What begins like Markdown isn't read as such.
func TestEscape(t *testing.T) {
	for _, x := range []struct{ got, want string }{
		{escape("R&D &lt; *all* [a]"), `R&amp;D &amp;lt; \*all\* \[a]`},
		{opening("# a heading"), `\# a heading`},
		{opening("> 3 nodes"), `\> 3 nodes`},
		{opening("- a list"), `\- a list`},
		{opening("12. of May"), `12\. of May`},
		{opening("12 nodes"), "12 nodes"},
		{opening("2026"), "2026"},
		{opening("*bold*"), `\*bold\*`},
		{opening(""), ""},
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
}

func TestPoints(t *testing.T) {
	for x, want := range map[float64]string{0: "0 points", 0.003: "+0.3 points", -0.01: "-1.0 points", 0.12: "+12 points", -0.5: "-50 points"} {
		if got := points(x); got != want {
			t.Errorf("%v: got %s, want %s", x, got, want)
		}
	}
}
