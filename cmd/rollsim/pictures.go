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

// maxSlug is how much of a strategy's name is in the name of a file, in bytes:
// file systems take 255 in all.
const maxSlug = 60

// fileSuffixes are a part of a file name for each strategy: the beginning of its
// name in lower case with hyphens, numbered where two would be the same.
func fileSuffixes(names []string) []string {
	used := map[string]bool{}
	suffixes := make([]string, len(names))
	for i, name := range names {
		words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
			return r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})
		base := strings.Join(words, "-")
		base = strings.TrimRight(base[:min(len(base), maxSlug)], "-")
		slug := "-" + base
		for n := 2; used[slug] || base == "" && n == 2; n++ {
			slug = "-" + strings.TrimLeft(base+"-"+strconv.Itoa(n), "-")
		}
		used[slug] = true
		suffixes[i] = slug
	}
	return suffixes
}
