package chart

import (
	"math"
	"testing"

	"rollsim/sim/metrics"
)

// TestTextsAreReadable holds the colours of words against WCAG: 4.5:1, for
// bold words of 13.5 px and more 4:1.
func TestTextsAreReadable(t *testing.T) {
	for name, c := range map[string]struct {
		words, ground tone
		least         float64
	}{
		"ink on white": {ink, white, 7}, "text on white": {text, white, 4.5}, "muted on white": {muted, white, 4.5},
		"ink on ready": {ink, blueFill, 7}, "red on ready": {redWords, blueFill, 4.5}, "red on below": {redWords, redFill, 4},
		"orange on ready": {worded(orange), blueFill, 4.5}, "white on red": {white, red, 4.5}, "ink on surge": {ink, skyFill, 7},
		"ink on waiting": {ink, orange, 4}, "ink on phase": {ink, phaseFill, 7}, "white on new": {white, blue, 4.5},
	} {
		if got := contrast(c.words, c.ground); got < c.least {
			t.Errorf("%s: contrast %.2f, want at least %.1f", name, got, c.least)
		}
	}
	for _, c := range otherColours {
		if got := contrast(worded(c), white); got < 4 {
			t.Errorf("words in %v: contrast %.2f, want at least 4", c, got)
		}
	}
}

// deuteranope is how c looks to an eye without green cones. Source: Viénot,
// Brettel and Mollon 1999, on linear light.
func deuteranope(c tone) tone {
	linear := func(v uint8) float64 { return math.Pow(float64(v)/255, 2.2) }
	back := func(x float64) uint8 { return uint8(math.Round(255 * math.Pow(min(max(x, 0), 1), 1/2.2))) }
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	yellow := 0.29275*r + 0.70725*g
	return tone{R: back(yellow), G: back(yellow), B: back(-0.02234*r + 0.02234*g + b), A: 255}
}

// apart is the distance of two colours in CIE L*a*b*.
func apart(a, b tone) float64 {
	la, lb := lab(a), lab(b)
	return math.Sqrt((la[0]-lb[0])*(la[0]-lb[0]) + (la[1]-lb[1])*(la[1]-lb[1]) + (la[2]-lb[2])*(la[2]-lb[2]))
}

func lab(c tone) [3]float64 {
	lin := func(v uint8) float64 {
		if x := float64(v) / 255; x > 0.04045 {
			return math.Pow((x+0.055)/1.055, 2.4)
		} else {
			return x / 12.92
		}
	}
	r, g, b := lin(c.R), lin(c.G), lin(c.B)
	f := func(x float64) float64 {
		if x > 0.008856 {
			return math.Cbrt(x)
		}
		return 7.787*x + 16.0/116
	}
	x, y, z := f((0.4124*r+0.3576*g+0.1805*b)/0.9505), f(0.2126*r+0.7152*g+0.0722*b), f((0.0193*r+0.1192*g+0.9505*b)/1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// TestStatesDiffer holds that the states of a node stay apart to an eye without
// green cones, and that states which lie side by side differ in greyscale too.
func TestStatesDiffer(t *testing.T) {
	states := []metrics.NodeState{metrics.NodeOld, metrics.NodeNew, metrics.NodeSurge, metrics.NodeDraining, nodeWaiting, metrics.NodeSoaking, metrics.NodeDrained}
	for i, a := range states {
		for _, b := range states[i+1:] {
			if d := apart(deuteranope(nodeColours[a].dark), deuteranope(nodeColours[b].dark)); d < 10 {
				t.Errorf("%s and %s: %.1f apart to a deuteranope, want at least 10", stateName(a), stateName(b), d)
			}
		}
	}
	for _, pair := range [][2]tone{
		{nodeColours[metrics.NodeOld].dark, nodeColours[metrics.NodeNew].dark},
		{nodeColours[metrics.NodeDraining].dark, nodeColours[nodeWaiting].dark},
		{nodeColours[metrics.NodeOld].dark, nodeColours[metrics.NodeOld].light},
		{nodeColours[metrics.NodeNew].dark, nodeColours[metrics.NodeNew].light},
		{nodeColours[metrics.NodeSurge].dark, nodeColours[metrics.NodeSurge].light},
		{layers[0].fill, layers[1].fill}, {layers[1].fill, layers[4].fill}, {layers[4].fill, layers[5].fill},
		{layers[5].fill, layers[6].fill}, {layers[4].fill, layers[8].fill}, {blueFill, redFill}, {blueFill, white},
	} {
		if d := math.Abs(lab(pair[0])[0] - lab(pair[1])[0]); d < 8 {
			t.Errorf("%v and %v: %.1f apart in lightness, want at least 8", pair[0], pair[1], d)
		}
	}
}
