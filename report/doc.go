// Package report says a result in words and numbers: as text for a terminal,
// as Markdown for a person who decides, as JSON for a program.
//
// A report begins with the verdict, then says how long, what was lost and by
// whom, and ends with the doubts. Every stochastic number comes with its
// interval and the count of replications. Package chart draws the pictures,
// package explain says why.
package report
