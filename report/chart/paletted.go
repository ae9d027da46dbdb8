package chart

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// paletted returns img with at most 256 colours: the most frequent ones, of
// which near duplicates are left out. Antialiased edges move by a shade that
// nobody sees, and the file is a third of the size.
func paletted(img *image.RGBA) *image.Paletted {
	counts := countColours(img)
	palette := pickColours(counts)
	out := image.NewPaletted(img.Bounds(), palette)
	index := map[uint32]uint8{}
	last, lastIndex := uint32(0), uint8(0)
	for i := range out.Pix {
		c := rgb(img.Pix[4*i:])
		if i == 0 || c != last {
			n, ok := index[c]
			if !ok {
				n = nearest(palette, c)
				index[c] = n
			}
			last, lastIndex = c, n
		}
		out.Pix[i] = lastIndex
	}
	return out
}

func rgb(p []uint8) uint32 { return uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2]) }

func distance2(a, b uint32) int {
	r := int(a>>16) - int(b>>16)
	g := int(a>>8&255) - int(b>>8&255)
	bl := int(a&255) - int(b&255)
	return r*r + g*g + bl*bl
}

type colourCount struct {
	rgb uint32
	n   int
}

// countColours returns the colours of img, the most frequent first, ties by
// value.
func countColours(img *image.RGBA) []colourCount {
	counts := map[uint32]int{}
	last, run := rgb(img.Pix), 0
	for i := 0; i < len(img.Pix); i += 4 {
		c := rgb(img.Pix[i:])
		if c != last {
			counts[last] += run
			last, run = c, 0
		}
		run++
	}
	counts[last] += run
	out := make([]colourCount, 0, len(counts))
	for c, n := range counts {
		out = append(out, colourCount{c, n})
	}
	slices.SortFunc(out, func(a, b colourCount) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.rgb, b.rgb))
	})
	return out
}

func pickColours(counts []colourCount) color.Palette {
	const duplicate = 60 // squared distance
	var picked []uint32
	for _, c := range counts {
		if len(picked) == 256 {
			break
		}
		near := func(p uint32) bool { return distance2(p, c.rgb) < duplicate }
		// The plain colours come first and differ by design; duplicates
		// are shades of edges.
		if len(picked) >= 32 && slices.ContainsFunc(picked, near) {
			continue
		}
		picked = append(picked, c.rgb)
	}
	out := make(color.Palette, len(picked))
	for i, c := range picked {
		out[i] = hex(c)
	}
	return out
}

func nearest(palette color.Palette, c uint32) uint8 {
	best, at := 1<<30, 0
	for i, p := range palette {
		q := p.(tone)
		if d := distance2(uint32(q.R)<<16|uint32(q.G)<<8|uint32(q.B), c); d < best {
			best, at = d, i
		}
	}
	return uint8(at)
}
