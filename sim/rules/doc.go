// Package rules is what AKS checks before it accepts a request: small named
// rules over a snapshot of the cluster, in dated profiles.
//
// A [State] is the snapshot. Package aks fills one in from the live cluster for
// each request; [FromModel] fills one in from a scenario, for validate, plan and
// upgrades. So a live answer and a static one come from the same rules and
// can't disagree. Nothing here changes a State but [State.Apply], which a
// planner uses on its own copy.
//
// [Check] asks every rule of the State's profile, in the profile's order, and
// returns all refusals. AKS answers with one error; that is the first.
//
// The rules are those of AKS's "Upgrade node pools" page of 2023-07-19, which
// the profile aks-2023-07 is named after, and what AKS enforces beside them.
// Messages are worded here; codes are AKS's own where a source gives one.
package rules
