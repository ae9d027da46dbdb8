// Package random is where chance comes from: seeds, keyed draws, and
// distributions given in units of time.
//
// A draw is a function of what is decided and for whom, and of nothing else.
// There is no generator whose state moves on, so no draw depends on which draws
// were made before it: new code shifts no old decision, and two strategies
// under one seed meet the same slow nodes, which makes their difference a
// paired one. A Key says what is decided for whom; a Source says in which
// replication under which seed; together they give 64 random bits.
//
// The same key always gives the same bits. Whoever needs several independent
// numbers for one subject derives several keys, with Key.With.
//
// A random duration is one uniform number through the quantile function of a
// Dist. So a scenario that changes a distribution keeps its luck: the node that
// was slow stays the slow one.
package random
