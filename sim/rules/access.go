package rules

import (
	"fmt"
	"strings"

	"rollsim/sim/model"
)

// The rules of this file are about what AKS needs to work on a cluster at all:
// credentials that are valid, and resources that nobody has locked.

// The codes of these rules.
const (
	InvalidClientSecret = "InvalidClientSecret"
	ScopeLocked         = "ScopeLocked"
)

// Upgrades reports whether r replaces or reimages nodes, or moves the control
// plane.
func (r Request) Upgrades() bool {
	switch r.Do {
	case model.Upgrade, model.UpgradeControlPlane, model.UpgradePool, model.UpgradeNodeImage, model.RollbackPool:
		return true
	}
	return false
}

var noResourceLocks = Rule{
	ID:     "no-resource-locks",
	Code:   ScopeLocked,
	Checks: "Nothing in the node resource group is locked when AKS is to work there.",
	Source: "AKS upgrade options page, pre-upgrade validations; Azure/AKS#3291; the code is ARM's, AKS shows a message only",
	check: func(s *State, r Request) string {
		if r.Do == model.Abort || len(s.ResourceLocks) == 0 {
			return ""
		}
		return fmt.Sprintf("the node resource group is locked (%s); remove the lock and try again", strings.Join(s.ResourceLocks, ", "))
	},
}

var servicePrincipalValid = Rule{
	ID:     "service-principal-valid",
	Code:   InvalidClientSecret,
	Checks: "The client secret of the cluster's service principal hasn't expired when something is upgraded.",
	Source: "AKS error article on BadRequest and InvalidClientSecret; upgrade options page, pre-upgrade validations",
	check: func(s *State, r Request) string {
		if !r.Upgrades() || s.ServicePrincipalExpires == nil || s.Now < *s.ServicePrincipalExpires {
			return ""
		}
		return "the client secret of the cluster's service principal has expired; update the cluster's credentials first"
	},
}

var certificatesValid = Rule{
	ID:     "certificates-valid",
	Code:   OperationNotAllowed,
	Checks: "The cluster's certificates haven't expired when something is upgraded.",
	Source: "AKS upgrade options page, pre-upgrade validations; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if !r.Upgrades() || s.CertificatesExpire == nil || s.Now < *s.CertificatesExpire {
			return ""
		}
		return "the cluster's certificates have expired; rotate them first"
	},
}
