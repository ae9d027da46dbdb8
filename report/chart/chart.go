// Package chart draws a run and a comparison of strategies as pictures made to
// be read twice: the title, the bar over it and the red numbers in ten seconds,
// the panels in a minute. Titles are computed: they state the finding.
//
// A picture is a list of shapes and texts in logical pixels, 900 wide, y
// downwards, which is played on a vgimg canvas for PNG and on a vgsvg canvas
// for SVG. Same input, same bytes.
package chart

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"time"

	"rollsim/sim/metrics"
)

// Options is what a picture says beyond its data. The zero value is fine.
type Options struct {
	Scenario string        // empty: the title of the header or of the summary
	Strategy string        // empty: the header's; not for Comparison
	Note     string        // ends the subtitle, such as "median of 200 runs"
	Window   time.Duration // the maintenance window, from the first request; 0: none. Comparison takes the summary's
	Target   float64       // Comparison: the availability that is wanted, in (0, 1]; 0: none
	Facts    string        // Comparison: begins the subtitle, such as "30 nodes, 18 workloads"
}

// A Picture is a finished drawing.
type Picture struct {
	Title    string // the finding, on one line
	Subtitle string // what was run, on one line
	Alt      string // text for those who can't see it: kind of chart, finding, two or three numbers

	sheet *sheet
}

// Series returns what is drawn as text, a line a thing, in drawing order.
func (p *Picture) Series() []string { return p.sheet.notes }

// PNG writes the picture as a paletted PNG 1,800 pixels wide.
func (p *Picture) PNG(w io.Writer) error {
	img := paletted(p.sheet.raster())
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return fmt.Errorf("chart: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// SVG writes the picture as SVG. Fonts are named, not embedded.
func (p *Picture) SVG(w io.Writer) error { return p.sheet.svg(w) }

// Comparison draws the median duration of every strategy against the worst
// share of ready replicas, with the 90 % interval of both, the strategies that
// no other beats, the window and a table.
func Comparison(s *metrics.Summary, o Options) (*Picture, error) {
	if s == nil || len(s.Strategies) == 0 {
		return nil, fmt.Errorf("chart: a comparison of no strategies")
	}
	return drawComparison(s, o), nil
}

// Availability draws the ready replicas of each workload over time, with
// budget and target, above them what the upgrade was doing. Workloads beyond
// the sixth are drawn smaller, those beyond the eighteenth in one row.
// DaemonSets and workloads that want no replicas are left out and counted in
// the footer.
func Availability(t *metrics.Timeline, o Options) (*Picture, error) {
	if t == nil || t.Header == nil || t.Run == nil {
		return nil, fmt.Errorf("chart: a timeline without header or run")
	}
	return drawAvailability(t, o), nil
}

// Nodes draws what every node did over time: a row for each, or counts when
// there are more than rowLimit.
func Nodes(t *metrics.Timeline, o Options) (*Picture, error) {
	if t == nil || t.Header == nil || t.Run == nil {
		return nil, fmt.Errorf("chart: a timeline without header or run")
	}
	return drawNodes(t, o), nil
}
