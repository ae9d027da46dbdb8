package model

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
)

// AllocatableOn returns what pods can use on a node of the pool that runs v:
// what the scenario gives, else what AKS reserves of the size under that version.
func (p *NodePool) AllocatableOn(v Version) Allocatable {
	if p.AllocatableSet || v.IsAlias() || v == p.KubernetesVersion {
		return p.Allocatable
	}
	a := AllocatableOf(p.VMSize, p.MaxPods, v)
	if p.OSType == Windows {
		a.Memory = max(a.Memory-windowsMemory, 0)
	}
	return a
}

// windowsMemory is what a Windows node reserves besides.
const windowsMemory = 2 * gibibyte

// AllocatableOf returns what pods can use on a node of the given size: its
// capacity less what AKS reserves, by the formula of the node's version.
//
// Of CPU, AKS reserves 60, 100, 140, 180, 260, 420 and 740 millicores on 1, 2,
// 4, 8, 16, 32 and 64 cores. Between these, here, the reservation is on the
// straight line; above 64 it goes on at the last slope, 10 millicores a core.
//
// Of memory, from 1.29 on, it reserves 20 MB for each of maxPods and 50 MB, at
// most a quarter of all, and 100 MiB where eviction by the kubelet begins.
// Before, it reserves 25 % of the first 4 GB, 20 % of the next 4, 10 % of the
// next 8, 6 % of the next 112 and 2 % of the rest, and 750 MiB for eviction. MB
// and GB are read as MiB and GiB, for the kubelet is configured in these.
//
// Capacity is what the size is sold with. A real node's is a few per cent lower,
// because firmware and kernel keep some; a scenario may give the real figures.
// Source: AKS, node resource reservations page.
func AllocatableOf(size VMSize, maxPods int, v Version) Allocatable {
	reserved := Resources{CPU: reservedCPU(size.VCPUs), Memory: reservedMemory(size.Memory, maxPods, v)}
	left := Resources{CPU: int64(size.VCPUs) * 1000, Memory: size.Memory}.Sub(reserved)
	return Allocatable{
		Resources: Resources{CPU: max(left.CPU, 0), Memory: max(left.Memory, 0)},
		Pods:      maxPods,
	}
}

// reservedCPU returns the reserved millicores on so many cores.
func reservedCPU(cores int) int64 {
	table := []struct{ cores, millis int64 }{{0, 0}, {1, 60}, {2, 100}, {4, 140}, {8, 180}, {16, 260}, {32, 420}, {64, 740}}
	n := int64(max(cores, 0))
	for i := 1; i < len(table); i++ {
		low, high := table[i-1], table[i]
		if n <= high.cores {
			return low.millis + (high.millis-low.millis)*(n-low.cores)/(high.cores-low.cores)
		}
	}
	last := table[len(table)-1]
	return last.millis + 10*(n-last.cores)
}

// reservedMemory returns the reserved bytes of memory.
func reservedMemory(memory int64, maxPods int, v Version) int64 {
	if !v.Less(Version{1, 29, 0}) {
		return min((20*int64(maxPods)+50)*mebibyte, memory/4) + 100*mebibyte
	}
	tiers := []struct{ gibibytes, percent int64 }{{4, 25}, {4, 20}, {8, 10}, {112, 6}}
	var reserved int64
	left := memory
	for _, t := range tiers {
		part := min(left, t.gibibytes*gibibyte)
		reserved += part / 100 * t.percent
		left -= part
	}
	return reserved + left/100*2 + 750*mebibyte
}
