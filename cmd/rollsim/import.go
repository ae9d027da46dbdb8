package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/scenarios"
	"rollsim/scenarios/importer"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
)

// importFlags are the flags of rollsim import.
type importFlags struct {
	kubectl, pools, cluster, maintenance, out, to, title string
	anonymize                                            bool
}

func importCommand() *cobra.Command {
	var flags importFlags
	c := &cobra.Command{
		Use:   "import --kubectl FILE [--az-nodepools FILE] [--az-cluster FILE] [--az-maintenance FILE] -o FILE",
		Short: "Make a scenario of what kubectl and az print",
		Long: `Make a scenario of a real cluster, without access to it: rollsim reads what
kubectl and az have printed into files.

  kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json > cluster.json
  az aks nodepool list -g GROUP --cluster-name NAME -o json > pools.json
  az aks show -g GROUP -n NAME -o json > aks.json
  az aks maintenanceconfiguration list -g GROUP --cluster-name NAME -o json > windows.json

Pods keep their nodes as initial placement. AKS's rules are those of today where
the input tells that the cluster is younger than the older ones. What has no
counterpart in a scenario, and what had to be chosen or guessed, is listed on
stderr. A FILE of - is standard input or output; input may be compressed by
gzip.`,
		Example: `  rollsim import --kubectl cluster.json -o mine.toml
  rollsim import --kubectl cluster.json --az-nodepools pools.json --az-cluster aks.json --to 1.33.5 -o mine.toml
  kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json | rollsim import --kubectl - --anonymize -o -`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return flags.run(c) },
	}
	f := c.Flags()
	f.StringVar(&flags.kubectl, "kubectl", "", "`FILE` that kubectl get ... -o json printed (required)")
	f.StringVar(&flags.pools, "az-nodepools", "", "`FILE` that az aks nodepool list -o json printed")
	f.StringVar(&flags.cluster, "az-cluster", "", "`FILE` that az aks show -o json printed")
	f.StringVar(&flags.maintenance, "az-maintenance", "", "`FILE` that az aks maintenanceconfiguration list -o json printed")
	f.StringVarP(&flags.out, "out", "o", "", "`FILE` to write the scenario to (required)")
	f.StringVar(&flags.to, "to", "", "target `VERSION` of the strategies (default: chosen, and said)")
	f.StringVar(&flags.title, "title", "", "`TITLE` of the scenario")
	f.BoolVar(&flags.anonymize, "anonymize", false, "put hashes in place of all names")
	return c
}

func (f *importFlags) run(c *cobra.Command) error {
	if f.kubectl == "" || f.out == "" {
		return usageError("import wants --kubectl FILE and -o FILE; \"rollsim import --help\" shows how to make the input")
	}
	if err := f.checkOut(); err != nil {
		return err
	}
	in, err := f.read(c)
	if err != nil {
		return err
	}
	result, err := importer.Import(in)
	if err != nil {
		return codedError{exitUsage, positioned{err}}
	}
	var text bytes.Buffer
	if err := scenarios.Encode(&text, result.Spec); err != nil {
		return codedError{exitInternal, err}
	}
	if err := f.write(c, text.Bytes()); err != nil {
		return err
	}
	sayNotes(c.ErrOrStderr(), result.Notes)
	runs, err := f.check(c, text.Bytes())
	switch {
	case err != nil:
		return err
	case f.out == "-":
	case runs:
		fmt.Fprintf(c.ErrOrStderr(), "\nwrote %s; next: rollsim plan %s\n", f.out, f.out)
	default:
		fmt.Fprintf(c.ErrOrStderr(), "\nwrote %s; next: mend what is said above, then rollsim validate %s\n", f.out, f.out)
	}
	return nil
}

// checkOut says what keeps a file from being written, before anything is read.
func (f *importFlags) checkOut() error {
	if f.out == "-" {
		return nil
	}
	for _, x := range f.inputs() {
		if sameFile(x.name, f.out) {
			return usageError("--out %s: the file that --%s reads, which would be lost; write another", f.out, x.flag)
		}
	}
	if isFolder(f.out) {
		return codedError{exitInternal, fmt.Errorf("--out %s: a folder; want a file", f.out)}
	}
	if folder := filepath.Dir(f.out); !isFolder(folder) {
		return codedError{exitInternal, fmt.Errorf("--out %s: there is no folder %s", f.out, folder)}
	}
	return nil
}

// importInput is a flag that names a file to read.
type importInput struct{ flag, name string }

// inputs are the files that are given.
func (f *importFlags) inputs() []importInput {
	all := []importInput{{"kubectl", f.kubectl}, {"az-nodepools", f.pools}, {"az-cluster", f.cluster}, {"az-maintenance", f.maintenance}}
	return slices.DeleteFunc(all, func(x importInput) bool { return x.name == "" })
}

// sameFile reports whether two names are those of one file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func (f *importFlags) read(c *cobra.Command) (importer.Input, error) {
	in := importer.Input{Title: f.title, Anonymize: f.anonymize}
	files := map[string]*importer.File{"kubectl": &in.Kubectl, "az-nodepools": &in.NodePools, "az-cluster": &in.Cluster, "az-maintenance": &in.Maintenance}
	fromStdin := ""
	for _, x := range f.inputs() {
		if x.name == "-" && fromStdin != "" {
			return in, usageError("--%s and --%s can't both be standard input", fromStdin, x.flag)
		} else if x.name == "-" {
			fromStdin = x.flag
		}
		data, err := readImport(c, x.flag, x.name)
		if err != nil {
			return in, err
		}
		*files[x.flag] = importer.File{Name: x.name, Data: data}
	}
	if f.to == "" {
		return in, nil
	}
	v, err := model.ParseVersion(f.to)
	if err != nil {
		return in, usageError("--to: %w", err)
	}
	in.To = v
	return in, nil
}

// readImport reads the file of a flag.
func readImport(c *cobra.Command, flag, name string) (data []byte, err error) {
	if name == "-" {
		data, err = io.ReadAll(c.InOrStdin())
	} else {
		data, err = os.ReadFile(name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usageError("--%s %s: there is no such file", flag, name)
	case err != nil && isFolder(name):
		return nil, usageError("--%s %s: a folder; want a file", flag, name)
	case err != nil:
		return nil, codedError{exitInternal, fmt.Errorf("--%s: %w", flag, err)}
	}
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		if data, err = gunzip(data); err != nil {
			return nil, usageError("--%s %s: what gzip made can't be unpacked, so the file is damaged or cut off; make it again", flag, name)
		}
	}
	return data, nil
}

func gunzip(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// write puts the scenario into its file, whole or not at all.
func (f *importFlags) write(c *cobra.Command, text []byte) error {
	if f.out == "-" {
		_, err := c.OutOrStdout().Write(text)
		return err
	}
	writing.Lock()
	defer writing.Unlock()
	if c.Context().Err() != nil {
		return errInterrupted
	}
	p, err := pendingFile(f.out, text)
	if err != nil {
		return err
	}
	return p.CloseAtomicallyReplace()
}

// sayNotes lists what isn't in the scenario as it was, the weightiest first.
func sayNotes(w io.Writer, notes []importer.Note) {
	for i, n := range notes {
		if i == 0 || n.Weight != notes[i-1].Weight {
			fmt.Fprintf(w, "\n%s\n", n.Weight)
		}
		for j, line := range report.Wrap(n.String(), 96) {
			indent := "  "
			if j > 0 {
				indent = "      "
			}
			fmt.Fprintln(w, indent+line)
		}
	}
}

// check loads the scenario as a user would and reports whether it can be run.
// What is wrong with it is said but doesn't keep it from being written: it is the
// user's to mend.
func (f *importFlags) check(c *cobra.Command, text []byte) (runs bool, err error) {
	name := f.out
	if name == "-" {
		name = "scenario"
	}
	file, err := scenarios.Load(name, text)
	if err != nil {
		return false, codedError{exitInternal, fmt.Errorf("the scenario that was made can't be read back: %w", err)}
	}
	_, warnings, err := file.Model(metrics.CheckGates)
	var lines []string
	for _, w := range warnings {
		lines = append(lines, "warning: "+w.String())
	}
	var wrong scenarios.ErrorList
	if errors.As(err, &wrong) {
		lines = append(lines, "before it can be run, the scenario needs a hand:", wrong.Error())
	} else if err != nil {
		return false, err
	}
	if len(lines) > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "\n%s\n", strings.Join(lines, "\n"))
	}
	return wrong == nil, nil
}
