package report

import (
	"math"
	"strings"
	"testing"
	"time"

	"rollsim/sim/metrics"
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
		time.Duration(math.MaxInt64):     "106751d23h",
	} {
		if got := Span(in); got != want {
			t.Errorf("%v: got %s, want %s", in, got, want)
		}
	}
}

func TestQuantity(t *testing.T) {
	for _, x := range []struct {
		x    float64
		u    metrics.Unit
		want string
	}{
		{math.Inf(1), metrics.Seconds, "never"},
		{math.NaN(), metrics.Seconds, "–"},
		{1e300, metrics.Seconds, "never"},
		{90, metrics.Seconds, "1m30s"},
		{math.Inf(1), metrics.Counts, "–"},
		{9, metrics.Counts, "9"},
		{0.999, metrics.Ratio, ">99 %"},
		{0.001, metrics.Ratio, "<1 %"},
		{0, metrics.Ratio, "0 %"},
		{1, metrics.Ratio, "100 %"},
		{2.5, metrics.Dollars, "$2.50"},
		{1.24, metrics.NodeHours, "1.2 node-h"},
		{99, metrics.PodSecond, "99 pod-s"},
		{100, metrics.PodSecond, "1.7 pod-min"},
		{7200, metrics.PodSecond, "2.0 pod-h"},
	} {
		if got := quantity(x.x, x.u); got != x.want {
			t.Errorf("%v %s: got %s, want %s", x.x, x.u, got, x.want)
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
