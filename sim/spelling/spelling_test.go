package spelling

import (
	"strings"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                               "0s",
		3 * time.Minute:                 "3m",
		2 * time.Hour:                   "2h",
		10 * time.Second:                "10s",
		10 * time.Minute:                "10m",
		time.Hour + 10*time.Minute:      "1h10m",
		time.Hour + 10*time.Second:      "1h0m10s",
		1500 * time.Millisecond:         "1.5s",
		20*time.Hour + 30*time.Second:   "20h0m30s",
		-2 * time.Minute:                "-2m",
		100*time.Hour + 100*time.Minute: "101h40m",
	} {
		got := Duration(d)
		if got != want {
			t.Errorf("Duration(%v) = %s, want %s", d, got, want)
		}
		if back, err := time.ParseDuration(got); err != nil || back != d {
			t.Errorf("%s reads as %v (%v), want %v", got, back, err, d)
		}
	}
}

func TestDistance(t *testing.T) {
	long := strings.Repeat("x", 1_000_000)
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"max_srge", "max_surge", 1}, {"conut", "count", 2}, {"kitten", "sitting", 3}, {long, "x", len(long)},
	} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%.20s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSlip(t *testing.T) {
	for _, c := range []struct {
		word, known string
		want        int
	}{
		{"terminationGrace", "termination_grace", 0}, {"TerminationGrace", "termination_grace", 0}, {"Max-Surge", "max_surge", 0}, {"node pool", "node_pool", 0},
		{"maxSrge", "max_surge", 1}, {"terminationGrace", "termination", 5}, {"max_srge", "max_surge", 1},
		{strings.Repeat("x", 1_000_000), "x", 1_000_000},
	} {
		if got := Slip(c.word, c.known); got != c.want {
			t.Errorf("Slip(%.20s, %s) = %d, want %d", c.word, c.known, got, c.want)
		}
	}
}
