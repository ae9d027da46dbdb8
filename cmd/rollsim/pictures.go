package main

import (
	"strconv"
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
	used := map[string]bool{}
	suffixes := make([]string, len(names))
	for i, name := range names {
		words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
			return r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})
		slug := "-" + strings.Join(words, "-")
		for n := 2; used[slug] || slug == "-"; n++ {
			slug = "-" + strings.Join(append(words, strconv.Itoa(n)), "-")
		}
		used[slug] = true
		suffixes[i] = slug
	}
	return suffixes
}
