package main

import (
	"fmt"
	"strings"
	"unicode"

	"rollsim/report"
	"rollsim/report/chart"
	"rollsim/sim"
)

// drawRun adds the two pictures of a run to files. The suffix tells the
// pictures of several strategies apart.
func drawRun(files *outputFiles, result sim.Result, o chart.Options, suffix string) ([]report.Picture, error) {
	availability, err := chart.Availability(result.Timeline, o)
	if err != nil {
		return nil, codedError{exitInternal, err}
	}
	nodes, err := chart.Nodes(result.Timeline, o)
	if err != nil {
		return nil, codedError{exitInternal, err}
	}
	var pictures []report.Picture
	for _, x := range []struct {
		name    string
		picture *chart.Picture
	}{{"availability" + suffix + ".png", availability}, {"nodes" + suffix + ".png", nodes}} {
		if err := files.add(x.name, x.picture.PNG); err != nil {
			return nil, err
		}
		pictures = append(pictures, report.Picture{File: x.name, Alt: x.picture.Alt})
	}
	return pictures, nil
}

// chartOptions are what the pictures of this scenario say beyond their data.
func (s *scenario) chartOptions() chart.Options {
	return chart.Options{Scenario: s.model.Title, Window: s.model.Cluster.Window}
}

// fileSuffixes are a part of a file name for each strategy: its name in lower
// case with hyphens, numbered where two would be the same.
func fileSuffixes(names []string) []string {
	seen := map[string]int{}
	suffixes := make([]string, len(names))
	for i, name := range names {
		slug := strings.Trim(strings.Map(func(r rune) rune {
			if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				return unicode.ToLower(r)
			}
			return '-'
		}, name), "-")
		for strings.Contains(slug, "--") {
			slug = strings.ReplaceAll(slug, "--", "-")
		}
		seen[slug]++
		if n := seen[slug]; n > 1 || slug == "" {
			slug = strings.TrimPrefix(fmt.Sprintf("%s-%d", slug, n), "-")
		}
		suffixes[i] = "-" + slug
	}
	return suffixes
}
