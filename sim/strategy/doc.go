// Package strategy is the person at the keyboard: which request goes to AKS
// when.
//
// An [Operator] plays one strategy of a model. Full and control-plane-only are
// one request; per-pool is the control plane and then the pools in order,
// several at the same time if asked for, with a pause between one request's end
// and the next; blue-green replaces pools by new ones, with the way back where a
// drain fails; operations are the scenario's own requests. What a person asks of
// Kubernetes with kubectl, to cordon, uncordon and drain, is no request to AKS, and
// AKS refuses none of it. When all have been answered and all accepted operations
// are over, it says how it went.
//
// [PlanOf] says beforehand, without playing anything, what would be submitted,
// what AKS would answer, and how long it takes at least.
package strategy
