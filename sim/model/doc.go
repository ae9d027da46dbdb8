// Package model holds what is simulated: one cluster, its node pools and
// workloads, the strategies to compare and the gates to judge them by.
//
// A [Spec] is a scenario's content in plain typed values, as a loader, an
// importer or a test fills it in. [New] checks a Spec as a whole and makes it
// a [Model]: complete, indexed and never changed again, so that all
// replications and all strategies share one. What is wrong comes back as a
// list of findings, each with the key path that a scenario file spells it by;
// the loader adds file, line and column.
//
// Nothing here knows TOML, JSON or the simulation.
package model
