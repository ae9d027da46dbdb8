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

func TestParseSpan(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"1d": day, "0d": 0, "1.5d": 36 * time.Hour, ".5d": 12 * time.Hour, "2d01h": 49 * time.Hour, "2d07h10m": 55*time.Hour + 10*time.Minute,
		"-1d2h": -26 * time.Hour, "+1d": day, "1d90s": day + 90*time.Second, "1h30m": 90 * time.Minute, "3650d": 3650 * day, "106751d": 106751 * day,
	} {
		if got, err := ParseSpan(text); err != nil || got != want {
			t.Errorf("ParseSpan(%s) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "1", "1h2d", "1d-2h", "1d2", "1dd", "1d1d", "1 d", "1e3d", "Infd", "0x1d", "106752d", "99999999999999d", "106751d24h"} {
		if got, err := ParseSpan(text); err == nil {
			t.Errorf("ParseSpan(%s) = %v, want an error", text, got)
		}
	}
	for _, d := range []time.Duration{0, 40 * time.Millisecond, 9500 * time.Millisecond, 41 * time.Second, 724 * time.Second, 185 * time.Minute, 47*time.Hour + 59*time.Minute, 2 * day, 50*time.Hour + 5*time.Minute, 365 * day, -55 * time.Hour} {
		for _, text := range []string{Span(d), Duration(d)} {
			if got, err := ParseSpan(text); err != nil || got != d {
				t.Errorf("%v is written as %s and read as %v, %v", d, text, got, err)
			}
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
