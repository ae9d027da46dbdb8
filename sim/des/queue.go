package des

import "math/bits"

const (
	digitBits = 6
	digits    = 1 << digitBits                   // buckets of one level
	levels    = (64 + digitBits - 1) / digitBits // digits of a key

	// sortAtMost is the most events that are sorted at once rather than
	// distributed over the next level. From 8 to 48 it hardly matters.
	sortAtMost = 24
	// spillAt is how long the sorted front may grow by insertion.
	spillAt = 256
)

// A queue is the future event list: a wheel of 64 buckets a level with a sorted
// front.
//
// A key is read as a number of eleven digits in base 64. An event waits at the
// level of the highest digit in which its key differs from base, in the bucket
// of that digit's value; if nothing differs, at level 0. No key in the wheel is
// below base, so the lowest bucket of the lowest level holds the least keys.
// When the front is used up, that bucket is opened: a few events are sorted
// into the front, many go to lower levels. Base moves with it, and no other
// event's place changes, so a place is a function of key and base. Equal keys
// therefore always share a bucket; buckets are filled and emptied in order and
// the sort is stable, so equal keys leave in the order in which they came.
// Insertion order costs nothing.
//
// A bucket is a doubly linked list through one arena, so a cancelled event is
// gone at once and memory is that of the most events ever pending together. In
// the front a cancelled event leaves a stale entry, which is dropped when the
// front is used up or goes back to the wheel; both happen before long.
//
// Why this and not a heap: in the hold benchmarks of this package a binary heap
// of values, which has no Cancel either, takes about 1.5, 2.6 and 1.1 times as
// long with 100, 10 000 and 1 000 000 events pending; container/heap with
// closures takes about 4.5, 7.5 and 3.6 times as long. A prototype with
// append-only slices for buckets took half of the time at a million and no less
// below; but they go on growing for a long time, and what is cancelled stays in
// them until it is swept out.
type queue struct {
	floor uint64 // no key below may be pushed: that of the event executed last, or where RunUntil ended
	len   int    // pending events

	front []entry // in order; front[head:] is still to happen
	head  int
	limit uint64 // lower keys belong into the front

	base    uint64
	inUse   uint16         // bit l: level l has a bucket in use
	used    [levels]uint64 // bit s of level l: bucket s is in use
	buckets [levels * digits]list

	nodes []node // nodes[0] is none
	free  int32  // first unused node, linked by next
}

// An entry is an event in the front. It is stale when its node has moved on to
// another generation.
type entry struct {
	key  uint64
	slot int32
	gen  uint32
}

// A list is a bucket: its first and last node, 0 when it is empty, and how many.
type list struct{ first, last, len int32 }

// A node holds a pending event, or waits among the free ones.
type node struct {
	key        uint64
	next, prev int32  // within the bucket; prev is inFront when it is in none
	gen        uint32 // counts the events that were here
	ev         Event
}

// inFront is the prev of a node that was sorted into the front.
const inFront = -1

// push adds ev at key, which is not below floor.
func (q *queue) push(key uint64, ev Event) Handle {
	if q.free == 0 {
		q.grow()
	}
	i := q.free
	n := &q.nodes[i]
	q.free = n.next
	n.key, n.ev = key, ev
	q.len++
	if key >= q.limit {
		q.file(i)
	} else {
		q.insert(i)
	}
	return Handle{slot: i, gen: n.gen}
}

// grow adds one free node. Append doubles the memory, so it is seldom called
// for a second time.
func (q *queue) grow() {
	if len(q.nodes) == 0 {
		q.nodes = append(q.nodes, node{})
	}
	q.nodes = append(q.nodes, node{})
	q.free = int32(len(q.nodes) - 1)
}

// pop takes out the first event, which fill has found, and moves floor there.
func (q *queue) pop() Event {
	e := q.front[q.head]
	q.head++
	q.floor = e.key
	q.release(e.slot)
	return q.nodes[e.slot].ev
}

// remove takes out the event that h names, and reports whether there is one.
func (q *queue) remove(h Handle) bool {
	if h.slot <= 0 || int(h.slot) >= len(q.nodes) || q.nodes[h.slot].gen != h.gen {
		return false
	}
	if q.nodes[h.slot].prev != inFront {
		q.unlink(h.slot)
	}
	q.release(h.slot)
	return true
}

// move takes out the event that h names, if any, and adds it again at key.
func (q *queue) move(h Handle, key uint64) (Handle, bool) {
	if !q.remove(h) {
		return Handle{}, false
	}
	return q.push(key, q.nodes[h.slot].ev), true
}

// release makes node i free for the next event and stale for all who know it.
func (q *queue) release(i int32) {
	n := &q.nodes[i]
	n.gen++
	n.next = q.free
	q.free = i
	q.len--
}

// reset empties the queue and goes back to key 0. All memory is kept.
func (q *queue) reset() {
	*q = queue{front: q.front[:0], nodes: q.nodes}
	for i := len(q.nodes) - 1; i > 0; i-- {
		q.release(int32(i))
	}
	q.len = 0
}

// fill brings the next event to the head of the front. It reports false when
// there is none at or below last. It opens no bucket that begins beyond last:
// floor will be at or above the beginning of every opened one.
func (q *queue) fill(last uint64) bool {
	for {
		for ; q.head < len(q.front); q.head++ {
			e := &q.front[q.head]
			if q.nodes[e.slot].gen == e.gen {
				return e.key <= last
			}
		}
		q.front, q.head = q.front[:0], 0
		if q.inUse == 0 || !q.open(last) {
			return false
		}
	}
}

// open empties the bucket with the least keys into the front or into lower
// levels. It does nothing and reports false when that bucket begins beyond last.
func (q *queue) open(last uint64) bool {
	level := bits.TrailingZeros16(q.inUse)
	b := level*digits + bits.TrailingZeros64(q.used[level])
	i := q.buckets[b].first
	width := uint64(1) << (level * digitBits)
	start := q.nodes[i].key &^ (width - 1)
	if start > last {
		return false
	}
	few := q.buckets[b].len <= sortAtMost
	q.clear(b)
	switch {
	case level == 0: // a single key: later ones of the same key queue up in its bucket
		q.base, q.limit = start, start
		for ; i != 0; i = q.nodes[i].next {
			q.append(i)
		}
	case few:
		q.base, q.limit = start+width-1, start+width
		for ; i != 0; i = q.nodes[i].next {
			q.append(i)
			q.sift()
		}
	default:
		q.base, q.limit = start, start
		q.fileAll(i)
	}
	return true
}

// append adds node i to the end of the front.
func (q *queue) append(i int32) {
	n := &q.nodes[i]
	n.prev = inFront
	q.front = append(q.front, entry{key: n.key, slot: i, gen: n.gen})
}

// sift moves the last entry of the front to its place, behind its equals.
func (q *queue) sift() {
	s := q.front[q.head:]
	i := len(s) - 1
	e := s[i]
	for ; i > 0 && s[i-1].key > e.key; i-- {
		s[i] = s[i-1]
	}
	s[i] = e
}

// insert sorts node i, whose key is below limit, into the front. When the front
// has become long, for it reaches far and much has been scheduled since, it
// goes back to the wheel as a whole. That keeps order, because the present lies
// within the opened bucket, and all that waits in the wheel lies beyond it.
func (q *queue) insert(i int32) {
	if len(q.front) < spillAt {
		q.append(i)
		q.sift()
		return
	}
	q.base, q.limit = q.floor, q.floor
	for _, e := range q.front[q.head:] {
		if q.nodes[e.slot].gen == e.gen {
			q.file(e.slot)
		}
	}
	q.front, q.head = q.front[:0], 0
	q.file(i)
}

// file appends node i to the bucket in which its key waits.
func (q *queue) file(i int32) {
	n := &q.nodes[i]
	b := q.place(n.key)
	l := &q.buckets[b]
	n.next, n.prev = 0, l.last
	if l.last == 0 {
		l.first = i
		q.used[b/digits] |= 1 << (b % digits)
		q.inUse |= 1 << (b / digits)
	} else {
		q.nodes[l.last].next = i
	}
	l.last = i
	l.len++
}

// fileAll files node i and those that follow it, in order.
func (q *queue) fileAll(i int32) {
	for i != 0 {
		next := q.nodes[i].next
		q.file(i)
		i = next
	}
}

// place returns the bucket in which key waits while base is as it is.
func (q *queue) place(key uint64) uint {
	level := uint(bits.Len64(key^q.base|1)-1) / digitBits
	return level*digits + uint(key>>(level*digitBits)&(digits-1))
}

// unlink takes node i out of its bucket.
func (q *queue) unlink(i int32) {
	n := &q.nodes[i]
	b := q.place(n.key)
	l := &q.buckets[b]
	l.len--
	if l.len == 0 {
		q.clear(int(b))
		return
	}
	if n.next == 0 {
		l.last = n.prev
	} else {
		q.nodes[n.next].prev = n.prev
	}
	if n.prev == 0 {
		l.first = n.next
	} else {
		q.nodes[n.prev].next = n.next
	}
}

// clear makes bucket b empty.
func (q *queue) clear(b int) {
	q.buckets[b] = list{}
	level := b / digits
	q.used[level] &^= 1 << (b % digits)
	if q.used[level] == 0 {
		q.inUse &^= 1 << level
	}
}
