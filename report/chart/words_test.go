package chart

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 300 * time.Millisecond: "1 s", 78 * time.Second: "78 s", 308 * time.Second: "5:08 min", 1921 * time.Second: "32 min", 3599 * time.Second: "1:00 h",
		3*time.Hour + 21*time.Minute: "3:21 h", 52 * time.Hour: "2 d 4 h", 72 * time.Hour: "3 d",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
}

// TestPercent holds that 100 % means all and 0 % means none.
func TestPercent(t *testing.T) {
	for share, want := range map[float64]string{0: "0 %", 0.001: "1 %", 14.0 / 18: "78 %", 0.999: "99 %", 1: "100 %"} {
		if got := percent(share); got != want {
			t.Errorf("percent(%g) = %q, want %q", share, got, want)
		}
	}
}

func TestTicks(t *testing.T) {
	const late = 35 * time.Minute // a first request so late, refused at once
	for _, x := range [][2]time.Duration{{0, time.Second}, {0, 5 * time.Second}, {0, 78 * time.Second}, {0, 19 * time.Minute}, {0, 4 * time.Hour},
		{0, 40 * time.Hour}, {0, 90 * 24 * time.Hour}, {late, late}, {late, late + 3*time.Minute}, {30 * time.Hour, 30*time.Hour + 10*time.Minute}} {
		end := x[1]
		a := newTimeAxis(des.Time(x[0]), des.Time(end), 168, 734)
		n := len(a.ticks())
		if n < 2 || n > 8 {
			t.Errorf("an axis of %v has %d ticks, want 2 to 8", end, n)
		}
		var labels []string
		for _, tick := range a.ticks() {
			labels = append(labels, a.clock(tick))
		}
		if sorted := slices.Compact(slices.Clone(labels)); len(sorted) != n {
			t.Errorf("an axis of %v says %q: a label twice", end, labels)
		}
	}
}

// TestLines holds that titles break where a reader breathes, and never leave
// the page however long they are.
func TestLines(t *testing.T) {
	got := lines(faceTitle, "“batch” loses half its replicas after 17 s; the other four workloads stay within their limits", innerW)
	if len(got) != 2 || !strings.HasSuffix(got[0], ";") {
		t.Errorf("broken into %q, want a break after the semicolon", got)
	}
	for _, s := range []string{strings.Repeat("word ", 60), strings.Repeat("x", 300), "short"} {
		for _, l := range lines(faceTitle, s, innerW) {
			if w := faceTitle.width(l); w > innerW {
				t.Errorf("%.40q… is %.0f wide, want at most %.0f", l, w, innerW)
			}
		}
	}
}

func TestShorten(t *testing.T) {
	got := faceName.shorten("recommendation-service-of-the-shop", 120)
	if w := faceName.width(got); w > 120 || !strings.Contains(got, "…") || !strings.HasPrefix(got, "rec") || !strings.HasSuffix(got, "shop") {
		t.Errorf("shortened to %q, %.0f wide; want both ends within 120", got, w)
	}
}

// TestNodeLabels holds that nodes are called by what tells them apart.
func TestNodeLabels(t *testing.T) {
	line := fake{pools: 1, nodes: 3, surge: true}.timeline()
	if got := nodeLabels(line); !slices.Equal(got, []string{"000", "001", "002", "003"}) {
		t.Errorf("labels are %q", got)
	}
}

// TestPlaceIsClear holds that a label goes where nothing is, and that the first
// of equally good places wins.
func TestPlaceIsClear(t *testing.T) {
	p := placer{area: rect{0, 0, 200, 100}, obstacles: []rect{{90, 50, 200, 100}}}
	b, cost := p.place(pt{100, 50}, 60, 12, belowFirst)
	if cost > clear || b.overlap(p.obstacles[0]) > 0 || !b.inside(p.area) {
		t.Errorf("placed at %v for %.0f, want a clear place", b, cost)
	}
	if again, _ := p.place(pt{100, 50}, 60, 12, belowFirst); again != b {
		t.Errorf("placed at %v, then at %v", b, again)
	}
}
