package importer

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// This file recognizes what was given in place of what was wanted, so that a
// message can say what to do about it.

// looks are what the beginning of a file that isn't JSON tells of it, and what to
// do then.
var looks = []struct {
	begins *regexp.Regexp
	what   string
}{
	{regexp.MustCompile(`^PK\x03\x04`), "a zip archive; unpack it"},
	{regexp.MustCompile(`^(No resources found|No resource found)`), "kubectl's word that it found nothing; print all namespaces, with -A"},
	{regexp.MustCompile(`(?i)^(error|usage)\b`), "an error message: the command that wrote the file has failed"},
	{regexp.MustCompile(`(?i)^warning\b`), "a warning in front of the output; keep it out of the file, with 2>/dev/null"},
	{regexp.MustCompile(`^<`), "HTML or XML, as a sign-in page is; print it with -o json"},
	{regexp.MustCompile(`^(NAME|NAMESPACE|Name|Id|ID) +[A-Z]`), "a table; print it with -o json"},
	{regexp.MustCompile(`^(---|%YAML|- |[A-Za-z][A-Za-z0-9_-]*:( |\r?\n))`), "YAML; print it with -o json"},
	{regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 _-]* = `), "TOML; want the JSON that -o json prints"},
}

// lookOf says what a file is that isn't JSON; "" where it is JSON as far as its
// beginning tells.
func lookOf(data []byte) string {
	text := bytes.TrimLeft(data, " \t\r\n")
	if bytes.Contains(text[:min(len(text), 1000)], []byte("\x1b[")) {
		return "coloured output, as -o jsonc prints; print it with -o json"
	}
	for _, l := range looks {
		if l.begins.Match(text) {
			return l.what
		}
	}
	return ""
}

// printedBy says which command prints such a document, and by which flag it is
// given; "" where it is none that an import reads.
func printedBy(raw json.RawMessage) (command, flag string) {
	var keys map[string]json.RawMessage
	if json.Unmarshal(raw, &keys) != nil {
		return "", ""
	}
	var inner map[string]json.RawMessage
	has := func(names ...string) bool {
		for key := range keys {
			for _, name := range names {
				if strings.EqualFold(key, name) {
					return true
				}
			}
		}
		return false
	}
	for key, value := range keys {
		if strings.EqualFold(key, "properties") && json.Unmarshal(value, &inner) == nil {
			break
		}
	}
	for key, value := range inner {
		keys[key] = value
	}
	switch {
	case has("apiVersion", "items"):
		return "kubectl get ... -o json", "--kubectl"
	case has("agentPoolProfiles", "currentKubernetesVersion", "kubernetesVersion", "dnsPrefix"):
		return "az aks show", "--az-cluster"
	case has("maintenanceWindow", "timeInWeek"):
		return "az aks maintenanceconfiguration list", "--az-maintenance"
	case has("vmSize", "orchestratorVersion", "currentOrchestratorVersion"):
		return "az aks nodepool list", "--az-nodepools"
	}
	return "", ""
}

// misplaced adds a problem where a document belongs to another flag than the one
// by which it was given, and reports whether it does.
func (p *problems) misplaced(place string, raw json.RawMessage, flag, want string) bool {
	command, its := printedBy(raw)
	if its == "" || its == flag {
		return false
	}
	p.add("%s: what %s prints; give that as %s, and what %s prints here", place, command, its, want)
	return true
}
