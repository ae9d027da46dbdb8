package des

import (
	"fmt"
	"time"
)

// Class orders the events of one instant: lower classes happen first. It has
// four bits, so the largest is 15. Between the named classes there is no room;
// a new one is added here, where all of them can be seen together.
type Class uint8

// The classes, in the order in which they happen within one instant.
const (
	ClassFault   Class = iota // faults strike before anything can use the failed part
	ClassFinish               // work completes, capacity comes back
	ClassControl              // controllers look at the settled state
	ClassLimit                // limits expire: work that completes at its limit has completed
	ClassScan                 // whoever polls looks at what the instant has led to
	ClassEnd                  // horizon and observation: everything of the instant has happened
)

const (
	classBits = 4
	classMask = 1<<classBits - 1
)

var classNames = [...]string{"fault", "finish", "control", "limit", "scan", "end"}

// String returns the name of c, such as "finish".
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// Actor says who handles an event. Register gives it out.
type Actor uint8

// Kind says what happens. Its meaning is the actor's own.
type Kind uint8

// Event is what happens at an instant. It holds no pointers: what it is about
// is named by index, and the actor knows the tables.
type Event struct {
	Actor   Actor
	Kind    Kind
	Subject int32
	Arg     int32
}

// Handler receives the events of one actor.
type Handler interface {
	// Handle executes ev at the engine's present instant. It may schedule,
	// cancel and stop; it must not call Step, RunUntil or Reset.
	Handle(ev Event)
}

// Handle names a pending event. It is small and comparable, and it goes stale
// by itself: once its event has happened or was cancelled it names none. The
// zero Handle never names an event.
//
// A handle is told apart from 2^32-1 later users of the same memory. One that
// is kept stale for longer than that could name a stranger.
type Handle struct {
	slot int32
	gen  uint32
}

// Engine is a clock and the events that are still to happen. The zero Engine
// is ready to use, at time zero. It must not be copied.
type Engine struct {
	queue      queue
	handlers   []Handler
	dispatched uint64
	stopped    bool
}

// Register adds h and returns the actor whose events it will receive. It
// panics beyond 256 handlers.
func (e *Engine) Register(h Handler) Actor {
	if len(e.handlers) > 255 {
		panic("des: Register: more than 256 handlers")
	}
	e.handlers = append(e.handlers, h)
	return Actor(len(e.handlers) - 1)
}

// Now returns the present instant.
func (e *Engine) Now() Time { return Time(e.queue.floor >> classBits) }

// Class returns the class that the present instant has reached: that of the
// event that is being, or was last, executed at it, and the lowest where
// RunUntil has opened the instant again. What is scheduled for now goes into
// this class or a later one.
func (e *Engine) Class() Class { return Class(e.queue.floor & classMask) }

// At schedules ev at t, after everything that is already scheduled there in
// the same class, and returns a handle to cancel it by.
//
// It panics when that place in the order has already been passed: when t is
// before now, or is now and c is lower than the class of the event that is
// being, or was last, executed. It also panics when t is beyond MaxTime, c
// beyond 15, or nobody registered as ev.Actor.
func (e *Engine) At(t Time, c Class, ev Event) Handle {
	if int(ev.Actor) >= len(e.handlers) {
		panic(fmt.Sprintf("des: At: no handler is registered as actor %d (t=%v)", ev.Actor, e.Now()))
	}
	return e.queue.push(e.key(t, c), ev)
}

// After schedules ev when d has passed from now. It panics when d is negative,
// and where At would.
func (e *Engine) After(d time.Duration, c Class, ev Event) Handle {
	if d > time.Duration(MaxTime) {
		d = time.Duration(MaxTime) + 1 // for At to refuse; a larger one could overflow
	}
	return e.At(e.Now().Add(d), c, ev)
}

// Cancel takes the event that h names out of the future. It reports false,
// and changes nothing, when h names none: the event has happened, was cancelled
// already, or h is zero.
func (e *Engine) Cancel(h Handle) bool { return e.queue.remove(h) }

// Reschedule moves the event that h names to t and c, behind everything that is
// already there, just as Cancel and At would. It returns the new handle; h is
// stale from then on. It reports false when h names no event. It panics where
// At would.
func (e *Engine) Reschedule(h Handle, t Time, c Class) (Handle, bool) {
	return e.queue.move(h, e.key(t, c))
}

// Pending returns the number of events that are still to happen.
func (e *Engine) Pending() int { return e.queue.len }

// Step executes the next event, at its instant. It reports false, and changes
// nothing, when no event is left or the engine was stopped.
func (e *Engine) Step() bool {
	if e.stopped || !e.queue.fill(1<<64-1) {
		return false
	}
	e.dispatch()
	return true
}

// RunUntil executes every event at or before t, those that are scheduled
// meanwhile included, and leaves the clock at t.
//
// Afterwards t is the present and open again to every class: what is scheduled
// there now happens when the engine goes on. When the engine is stopped on the
// way, the clock stays at the event that stopped it. RunUntil panics when t is
// before now or beyond MaxTime.
func (e *Engine) RunUntil(t Time) {
	if t < e.Now() || t > MaxTime {
		panic(fmt.Sprintf("des: RunUntil: %v is not between now, %v, and MaxTime, %v", t, e.Now(), MaxTime))
	}
	start := uint64(t) << classBits
	for !e.stopped && e.queue.fill(start|classMask) {
		e.dispatch()
	}
	if !e.stopped {
		e.queue.floor = start
	}
}

// Stop ends the run: after the event that is being executed, Step and RunUntil
// execute nothing until Reset.
func (e *Engine) Stop() { e.stopped = true }

// Stopped reports whether Stop was called since the last Reset.
func (e *Engine) Stopped() bool { return e.stopped }

// Dispatched returns the number of events executed since the last Reset.
func (e *Engine) Dispatched() uint64 { return e.dispatched }

// Reset drops every pending event and goes back to time zero. Registered
// handlers and memory are kept; handles from before name nothing.
func (e *Engine) Reset() {
	e.queue.reset()
	e.dispatched = 0
	e.stopped = false
}

// dispatch executes the next event, of which there must be one.
func (e *Engine) dispatch() {
	ev := e.queue.pop()
	e.dispatched++
	e.handlers[ev.Actor].Handle(ev)
}

// key returns t and c as one integer whose order is theirs. It panics when an
// event may not be scheduled there.
func (e *Engine) key(t Time, c Class) uint64 {
	key := uint64(t)<<classBits | uint64(c)
	if uint64(t) > uint64(MaxTime) || c > classMask || key < e.queue.floor {
		e.refuse(t, c)
	}
	return key
}

// refuse panics, saying why nothing may be scheduled at t in class c.
func (e *Engine) refuse(t Time, c Class) {
	now := e.Now()
	switch {
	case c > classMask:
		panic(fmt.Sprintf("des: class %d is beyond %d (t=%v)", uint8(c), classMask, now))
	case t < now:
		panic(fmt.Sprintf("des: %v is before now (t=%v)", t, now))
	case t > MaxTime:
		panic(fmt.Sprintf("des: %v is beyond MaxTime, %v (t=%v)", t, MaxTime, now))
	default:
		panic(fmt.Sprintf("des: %v now comes before %v, which this instant has reached (t=%v)", c, e.Class(), now))
	}
}
