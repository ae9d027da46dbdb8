// Package des is simulated time and the future event list.
//
// An Engine holds the events that are still to happen and hands them, one at a
// time and in order, to the handlers that registered for them. It knows nothing
// of what is simulated: an event is a small value without pointers, and what
// its kind, subject and argument mean is the business of its actor.
//
// The order of events is total, and it is a decision rather than an accident:
// time first, then class, then insertion. The class gives meaning to ties: work
// that completes at the instant of its limit has completed, because ClassFinish
// comes before ClassLimit. Within one class of one instant, what was scheduled
// first happens first, always.
//
// An engine belongs to one goroutine. It reads no clock but its own, and once
// its memory has grown to the largest number of events that were ever pending
// at once it allocates nothing.
package des
