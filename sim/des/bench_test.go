package des

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// The hold benchmarks keep n events pending: each event that happens schedules
// one more, after an exponential delay of one simulated second in the mean. It
// is the classic measure of future event lists. HoldHeap and HoldNaive do the
// same with what else one might take, for comparison in the same process.

var holdSizes = []int{100, 10_000, 1_000_000}

// delays returns 65536 exponential delays of mean one second.
func delays() []time.Duration {
	rng := rand.New(rand.NewPCG(1, 2))
	d := make([]time.Duration, 1<<16)
	for i := range d {
		d[i] = time.Duration(-math.Log(1-rng.Float64()) * 1e9)
	}
	return d
}

// A holder schedules one event for each that it handles.
type holder struct {
	engine *Engine
	delays []time.Duration
	next   int
}

func (h *holder) Handle(ev Event) {
	h.engine.After(h.delays[h.next&(1<<16-1)], ClassFinish, ev)
	h.next++
}

// newHolder returns an engine in which n events are held, warmed up.
func newHolder(n int) *Engine {
	e := new(Engine)
	h := &holder{engine: e, delays: delays()}
	a := e.Register(h)
	for i := range n {
		h.Handle(Event{Actor: a, Subject: int32(i)})
	}
	for range 3 * n {
		e.Step()
	}
	return e
}

func BenchmarkHold(b *testing.B) {
	for _, n := range holdSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e := newHolder(n)
			b.ReportAllocs()
			for b.Loop() {
				e.Step()
			}
		})
	}
}

// BenchmarkHoldMixed is nearer to a simulation: delays from 10 ms to an hour,
// and every event has a time limit that is cancelled when it happens.
func BenchmarkHoldMixed(b *testing.B) {
	for _, n := range []int{20, 100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e := newMixer(n)
			b.ReportAllocs()
			for b.Loop() {
				e.Step()
			}
		})
	}
}

// A mixer pairs each event with a limit that never strikes.
type mixer struct {
	engine *Engine
	rng    *rand.Rand
	limits []Handle
}

var mixedDelays = [...]time.Duration{10 * time.Millisecond, time.Second, 5 * time.Second, 30 * time.Second, 4 * time.Minute, time.Hour}

func (m *mixer) Handle(ev Event) {
	m.engine.Cancel(m.limits[ev.Subject])
	d := mixedDelays[m.rng.IntN(len(mixedDelays))]
	m.engine.After(d, ClassFinish, ev)
	m.limits[ev.Subject] = m.engine.After(d+30*time.Minute, ClassLimit, ev)
}

func newMixer(n int) *Engine {
	e := new(Engine)
	m := &mixer{engine: e, rng: rand.New(rand.NewPCG(1, 2)), limits: make([]Handle, n)}
	a := e.Register(m)
	for i := range n {
		m.Handle(Event{Actor: a, Subject: int32(i)})
	}
	for range 3 * n {
		e.Step()
	}
	return e
}

// BenchmarkHoldHeap is a binary heap of values with a sequence number.
func BenchmarkHoldHeap(b *testing.B) {
	for _, n := range holdSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var h valueHeap
			d := delays()
			now, next := int64(0), 0
			hold := func(ev Event) {
				h.push(item{now + int64(d[next&(1<<16-1)]), uint64(next), ev})
				next++
			}
			step := func() {
				top := h.pop()
				now = top.key
				hold(top.ev)
			}
			for range n {
				hold(Event{})
			}
			for range 3 * n {
				step()
			}
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}

type item struct {
	key int64
	seq uint64
	ev  Event
}

func (e item) before(f item) bool { return e.key < f.key || e.key == f.key && e.seq < f.seq }

type valueHeap []item

func (h *valueHeap) push(e item) {
	*h = append(*h, e)
	s := *h
	i := len(s) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(s[parent]) {
			break
		}
		s[i] = s[parent]
		i = parent
	}
	s[i] = e
}

func (h *valueHeap) pop() item {
	s := *h
	top := s[0]
	last := s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	i := 0
	for {
		c := 2*i + 1
		if c >= len(s) {
			break
		}
		if c+1 < len(s) && s[c+1].before(s[c]) {
			c++
		}
		if !s[c].before(last) {
			break
		}
		s[i] = s[c]
		i = c
	}
	if len(s) > 0 {
		s[i] = last
	}
	return top
}

// BenchmarkHoldNaive is container/heap of pointers to events with closures.
func BenchmarkHoldNaive(b *testing.B) {
	for _, n := range holdSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var h closureHeap
			d := delays()
			now, next := int64(0), 0
			var hold func()
			hold = func() {
				heap.Push(&h, &closure{now + int64(d[next&(1<<16-1)]), uint64(next), func() { hold() }})
				next++
			}
			step := func() {
				top := heap.Pop(&h).(*closure)
				now = top.key
				top.do()
			}
			for range n {
				hold()
			}
			for range 3 * n {
				step()
			}
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}

type closure struct {
	key int64
	seq uint64
	do  func()
}

type closureHeap []*closure

func (h closureHeap) Len() int { return len(h) }
func (h closureHeap) Less(i, j int) bool {
	return h[i].key < h[j].key || h[i].key == h[j].key && h[i].seq < h[j].seq
}
func (h closureHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *closureHeap) Push(x any)   { *h = append(*h, x.(*closure)) }
func (h *closureHeap) Pop() any {
	s := *h
	x := s[len(s)-1]
	*h = s[:len(s)-1]
	return x
}
