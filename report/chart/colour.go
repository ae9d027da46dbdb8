package chart

import (
	"image/color"
	"math"
)

// A tone is an opaque colour, or none when its alpha is 0.
type tone = color.NRGBA

// The palette: Okabe-Ito with red and purple darkened. Each meaning has a
// second cue beside its colour: a number, a pattern, a label.
var (
	white = hex(0xFFFFFF)
	ink   = hex(0x1A1D21)
	text  = hex(0x4A525B)
	muted = hex(0x66707B) // 5:1 on white
	rules = hex(0xC9CFD6)
	grid  = hex(0xE7EAEE)
	track = hex(0xF4F6F8) // behind small rows

	blue      = hex(0x0072B2) // ready replicas, new version
	blueFill  = hex(0xCFE4F3)
	sky       = hex(0x56B4E9) // surge nodes
	skyFill   = hex(0xBBE0F7)
	old       = hex(0xC3C9D0) // old version
	phaseFill = hex(0xDEE2E7)
	amber     = hex(0xE69F00) // draining
	orange    = hex(0xD55E00) // waiting for a budget, a refused eviction
	red       = hex(0xB3202A) // only: limit broken, upgrade stopped, criterion failed
	redFill   = mix(white, red, 0.34)
	veil      = tone{R: 255, G: 255, B: 255, A: 160} // over what comes after a stop
	redWords  = mix(red, ink, 0.12)
	pink      = hex(0xCC79A7) // soaking
	green     = hex(0x009E73)
	purple    = hex(0xA3528A)
)

func hex(rgb uint32) tone {
	return tone{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: 255}
}

// mix returns a with the given share of b in it.
func mix(a, b tone, share float64) tone {
	f := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-share) + float64(y)*share)) }
	return tone{R: f(a.R, b.R), G: f(a.G, b.G), B: f(a.B, b.B), A: 255}
}

// worded is c dark enough for words.
func worded(c tone) tone { return mix(c, ink, 0.35) }

// tint is c as the empty part of a bar.
func tint(c tone) tone { return mix(white, c, 0.25) }

// luminance is the relative luminance of WCAG 2, in [0, 1].
func luminance(c tone) float64 {
	f := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.R) + 0.7152*f(c.G) + 0.0722*f(c.B)
}

// contrast is the contrast ratio of WCAG 2, from 1 to 21.
func contrast(a, b tone) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// readable returns ink or white, whichever reads better on c.
func readable(c tone) tone {
	if contrast(ink, c) >= contrast(white, c) {
		return ink
	}
	return white
}
