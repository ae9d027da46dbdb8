package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"image"
	"image/png"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rollsim/sim/metrics"
)

var (
	update = flag.Bool("update", false, "rewrite the golden files")
	keep   = flag.String("keep", "", "folder that gets every picture drawn, to look at")
)

// pictures draws every made-up case with every chart that it is for.
func pictures(t testing.TB) map[string]*Picture {
	out := map[string]*Picture{}
	add := func(name string, p *Picture, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = p
	}
	for name, line := range timelines() {
		o := Options{Scenario: "a scenario"}
		if name == "usual" {
			o.Window, o.Note = 15*time.Minute, "median of 12 runs"
		}
		p, err := Availability(line, o)
		add("availability "+name, p, err)
		p, err = Nodes(line, o)
		add("nodes "+name, p, err)
	}
	for name, m := range summaries() {
		p, err := Comparison(m, Options{Facts: "30 nodes, 18 workloads"})
		add("comparison "+name, p, err)
	}
	return out
}

func encode(t testing.TB, p *Picture) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.PNG(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPictures draws every case and looks at the file as a viewer would: a
// paletted PNG of the right size, small, not blank.
func TestPictures(t *testing.T) {
	all := pictures(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			p := all[name]
			data := encode(t, p)
			if *keep != "" {
				file := filepath.Join(*keep, strings.ReplaceAll(name, " ", "-")+".png")
				if err := os.WriteFile(file, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			img, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := img.(*image.Paletted); !ok {
				t.Errorf("the PNG is a %T, want a paletted one", img)
			}
			if w, h := img.Bounds().Dx(), img.Bounds().Dy(); w != 1800 || h < 280 || h > 3000 {
				t.Errorf("the picture is %d × %d, want 1800 × 280 to 3000", w, h)
			}
			if len(data) > 400_000 {
				t.Errorf("the PNG has %d bytes, want at most 400,000", len(data))
			}
			if !utf8.ValidString(p.Title + p.Subtitle + p.Alt + strings.Join(p.Series(), "")) {
				t.Error("a text isn't valid UTF-8")
			}
			if n := colours(img); n < 8 {
				t.Errorf("the picture has %d colours: it is blank", n)
			}
			if p.Title == "" || p.Subtitle == "" || len(p.Alt) < len(p.Title) || len(p.Series()) == 0 {
				t.Errorf("title %q, subtitle %q, alt %q, %d series: one is missing", p.Title, p.Subtitle, p.Alt, len(p.Series()))
			}
		})
	}
}

func colours(img image.Image) int {
	seen := map[uint8]bool{}
	for _, c := range img.(*image.Paletted).Pix {
		seen[c] = true
	}
	return len(seen)
}

// TestTextsKeepClear holds that no two texts of a picture overlap and that none
// leaves the sheet, in every case.
func TestTextsKeepClear(t *testing.T) {
	all := pictures(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name].sheet
		page := rect{margin - 1, 0, pageWidth - margin + 12, s.height}
		for i, a := range s.boxes {
			if !a.inside(page) {
				t.Errorf("%s: %q leaves the sheet: %.0f", name, a.text, a.rect)
			}
			if strings.Contains(a.text, "\uFFFD") {
				t.Errorf("%s: %q has a broken letter", name, a.text)
			}
			for _, b := range s.boxes[i+1:] {
				if a.grow(-1).overlap(b.grow(-1)) > 0 {
					t.Errorf("%s: %q and %q overlap: %.0f, %.0f", name, a.text, b.text, a.rect, b.rect)
				}
			}
		}
	}
}

// TestGlyphs holds that the font has a glyph for every letter that is written:
// a missing one shows as an empty box.
func TestGlyphs(t *testing.T) {
	missing := map[rune]string{}
	for name, p := range pictures(t) {
		for _, m := range p.sheet.marks {
			f := m.face.lookup()
			for _, r := range m.text {
				if g, err := f.Face.GlyphIndex(nil, r); err != nil || g == 0 {
					missing[r] = name
				}
			}
		}
	}
	for r, name := range missing {
		t.Errorf("%s: the font has no %q", name, r)
	}
}

// TestSameBytes draws pictures twice, and once more on one processor.
func TestSameBytes(t *testing.T) {
	names := []string{"availability 30", "nodes usual", "nodes 200", "comparison five"}
	one, two := pictures(t), pictures(t)
	procs := runtime.GOMAXPROCS(1)
	three := pictures(t)
	runtime.GOMAXPROCS(procs)
	for _, name := range names {
		a := encode(t, one[name])
		if !bytes.Equal(a, encode(t, two[name])) {
			t.Errorf("%s: two drawings differ", name)
		}
		if !bytes.Equal(a, encode(t, three[name])) {
			t.Errorf("%s: a drawing on one processor differs", name)
		}
	}
}

// TestSVG holds that the SVG form is well-formed and says the title.
func TestSVG(t *testing.T) {
	for _, name := range []string{"availability usual", "nodes usual", "comparison five"} {
		var b bytes.Buffer
		if err := pictures(t)[name].SVG(&b); err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(b.Bytes()))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !strings.Contains(b.String(), "seed 1") {
			t.Errorf("%s: the SVG lacks the subtitle", name)
		}
	}
}

// TestSeries compares what is drawn, as text, with the golden files, one for
// each kind of chart. Rewrite them with -update and read the difference.
func TestSeries(t *testing.T) {
	all := pictures(t)
	for _, name := range []string{"availability usual", "availability 30", "availability blocked", "nodes usual", "nodes 200", "comparison five", "comparison blocked"} {
		file := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".txt")
		p := all[name]
		got := strings.Join(p.Series(), "\n") + "\nalt: " + p.Alt + "\ntexts:\n"
		for _, b := range p.sheet.boxes {
			got += "  " + b.text + "\n"
		}
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs from %s; got:\n%s", name, file, got)
		}
	}
}

func TestMissingInput(t *testing.T) {
	for name, draw := range map[string]func() (*Picture, error){
		"availability": func() (*Picture, error) { return Availability(nil, Options{}) },
		"nodes":        func() (*Picture, error) { return Nodes(&metrics.Timeline{}, Options{}) },
		"comparison":   func() (*Picture, error) { return Comparison(&metrics.Summary{}, Options{}) },
	} {
		if p, err := draw(); err == nil || p != nil {
			t.Errorf("%s of nothing: picture %v, error %v", name, p, err)
		}
	}
}
