package chart

import (
	"bytes"
	"fmt"
	"image"
	"io"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Logical pixels: a picture is pageWidth wide and as high as it needs.
const (
	pageWidth = 900.0
	margin    = 24.0
	innerW    = pageWidth - 2*margin
	dpi       = 144 // 2 device pixels to a logical one
)

// A pt is a place on a sheet, y downwards.
type pt struct{ x, y float64 }

// A rect is a box on a sheet.
type rect struct{ x0, y0, x1, y1 float64 }

func (r rect) w() float64 { return r.x1 - r.x0 }
func (r rect) h() float64 { return r.y1 - r.y0 }

func (r rect) grow(d float64) rect { return rect{r.x0 - d, r.y0 - d, r.x1 + d, r.y1 + d} }

// overlap is the area that r and o share.
func (r rect) overlap(o rect) float64 {
	w := min(r.x1, o.x1) - max(r.x0, o.x0)
	h := min(r.y1, o.y1) - max(r.y0, o.y0)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// inside reports whether r lies in o.
func (r rect) inside(o rect) bool {
	return r.x0 >= o.x0 && r.y0 >= o.y0 && r.x1 <= o.x1 && r.y1 <= o.y1
}

// A sheet is what is drawn, in order. Its methods take coordinates as a pen does,
// which makes for more parameters than elsewhere. It also keeps where texts lie and which
// data are drawn, for labels that come later and for tests.
type sheet struct {
	marks  []mark
	boxes  []textBox
	notes  []string
	curves []curve
	height float64
}

// A mark is a filled or stroked path, or a text.
type mark struct {
	path  vg.Path // y downwards
	fill  tone
	line  tone
	width float64
	dash  []float64

	text string
	face face
	at   pt // baseline, left
}

// A textBox is where a text lies, from its cap height to below its descenders.
type textBox struct {
	text string
	rect
}

// A curve is a step function as drawn: the value from seconds on.
type curve struct {
	name           string
	seconds, value []float64
}

func (s *sheet) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// half rounds to whole device pixels.
func half(v float64) float64 { return math.Round(v*2) / 2 }

// A shape is a path in the making; many boxes of one colour are one shape,
// because each shape costs a pass over the canvas.
type shape struct{ path vg.Path }

func vpt(x, y float64) vg.Point { return vg.Point{X: vg.Length(x), Y: vg.Length(y)} }

// box adds a rectangle, snapped to device pixels and at least one wide.
func (p *shape) box(r rect) {
	x0, y0, x1, y1 := half(r.x0), half(r.y0), half(r.x1), half(r.y1)
	if x1 <= x0 {
		x1 = x0 + 0.5
	}
	if y1 <= y0 {
		y1 = y0 + 0.5
	}
	p.polygon([]pt{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}})
}

func (p *shape) polygon(pts []pt) {
	if len(pts) == 0 {
		return
	}
	p.open(pts)
	p.path.Close()
}

// open adds a line through pts.
func (p *shape) open(pts []pt) {
	for i, q := range pts {
		if i == 0 {
			p.path.Move(vpt(q.x, q.y))
		} else {
			p.path.Line(vpt(q.x, q.y))
		}
	}
}

func (p *shape) dot(c pt, radius float64) {
	p.path.Move(vpt(c.x+radius, c.y))
	p.path.Arc(vpt(c.x, c.y), vg.Length(radius), 0, 2*math.Pi)
	p.path.Close()
}

func (s *sheet) fillShape(p shape, c tone) {
	if len(p.path) > 0 && c.A > 0 {
		s.marks = append(s.marks, mark{path: p.path, fill: c})
	}
}

func (s *sheet) strokeShape(p shape, c tone, width float64, dash ...float64) {
	if len(p.path) > 0 && c.A > 0 {
		s.marks = append(s.marks, mark{path: p.path, line: c, width: width, dash: dash})
	}
}

func (s *sheet) box(r rect, c tone) {
	var p shape
	p.box(r)
	s.fillShape(p, c)
}

func (s *sheet) dot(at pt, radius float64, c tone) {
	var p shape
	p.dot(at, radius)
	s.fillShape(p, c)
}

// crisp puts the middle of a line of the given width where its edges fall on
// device pixels.
func crisp(v, width float64) float64 {
	if int(math.Round(width*2))%2 == 1 {
		return math.Floor(v*2)/2 + 0.25
	}
	return half(v)
}

func (s *sheet) hline(x0, x1, y float64, c tone, width float64, dash ...float64) {
	y = crisp(y, width)
	var p shape
	p.open([]pt{{half(x0), y}, {half(x1), y}})
	s.strokeShape(p, c, width, dash...)
}

func (s *sheet) vline(x, y0, y1 float64, c tone, width float64, dash ...float64) {
	x = crisp(x, width)
	var p shape
	p.open([]pt{{x, half(y0)}, {x, half(y1)}})
	s.strokeShape(p, c, width, dash...)
}

// hatch fills r with slanting lines: the second cue of what never ended.
func (s *sheet) hatch(r rect, c tone) {
	const step = 6.0
	var p shape
	for d := -r.h() + step; d < r.w(); d += step {
		a, b := pt{r.x0 + d, r.y1}, pt{r.x0 + d + r.h(), r.y0}
		if a.x < r.x0 {
			a = pt{r.x0, r.y1 - (r.x0 - a.x)}
		}
		if b.x > r.x1 {
			b = pt{r.x1, r.y0 + (b.x - r.x1)}
		}
		p.open([]pt{a, b})
	}
	s.strokeShape(p, c, 1)
}

// align is which point of a text its x names.
type align int

const (
	left align = iota
	centre
	right
)

// boxOf is where a text lies whose line is centred on y.
func boxOf(f face, str string, x, y float64, a align) rect {
	w := f.width(str)
	switch a {
	case centre:
		x -= w / 2
	case right:
		x -= w
	}
	return rect{x, y - 0.40*f.size, x + w, y + 0.56*f.size}
}

// write puts a text with the middle of its capitals on y and returns its box.
func (s *sheet) write(f face, x, y float64, str string, c tone, a align) rect {
	if str == "" {
		return rect{x, y, x, y}
	}
	b := boxOf(f, str, x, y, a)
	s.marks = append(s.marks, mark{text: str, face: f, at: pt{half(b.x0), half(y + 0.355*f.size)}, fill: c})
	s.boxes = append(s.boxes, textBox{str, b})
	return b
}

// flip turns a path upside down onto a canvas whose y points upwards.
func flip(p vg.Path, height float64) vg.Path {
	out := make(vg.Path, len(p))
	for i, c := range p {
		c.Pos.Y = vg.Length(height) - c.Pos.Y
		out[i] = c
	}
	return out
}

func (s *sheet) play(c vg.Canvas) {
	for _, m := range s.marks {
		if m.text != "" {
			c.SetColor(m.fill)
			c.FillString(m.face.lookup(), vpt(m.at.x, s.height-m.at.y), m.text)
			continue
		}
		p := flip(m.path, s.height)
		if m.fill.A > 0 {
			c.SetColor(m.fill)
			c.Fill(p)
		}
		if m.line.A > 0 {
			dash := make([]vg.Length, len(m.dash))
			for i, d := range m.dash {
				dash[i] = vg.Length(d)
			}
			c.SetColor(m.line)
			c.SetLineWidth(vg.Length(m.width))
			c.SetLineDash(dash, 0)
			c.Stroke(p)
		}
	}
}

func (s *sheet) raster() *image.RGBA {
	c := vgimg.NewWith(vgimg.UseWH(pageWidth, vg.Length(s.height)), vgimg.UseDPI(dpi))
	s.play(c)
	return c.Image().(*image.RGBA)
}

func (s *sheet) svg(w io.Writer) error {
	c := vgsvg.New(pageWidth, vg.Length(s.height))
	c.SetColor(white)
	c.Fill(vg.Path{
		{Type: vg.MoveComp}, {Type: vg.LineComp, Pos: vpt(pageWidth, 0)},
		{Type: vg.LineComp, Pos: vpt(pageWidth, s.height)}, {Type: vg.LineComp, Pos: vpt(0, s.height)}, {Type: vg.CloseComp},
	})
	s.play(c)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
