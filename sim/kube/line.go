package kube

// A line is where things wait for their turn at something that only so many can
// use at a time: the workers of a controller, the images or the disks of a node. It knows
// them by index, first come, first served.
type line struct {
	busy  int // that have their turn
	queue []int32
	head  int // of the queue; those before it had their turn
}

// enter reports whether x has its turn at once; else it waits for leave to
// name it. limit 0 is no limit.
func (l *line) enter(limit int, x int32) bool {
	if limit == 0 || l.busy < limit {
		l.busy++
		return true
	}
	if l.head == len(l.queue) {
		l.queue, l.head = l.queue[:0], 0
	}
	l.queue = append(l.queue, x)
	return false
}

// leave ends a turn and returns whose turn is next; -1: nobody's. Who is named
// and no longer there gives its turn back with leave.
func (l *line) leave() int32 {
	if l.head < len(l.queue) {
		l.head++
		return l.queue[l.head-1]
	}
	l.busy--
	return -1
}

func (l *line) reset() { l.busy, l.queue, l.head = 0, l.queue[:0], 0 }
