package model

import "fmt"

// A checker collects what is wrong with a filled-in scenario. Its checks never
// change the scenario and go on after a finding.
type checker struct {
	m        *Model
	pools    map[string]int // by name; the first of several
	findings []Finding
}

func (c *checker) errorf(path, format string, args ...any) {
	c.findings = append(c.findings, Finding{Error, path, fmt.Sprintf(format, args...)})
}

func (c *checker) warnf(path, format string, args ...any) {
	c.findings = append(c.findings, Finding{Warning, path, fmt.Sprintf(format, args...)})
}

func (c *checker) check() {}
