package chart

import (
	"sync"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
)

// A face is a weight and a size of Liberation Sans in logical pixels.
type face struct {
	size float64
	bold bool
}

// The faces. Nothing is smaller than the footer, which is 11 px high when the
// picture is shown 800 px wide.
var (
	faceTitle    = face{25, true}
	faceName     = face{15, true}
	faceSubtitle = face{15, false}
	faceLabel    = face{13.5, false}
	faceStrong   = face{13.5, true}
	faceTick     = face{13, false}
	faceFooter   = face{12.5, false}
	faceWorst    = face{19, true}
)

var fonts = sync.OnceValue(func() *font.Cache { return font.NewCache(liberation.Collection()) })

func (f face) lookup() font.Face {
	want := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if f.bold {
		want.Weight = stdfont.WeightBold
	}
	return fonts().Lookup(want, font.Length(f.size))
}

// width is how wide s is in logical pixels, kerning included.
func (f face) width(s string) float64 {
	l := f.lookup()
	return float64(l.Width(s))
}

// shorten takes the middle out of s until it is at most w wide.
func (f face) shorten(s string, w float64) string {
	if f.width(s) <= w {
		return s
	}
	r := []rune(s)
	for keep := len(r) - 1; keep >= 2; keep-- {
		head := (keep + 1) / 2
		if short := string(r[:head]) + "…" + string(r[len(r)-(keep-head):]); f.width(short) <= w {
			return short
		}
	}
	return "…"
}
