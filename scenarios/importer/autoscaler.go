package importer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
)

// setScaling takes a pool's limits of the cluster autoscaler. The count may lie
// outside of them, for they can be changed at any time; a scenario's begins within.
func (im *importing) setScaling(p *model.NodePool, az *azPool, s subject) {
	if !value(az.EnableAutoScaling) {
		return
	}
	a := model.Autoscaling{Enabled: true, MinCount: value(az.MinCount), MaxCount: value(az.MaxCount)}
	if p.Count < a.MinCount || p.Count > a.MaxCount {
		im.notes.add(decisive, s, "minCount and maxCount", "the pool has a count outside of them: they are widened to it")
	}
	a.MinCount, a.MaxCount = min(a.MinCount, p.Count), max(a.MaxCount, p.Count, 1)
	if p.Mode == model.ModeSystem {
		a.MinCount = max(a.MinCount, 1)
	}
	p.Autoscaling = a
}

// scaled reports whether any pool has the cluster autoscaler.
func (im *importing) scaled() bool {
	return slices.ContainsFunc(im.spec.NodePools, func(p model.NodePool) bool { return p.Autoscaling.Enabled })
}

// addAutoscaler takes the profile of the cluster autoscaler. az prints its values
// as strings, its keys in camel case, and ARM's have dashes.
func (im *importing) addAutoscaler() {
	if im.az == nil || !im.scaled() {
		return
	}
	given := false // scaleDownDelayAfterDelete is; else it is the scan interval
	var names []string
	for name := range im.az.AutoScalerProfile {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text := plainText(im.az.AutoScalerProfile[name])
		if text == "" {
			continue
		}
		plain := strings.ToLower(strings.ReplaceAll(name, "-", ""))
		given = given || plain == "scaledowndelayafterdelete"
		known, err := setProfile(&im.spec.Autoscaler, plain, text)
		switch {
		case err != nil:
			im.problems.add("%s: autoScalerProfile.%s: %w", im.in.Cluster.Name, name, err)
		case !known && text != "false" && plain != "daemonsetevictionforoccupiednodes":
			im.notes.add(ignored, clusterSubject, "autoScalerProfile."+name, "no counterpart; left out")
		}
	}
	if a := &im.spec.Autoscaler; !given {
		a.ScaleDownDelayAfterDelete = a.ScanInterval
	}
}

// plainText returns a JSON string or literal as text; null is empty.
func plainText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// setProfile sets one value of a profile by its name in lower case.
func setProfile(a *model.Autoscaler, name, text string) (known bool, err error) {
	spans := map[string]*time.Duration{
		"scaninterval": &a.ScanInterval, "scaledowndelayafteradd": &a.ScaleDownDelayAfterAdd, "scaledowndelayafterdelete": &a.ScaleDownDelayAfterDelete,
		"scaledowndelayafterfailure": &a.ScaleDownDelayAfterFailure, "scaledownunneededtime": &a.ScaleDownUnneededTime,
		"scaledownunreadytime": &a.ScaleDownUnreadyTime, "newpodscaleupdelay": &a.NewPodScaleUpDelay, "maxnodeprovisiontime": &a.MaxNodeProvisionTime,
	}
	counts := map[string]*int{
		"maxgracefulterminationsec": &a.MaxGracefulTerminationSec, "maxemptybulkdelete": &a.MaxEmptyBulkDelete,
		"maxtotalunreadypercentage": &a.MaxTotalUnreadyPercentage, "oktotalunreadycount": &a.OKTotalUnreadyCount,
	}
	flags := map[string]*bool{
		"ignoredaemonsetsutilization": &a.IgnoreDaemonSetsUtilization, "balancesimilarnodegroups": &a.BalanceSimilarNodeGroups,
		"skipnodeswithlocalstorage": &a.SkipNodesWithLocalStorage, "skipnodeswithsystempods": &a.SkipNodesWithSystemPods,
	}
	want := ""
	switch {
	case spans[name] != nil:
		want = `a duration, such as "10s"`
		*spans[name], err = time.ParseDuration(text)
	case counts[name] != nil:
		want = `a whole number, such as "10"`
		*counts[name], err = strconv.Atoi(text)
	case flags[name] != nil:
		want = `"true" or "false"`
		*flags[name], err = strconv.ParseBool(text)
	case name == "scaledownutilizationthreshold":
		want = `a number, such as "0.5"`
		a.ScaleDownUtilizationThreshold, err = strconv.ParseFloat(text, 64)
	case name == "expander":
		a.Expander = model.Expander(text)
	default:
		return false, nil
	}
	if err != nil {
		err = fmt.Errorf("%q; want %s", clipText(text), want)
	}
	return true, err
}

// setEviction takes what keeps the cluster autoscaler from evicting a workload's
// pods, or doesn't.
func (w *workload) setEviction(to *model.Workload) {
	annotations := w.annotations()
	if safe, err := strconv.ParseBool(annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]); err == nil {
		to.SafeToEvict = &safe
	}
	for _, v := range w.spec().Volumes {
		to.LocalStorage = to.LocalStorage || v.HostPath != nil || v.EmptyDir != nil && !strings.Contains(string(v.EmptyDir), `"Memory"`)
	}
}

func (w *workload) annotations() map[string]string {
	if w.controller != nil {
		return w.controller.Spec.Template.Metadata.Annotations
	}
	return w.pods[0].Metadata.Annotations
}
