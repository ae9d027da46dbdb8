package model

import "net/netip"

// AddressesPerNode returns how many addresses of the subnet one node takes: one
// for itself and, with network azure, one for each pod it may hold.
// Source: AKS IP address planning page.
func AddressesPerNode(network Network, maxPods int) int {
	if network == NetworkAzure {
		return 1 + max(maxPods, 0)
	}
	return 1
}

// UsableAddresses returns how many addresses of a subnet its nodes and pods can
// have: all but the 5 that Azure keeps. A prefix too long to leave any gives 0;
// the count is cut off at 1<<30, which no cluster reaches.
func UsableAddresses(prefix netip.Prefix) int {
	if !prefix.IsValid() {
		return 0
	}
	bits := prefix.Addr().BitLen() - prefix.Bits()
	if bits >= 30 {
		return 1 << 30
	}
	return max(1<<bits-5, 0)
}
