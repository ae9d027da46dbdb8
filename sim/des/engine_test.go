package des

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// A recorder keeps the subjects of the events it handles, in order.
type recorder struct{ got []int32 }

func (r *recorder) Handle(ev Event) { r.got = append(r.got, ev.Subject) }

// A doer runs a function for every event.
type doer func(Event)

func (d doer) Handle(ev Event) { d(ev) }

// A twin is a slow engine that cannot be wrong: it keeps what is pending in
// order of insertion and picks the first of the least. It drives a real engine
// through the same operations and compares all that can be seen.
//
// An event whose Arg is positive schedules one more when it happens, so that
// scheduling from within is covered.
type twin struct {
	t       *testing.T
	engine  *Engine
	now     Time
	class   Class
	pending []twinEvent
	handles map[int32]Handle // of all events ever, by subject
	next    int32            // subject of the next event
	ran     int
}

type twinEvent struct {
	t  Time
	c  Class
	ev Event
}

func newTwin(t *testing.T) *twin {
	w := &twin{t: t, engine: new(Engine), handles: map[int32]Handle{}, next: 1}
	w.engine.Register(doer(w.handle))
	return w
}

// handle is called by the engine; what it gets must be the twin's next event.
func (w *twin) handle(ev Event) {
	w.t.Helper()
	if len(w.pending) == 0 {
		w.t.Fatalf("engine executed %v where nothing was pending", ev)
	}
	i := w.first()
	want := w.pending[i]
	w.pending = slices.Delete(w.pending, i, i+1)
	w.now, w.class = want.t, want.c
	w.ran++
	if ev != want.ev || w.engine.Now() != want.t {
		w.t.Fatalf("engine executed %v at %v, want %v at %v", ev, w.engine.Now(), want.ev, want.t)
	}
	if ev.Arg > 0 {
		delay := Time(ev.Arg % 3 * ev.Arg * ev.Arg)
		w.at(w.now+delay, w.class, ev.Arg-1)
	}
}

func (w *twin) first() int {
	least := slices.MinFunc(w.pending, compareTwins) // the first of several
	return slices.Index(w.pending, least)
}

func compareTwins(a, b twinEvent) int {
	return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(a.c, b.c))
}

func (w *twin) at(t Time, c Class, arg int32) {
	ev := Event{Subject: w.next, Arg: arg}
	w.next++
	w.pending = append(w.pending, twinEvent{t, c, ev})
	w.handles[ev.Subject] = w.engine.At(t, c, ev)
}

func (w *twin) cancel(subject int32) {
	i := w.index(subject)
	if got := w.engine.Cancel(w.handles[subject]); got != (i >= 0) {
		w.t.Fatalf("Cancel(%d) = %v, want %v", subject, got, i >= 0)
	}
	if i >= 0 {
		w.pending = slices.Delete(w.pending, i, i+1)
	}
}

func (w *twin) reschedule(subject int32, t Time, c Class) {
	i := w.index(subject)
	old := w.handles[subject]
	h, ok := w.engine.Reschedule(old, t, c)
	if ok != (i >= 0) {
		w.t.Fatalf("Reschedule(%d) = %v, want %v", subject, ok, i >= 0)
	}
	if i < 0 {
		return
	}
	if w.engine.Cancel(old) {
		w.t.Fatalf("the old handle of %d is still good after Reschedule", subject)
	}
	moved := twinEvent{t, c, w.pending[i].ev}
	w.pending = append(slices.Delete(w.pending, i, i+1), moved)
	w.handles[subject] = h
}

func (w *twin) index(subject int32) int {
	return slices.IndexFunc(w.pending, func(e twinEvent) bool { return e.ev.Subject == subject })
}

func (w *twin) step() {
	want := len(w.pending) > 0
	if got := w.engine.Step(); got != want {
		w.t.Fatalf("Step = %v with %d pending", got, len(w.pending))
	}
}

func (w *twin) runUntil(t Time) {
	w.engine.RunUntil(t)
	w.now, w.class = t, 0
	if len(w.pending) > 0 && w.pending[w.first()].t <= t {
		w.t.Fatalf("RunUntil(%v) left %v", t, w.pending[w.first()])
	}
}

func (w *twin) reset() {
	w.engine.Reset()
	w.now, w.class, w.pending, w.ran = 0, 0, nil, 0
}

func (w *twin) check() {
	e := w.engine
	if e.Class() != w.class {
		w.t.Fatalf("class %v, want %v", e.Class(), w.class)
	}
	if e.Pending() != len(w.pending) || e.Now() != w.now || e.Dispatched() != uint64(w.ran) {
		w.t.Fatalf("pending %d, now %v, dispatched %d; want %d, %v, %d",
			e.Pending(), e.Now(), e.Dispatched(), len(w.pending), w.now, w.ran)
	}
}

// play reads script as a list of operations, four bytes each, then runs dry.
func (w *twin) play(script []byte) {
	for ; len(script) >= 4; script = script[4:] {
		op, a, b, c := script[0], script[1], script[2], script[3]
		delay := Time(a) << (b % 40)
		class := Class(c % 5)
		if delay == 0 {
			class = max(class, w.class)
		}
		subject := w.next - 1 - int32(a)<<(b%4) // often a recent one
		switch op % 16 {
		default:
			w.at(w.now+delay, class, int32(c>>5))
		case 7, 8:
			w.cancel(subject)
		case 9, 10:
			w.reschedule(subject, w.now+delay, class)
		case 11, 12, 13, 14:
			w.step()
		case 15:
			switch {
			case c == 0:
				w.reset()
			case c < 128:
				w.runUntil(w.now + delay)
			default: // many of one instant, but no more than a slow twin can bear
				for range min(int(a), 400-len(w.pending)) {
					w.at(w.now+delay, class, 0)
				}
			}
		}
		w.check()
	}
	for len(w.pending) > 0 {
		w.step()
		w.check()
	}
	w.step()
}

// seeds is how many random scripts are played.
const seeds = 30

func TestTwin(t *testing.T) {
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0))
			script := make([]byte, 4*2000)
			spread := 1 + rng.IntN(40) // short horizons collide, long ones use all levels
			for i := range script {
				script[i] = byte(rng.Uint32())
				if i%4 == 2 {
					script[i] = byte(rng.IntN(spread))
				}
			}
			newTwin(t).play(script)
		})
	}
}

func FuzzEngine(f *testing.F) {
	f.Add([]byte("\x00\x05\x03\x00\x00\x05\x03\x01\x0b\x00\x00\x00"))
	f.Add([]byte("\x00\x01\x27\x00\x0f\x00\x00\xff\x0f\xff\x00\xff\x0f\x03\x01\x10\x07\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 4*500 {
			t.Skip("long scripts say no more")
		}
		newTwin(t).play(script)
	})
}

// One event an hour away reaches far over the front; a chain of a thousand
// timers that fan out before it must go back to the wheel and stay in order.
func TestManyTimersBeforeOneFarEvent(t *testing.T) {
	w := newTwin(t)
	w.at(Time(time.Hour), ClassLimit, 0)
	w.at(1, ClassFinish, 0)
	w.step()
	for i := range Time(1000) {
		w.at(w.now+(i*7919)%1000*Time(time.Second), ClassFinish, 0)
		if i%3 == 0 {
			w.step()
		}
		if i%5 == 0 {
			w.cancel(w.next - 3)
		}
		w.check()
	}
	w.play(nil)
}

// An opened bucket may end where its parent does. What is scheduled next must
// still find the bucket in which an older event of the next parent waits.
func TestBucketAtTheBorderOfItsParent(t *testing.T) {
	w := newTwin(t)
	w.at(255, ClassFinish, 0) // last bucket of level 1
	w.at(260, ClassFinish, 0) // level 2
	w.step()
	w.at(270, ClassFinish, 0)
	w.play(nil)
}

// Equal times keep insertion order at any number, here 1000, where an unstable
// sort would lose it from 13 on.
func TestEqualTimesKeepInsertionOrder(t *testing.T) {
	for _, n := range []int32{2, 13, 14, 25, 1000} {
		var e Engine
		r := new(recorder)
		a := e.Register(r)
		for i := range n {
			e.At(Time(time.Minute), ClassFinish, Event{Actor: a, Subject: i})
		}
		e.RunUntil(Time(time.Hour))
		if !slices.IsSorted(r.got) || len(r.got) != int(n) {
			t.Errorf("%d equal events ran as %v", n, r.got)
		}
	}
}

func TestAgainstStableSort(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	var e Engine
	r := new(recorder)
	a := e.Register(r)
	var all []twinEvent
	for i := range int32(20_000) {
		ev := twinEvent{Time(rng.IntN(500)), Class(rng.IntN(5)), Event{Actor: a, Subject: i}}
		all = append(all, ev)
		e.At(ev.t, ev.c, ev.ev)
	}
	slices.SortStableFunc(all, compareTwins)
	for e.Step() {
	}
	for i, want := range all {
		if r.got[i] != want.ev.Subject {
			t.Fatalf("event %d in order is %d, want %d", i, r.got[i], want.ev.Subject)
		}
	}
}

func TestClassesOrderOneInstant(t *testing.T) {
	var e Engine
	r := new(recorder)
	a := e.Register(r)
	for c := ClassEnd; ; c-- {
		e.At(5, c, Event{Actor: a, Subject: int32(c)})
		if c == 0 {
			break
		}
	}
	e.RunUntil(5)
	want := []int32{int32(ClassFault), int32(ClassFinish), int32(ClassControl), int32(ClassLimit), int32(ClassScan), int32(ClassEnd)}
	if !slices.Equal(r.got, want) {
		t.Errorf("classes ran as %v, want %v", r.got, want)
	}
}

// RunUntil includes what happens at its very end, and what that schedules
// there; the instant is then open to all classes again.
func TestRunUntilBoundary(t *testing.T) {
	var e Engine
	var got []string
	var a Actor
	a = e.Register(doer(func(ev Event) {
		got = append(got, fmt.Sprintf("%v:%d", e.Now(), ev.Subject))
		if ev.Subject == 2 {
			e.After(0, ClassEnd, Event{Actor: a, Subject: 3})
			e.After(1, ClassFault, Event{Actor: a, Subject: 4})
		}
	}))
	e.At(99, ClassEnd, Event{Actor: a, Subject: 1})
	e.At(100, ClassEnd, Event{Actor: a, Subject: 2})
	e.RunUntil(100)
	if e.Now() != 100 || e.Pending() != 1 {
		t.Errorf("after RunUntil(100) it is %v with %d pending", e.Now(), e.Pending())
	}
	e.At(100, ClassFault, Event{Actor: a, Subject: 5})
	e.RunUntil(100)
	e.RunUntil(100)
	e.Step()
	e.RunUntil(MaxTime)
	const want = "99ns:1 100ns:2 100ns:3 100ns:5 101ns:4"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if e.Now() != MaxTime {
		t.Errorf("clock at %v, want MaxTime", e.Now())
	}
}

func TestStop(t *testing.T) {
	var e Engine
	a := e.Register(doer(func(ev Event) {
		if ev.Subject == 3 {
			e.Stop()
		}
	}))
	for i := range int32(6) {
		e.At(Time(i)*10, ClassFinish, Event{Actor: a, Subject: i})
	}
	e.RunUntil(1000)
	if e.Now() != 30 || e.Dispatched() != 4 || e.Pending() != 2 || !e.Stopped() {
		t.Errorf("stopped at %v after %d with %d pending, stopped %v", e.Now(), e.Dispatched(), e.Pending(), e.Stopped())
	}
	if e.Step() {
		t.Error("Step went on after Stop")
	}
	e.Reset()
	if e.Stopped() {
		t.Error("still stopped after Reset")
	}
}

func TestHandles(t *testing.T) {
	var e, other Engine
	r := new(recorder)
	a := e.Register(r)
	other.Register(r)
	if e.Cancel(Handle{}) || e.Cancel(other.At(1, 0, Event{})) {
		t.Error("an empty engine cancelled something")
	}
	h := e.At(10, ClassFinish, Event{Actor: a, Subject: 1})
	if h == (Handle{}) {
		t.Error("At returned the zero handle")
	}
	if e.Cancel(Handle{}) || !e.Cancel(h) || e.Cancel(h) {
		t.Error("Cancel must refuse the zero handle, take a good one, and refuse it from then on")
	}
	h = e.At(10, ClassFinish, Event{Actor: a, Subject: 2})
	e.Step()
	if e.Cancel(h) {
		t.Error("Cancel took the handle of an event that has happened")
	}
	h = e.At(20, ClassFinish, Event{Actor: a, Subject: 3})
	e.Reset()
	if e.Cancel(h) {
		t.Error("a handle outlived Reset")
	}
	if !slices.Equal(r.got, []int32{2}) {
		t.Errorf("ran %v, want [2]", r.got)
	}
}

func TestPanics(t *testing.T) {
	var e Engine
	a := e.Register(new(recorder))
	ev := Event{Actor: a}
	h := e.At(200, ClassFinish, ev)
	e.At(100, ClassControl, ev)
	e.Step()
	for _, c := range []struct {
		want string
		do   func()
	}{
		{"99ns is before now (t=100ns)", func() { e.At(99, ClassEnd, ev) }},
		{"-1ns is before now (t=100ns)", func() { e.At(-1, ClassEnd, ev) }},
		{"finish now comes before control", func() { e.At(100, ClassFinish, ev) }},
		{"finish now comes before control", func() { e.After(0, ClassFinish, ev) }},
		{"99ns is before now", func() { e.After(-1, ClassEnd, ev) }},
		{"is beyond MaxTime", func() { e.At(MaxTime+1, ClassEnd, ev) }},
		{"is beyond MaxTime", func() { e.After(1<<63-1, ClassEnd, ev) }},
		{"class 16 is beyond 15", func() { e.At(300, 16, ev) }},
		{"no handler is registered as actor 7", func() { e.At(300, 0, Event{Actor: 7}) }},
		{"99ns is before now", func() { e.Reschedule(h, 99, ClassEnd) }},
		{"99ns is before now", func() { e.Reschedule(Handle{}, 99, ClassEnd) }},
		{"99ns is not between now", func() { e.RunUntil(99) }},
		{"is not between now", func() { e.RunUntil(MaxTime + 1) }},
		{"more than 256 handlers", func() {
			for range 256 {
				e.Register(new(recorder))
			}
		}},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, c.want) {
					t.Errorf("panic %q, want %q in it", got, c.want)
				}
			}()
			c.do()
		}()
	}
	if e.Pending() != 1 || !e.Cancel(h) {
		t.Error("a refused call changed what is pending")
	}
}

func TestLatestInstant(t *testing.T) {
	w := newTwin(t)
	w.at(MaxTime, 15, 0)
	w.at(MaxTime-1, 0, 0)
	w.at(MaxTime, 14, 0)
	w.step()
	w.at(MaxTime-1, 3, 0)
	w.at(MaxTime, 15, 0)
	w.play(nil)
}

// Resetting gives back an engine like new, on the memory of the old one.
func TestResetReuses(t *testing.T) {
	var e Engine
	r := new(recorder)
	a := e.Register(r)
	run := func() {
		for i := range int32(1000) {
			e.At(Time(i*7919%1000)<<20, ClassFinish, Event{Actor: a, Subject: i})
		}
		e.RunUntil(500 << 20)
		e.Reset()
	}
	run()
	first := slices.Clone(r.got)
	allocs := testing.AllocsPerRun(5, func() {
		r.got = r.got[:0]
		run()
	})
	if allocs != 0 {
		t.Errorf("a replication on a reused engine allocates %v times", allocs)
	}
	if !slices.Equal(r.got, first) {
		t.Error("a reused engine ran another order")
	}
	if e.Now() != 0 || e.Pending() != 0 || e.Dispatched() != 0 {
		t.Errorf("after Reset: now %v, %d pending, %d dispatched", e.Now(), e.Pending(), e.Dispatched())
	}
}

// A million cancelled and moved events among ten pending ones leave no trace.
func TestCancelledEventsDoNotAccumulate(t *testing.T) {
	var e Engine
	a := e.Register(new(recorder))
	rng := rand.New(rand.NewPCG(3, 3))
	var handles [10]Handle
	for i := range 1_000_000 {
		at := e.Now() + Time(rng.IntN(int(time.Hour)))
		k := i % len(handles)
		var ok bool
		if i%2 == 0 {
			e.Cancel(handles[k])
		} else if handles[k], ok = e.Reschedule(handles[k], at, ClassLimit); ok {
			continue
		}
		handles[k] = e.At(at, ClassLimit, Event{Actor: a})
		if i%10_000 == 0 {
			e.Step()
		}
	}
	if e.Pending() > len(handles) || len(e.queue.nodes) > len(handles)+2 || cap(e.queue.front) > 2*spillAt {
		t.Errorf("%d pending in %d nodes and a front of %d", e.Pending(), len(e.queue.nodes), cap(e.queue.front))
	}
}

// The counter of allocations is the whole process's, and the runtime has a few
// of its own now and then. An allocation of the engine would be there in each of
// three measurements.
func TestSteadyStateDoesNotAllocate(t *testing.T) {
	for name, e := range map[string]*Engine{"hold": newHolder(1000), "mixed": newMixer(1000)} {
		least := math.Inf(1)
		for range 3 {
			// All events in one run, for the mean over several is rounded down.
			least = min(least, testing.AllocsPerRun(1, func() {
				for range 200_000 {
					e.Step()
				}
			}))
		}
		if least != 0 {
			t.Errorf("%s: at least %v allocations in 200 000 events", name, least)
		}
	}
}

func TestTime(t *testing.T) {
	at := Time(0).Add(90 * time.Minute)
	if at.String() != "1h30m0s" || at.Seconds() != 5400 || at.Sub(Time(time.Hour)) != 30*time.Minute {
		t.Errorf("90 minutes are %v, %v s, %v after one hour", at, at.Seconds(), at.Sub(Time(time.Hour)))
	}
	if s := fmt.Sprint(ClassLimit, Class(9)); s != "limit class 9" {
		t.Errorf("classes print as %q", s)
	}
}
