package des

import "math/bits"

const (
	digitBits = 6
	digits    = 1 << digitBits                   // values of one digit
	levels    = (64 + digitBits - 1) / digitBits // digits of a key
)

// A queue is the future event list: a radix heap with 64 buckets a level.
//
// A key is read as a number of eleven digits in base 64. An event waits at the
// level of the highest digit in which its key differs from base, in the bucket
// of that digit's value; if nothing differs, at level 0. Since no key is below
// base, the lowest bucket of the lowest level holds the least key. When base
// moves up into a bucket, the events of that bucket move to lower levels, and
// nobody else's place changes. So the place of an event is a function of its
// key and base, equal keys always share a bucket, and as buckets are filled and
// emptied in order, equal keys leave in the order they came: insertion order
// costs nothing.
//
// Buckets are doubly linked lists through one arena, so a cancelled event is
// gone at once, and memory is that of the most events ever pending together.
type queue struct {
	base    uint64 // no key is below; the key executed last, or where RunUntil ended
	len     int
	levels  uint16         // bit l: level l has a bucket in use
	used    [levels]uint64 // bit s of level l: bucket s is in use
	buckets [levels * digits]list
	nodes   []node // nodes[0] stands for none
	free    int32  // first unused node, linked by next
}

// A list is a bucket's first and last node; 0 when it is empty.
type list struct{ first, last int32 }

// A node holds a pending event, or waits in the list of free ones.
type node struct {
	key        uint64
	next, prev int32
	gen        uint32 // of the event that is, or will be, here
	ev         Event
}

// place returns the bucket in which key waits while base is as it is.
func (q *queue) place(key uint64) int {
	level := (bits.Len64(key^q.base|1) - 1) / digitBits
	return level*digits + int(key>>(level*digitBits)&(digits-1))
}

// lowest returns the bucket with the least key. The queue must not be empty.
func (q *queue) lowest() int {
	level := bits.TrailingZeros16(q.levels)
	return level*digits + bits.TrailingZeros64(q.used[level])
}

// least returns the least key. The queue must not be empty.
func (q *queue) least() uint64 {
	i := q.buckets[q.lowest()].first
	key := q.nodes[i].key
	for i = q.nodes[i].next; i != 0; i = q.nodes[i].next {
		key = min(key, q.nodes[i].key)
	}
	return key
}

// push adds ev at key, which is not below base.
func (q *queue) push(key uint64, ev Event) Handle {
	if q.free == 0 {
		q.grow()
	}
	i := q.free
	n := &q.nodes[i]
	q.free = n.next
	n.key, n.ev = key, ev
	q.len++
	q.link(i)
	return Handle{slot: i, gen: n.gen}
}

// grow adds one free node. Growing by append doubles the memory, so it is rare.
func (q *queue) grow() {
	if len(q.nodes) == 0 {
		q.nodes = append(q.nodes, node{})
	}
	q.nodes = append(q.nodes, node{})
	q.free = int32(len(q.nodes) - 1)
}

// pop takes out the first event of the least key and moves base there. The
// queue must not be empty.
func (q *queue) pop() Event {
	b := q.lowest()
	if b >= digits {
		q.advance(q.least())
		b = q.lowest()
	}
	i := q.buckets[b].first
	n := &q.nodes[i]
	ev := n.ev
	q.unlink(i)
	q.base = n.key
	q.release(i)
	return ev
}

// remove takes out the event that h names, if any.
func (q *queue) remove(h Handle) bool {
	if !q.live(h) {
		return false
	}
	q.unlink(h.slot)
	q.release(h.slot)
	return true
}

// move takes out the event that h names, if any, and adds it again at key.
func (q *queue) move(h Handle, key uint64) (Handle, bool) {
	if !q.live(h) {
		return Handle{}, false
	}
	q.unlink(h.slot)
	q.release(h.slot)
	return q.push(key, q.nodes[h.slot].ev), true
}

// live reports whether h names a pending event.
func (q *queue) live(h Handle) bool {
	return h.slot > 0 && int(h.slot) < len(q.nodes) && q.nodes[h.slot].gen == h.gen
}

// reset empties the queue and goes back to base 0. All memory is kept.
func (q *queue) reset() {
	q.base, q.len, q.levels = 0, 0, 0
	q.used = [levels]uint64{}
	q.buckets = [levels * digits]list{}
	q.free = 0
	for i := len(q.nodes) - 1; i > 0; i-- {
		q.nodes[i].gen++
		q.nodes[i].next = q.free
		q.free = int32(i)
	}
}

// advance moves base to key. No pending key may be below it. Going back within
// the lowest digit is allowed, for it changes nobody's place.
func (q *queue) advance(key uint64) {
	b := q.place(key)
	q.base = key
	if b < digits {
		return
	}
	i := q.buckets[b].first
	if i == 0 {
		return
	}
	q.clear(b)
	for i != 0 {
		next := q.nodes[i].next
		q.link(i)
		i = next
	}
}

// link appends node i to the bucket of its key.
func (q *queue) link(i int32) {
	n := &q.nodes[i]
	b := q.place(n.key)
	l := &q.buckets[b]
	n.next, n.prev = 0, l.last
	if l.last == 0 {
		l.first = i
		q.used[b/digits] |= 1 << (b % digits)
		q.levels |= 1 << (b / digits)
	} else {
		q.nodes[l.last].next = i
	}
	l.last = i
}

// unlink takes node i out of its bucket.
func (q *queue) unlink(i int32) {
	n := &q.nodes[i]
	if n.next == 0 || n.prev == 0 {
		l := &q.buckets[q.place(n.key)]
		if n.next == 0 {
			l.last = n.prev
		}
		if n.prev == 0 {
			l.first = n.next
		}
		if l.first == 0 {
			q.clear(q.place(n.key))
		}
	}
	if n.next != 0 {
		q.nodes[n.next].prev = n.prev
	}
	if n.prev != 0 {
		q.nodes[n.prev].next = n.next
	}
}

// clear marks bucket b empty.
func (q *queue) clear(b int) {
	q.buckets[b] = list{}
	level := b / digits
	q.used[level] &^= 1 << (b % digits)
	if q.used[level] == 0 {
		q.levels &^= 1 << level
	}
}

// release makes node i free for the next event and its handle stale.
func (q *queue) release(i int32) {
	n := &q.nodes[i]
	n.gen++
	n.next = q.free
	q.free = i
	q.len--
}
