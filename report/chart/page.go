package chart

import "strings"

// A heading is what stands over a picture.
type heading struct {
	verdict  tone // of the bar: red broken or stopped, orange slowed by budgets, blue fine
	title    string
	subtitle string
	remedy   string // the fix or the reason, when something is wrong; else empty
}

// head draws h and returns where the chart may begin.
func (s *sheet) head(h heading) float64 {
	s.box(rect{margin, 20, margin + 40, 26}, h.verdict)
	y := 46.5
	for _, l := range lines(faceTitle, h.title, innerW) {
		s.write(faceTitle, margin, y, l, ink, left)
		y += 28
	}
	s.write(faceSubtitle, margin, y-1, h.subtitle, text, left)
	y += 21
	for _, l := range paragraph(faceSubtitle, h.remedy, innerW, 2) {
		s.write(faceSubtitle, margin, y-1, l, ink, left)
		y += 20
	}
	s.note("title: %s", h.title)
	s.note("subtitle: %s", h.subtitle)
	if h.remedy != "" {
		s.note("remedy: %s", h.remedy)
	}
	return y + 2
}

// foot draws rule and footer below y and closes the sheet.
func (s *sheet) foot(y float64, parts ...string) {
	y = half(y) + 14
	s.hline(margin, pageWidth-margin, y, rules, 0.5)
	brand := s.write(faceFooter, pageWidth-margin, y+15, "rollsim", muted, right)
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	all := paragraph(faceFooter, strings.Join(kept, " "), brand.x0-margin-16, 3)
	for i, l := range all {
		s.write(faceFooter, margin, y+15+17*float64(i), l, muted, left)
	}
	s.height = half(y + 15 + 17*float64(max(0, len(all)-1)) + 16)
	s.note("footer: %s", strings.Join(kept, " "))
}

// picture closes a sheet.
func (s *sheet) picture(h heading, alt string) *Picture {
	p := &Picture{Title: h.title, Subtitle: h.subtitle, Alt: alt, sheet: s}
	if h.remedy != "" {
		p.Subtitle += " — " + h.remedy
	}
	return p
}
