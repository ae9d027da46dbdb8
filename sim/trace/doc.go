// Package trace holds records of what happened in a run, and the header that
// names everything in them. It is the only bridge between behaviour and
// numbers: the simulation writes records and never reads them, metrics reads
// records and never sees live state.
//
// A record is a small fixed-size value. Its subject and object are indices,
// its cause is the number of an earlier record, so that "why" is a walk:
// Trace.Why. Names are rendered when somebody wants to read them: Names.
//
// A trace has two forms. WriteText tells it as a story, one line for each
// record. WriteJSONL keeps all of it, one JSON object a line, and ReadJSONL
// gives back the same trace.
package trace
