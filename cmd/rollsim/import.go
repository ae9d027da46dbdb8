package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"rollsim/scenarios"
	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

func importCommand() *cobra.Command {
	var kubectl, pools, cluster, out, to, title string
	var anonymize bool
	c := &cobra.Command{
		Use:   "import --kubectl FILE [--az-nodepools FILE] [--az-cluster FILE] -o FILE",
		Short: "Make a scenario of what kubectl and az print",
		Long: `Make a scenario of a real cluster, without access to it: rollsim reads what
kubectl and az have printed into files.

  kubectl get nodes,pods,pdb,deploy,sts,ds,rs -A -o json > cluster.json
  az aks nodepool list -g GROUP --cluster-name NAME -o json > pools.json
  az aks show -g GROUP -n NAME -o json > aks.json

Pods keep their nodes as initial placement. What has no counterpart in a
scenario is listed on stderr. A FILE of - is standard input or output.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			in := importer.Input{Title: title, Anonymize: anonymize}
			if err := readImports(c, &in, kubectl, pools, cluster, to); err != nil {
				return err
			}
			return importTo(c, in, out)
		},
	}
	f := c.Flags()
	f.StringVar(&kubectl, "kubectl", "", "what kubectl get ... -o json printed (required)")
	f.StringVar(&pools, "az-nodepools", "", "what az aks nodepool list -o json printed")
	f.StringVar(&cluster, "az-cluster", "", "what az aks show -o json printed")
	f.StringVarP(&out, "out", "o", "", "scenario to write (required)")
	f.StringVar(&to, "to", "", "target `VERSION` of the strategies (default: chosen, and said)")
	f.StringVar(&title, "title", "", "title of the scenario")
	f.BoolVar(&anonymize, "anonymize", false, "put hashes in place of all names")
	_ = c.MarkFlagRequired("kubectl")
	_ = c.MarkFlagRequired("out")
	return c
}

func readImports(c *cobra.Command, in *importer.Input, kubectl, pools, cluster, to string) error {
	for _, x := range []struct {
		name string
		file *importer.File
	}{{kubectl, &in.Kubectl}, {pools, &in.NodePools}, {cluster, &in.Cluster}} {
		if x.name == "" {
			continue
		}
		data, err := readFile(c, x.name)
		if err != nil {
			return err
		}
		*x.file = importer.File{Name: x.name, Data: data}
	}
	if to == "" {
		return nil
	}
	v, err := model.ParseVersion(to)
	if err != nil {
		return usageError("--to: %w", err)
	}
	in.To = v
	return nil
}

func readFile(c *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		data, err := io.ReadAll(c.InOrStdin())
		if err != nil {
			return nil, codedError{exitInternal, err}
		}
		return data, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, codedError{exitUsage, err}
	}
	return data, nil
}

// importTo writes the scenario when it is one that can be run.
func importTo(c *cobra.Command, in importer.Input, out string) error {
	result, err := importer.Import(in)
	if err != nil {
		return codedError{exitUsage, err}
	}
	var text bytes.Buffer
	if err := scenarios.Encode(&text, result.Spec); err != nil {
		return codedError{exitInternal, err}
	}
	for _, n := range result.Notes {
		fmt.Fprintln(c.ErrOrStderr(), n.String())
	}
	if err := checkImport(c, out, text.Bytes()); err != nil {
		return err
	}
	if out == "-" {
		_, err = c.OutOrStdout().Write(text.Bytes())
	} else {
		err = renameio.WriteFile(out, text.Bytes(), 0o644)
	}
	if err != nil {
		return codedError{exitInternal, err}
	}
	if out != "-" {
		fmt.Fprintf(c.ErrOrStderr(), "wrote %s; next: rollsim plan %s\n", out, out)
	}
	return nil
}

// checkImport loads the scenario as a user would. What is wrong with it is said
// but doesn't keep it from being written: it is the user's to mend.
func checkImport(c *cobra.Command, out string, text []byte) error {
	file, err := scenarios.Load(out, text)
	if err != nil {
		return codedError{exitInternal, fmt.Errorf("the scenario that was made can't be read back: %w", err)}
	}
	_, warnings, err := file.Model()
	for _, w := range warnings {
		fmt.Fprintln(c.ErrOrStderr(), w.String()+" (warning)")
	}
	var wrong scenarios.ErrorList
	if errors.As(err, &wrong) {
		fmt.Fprintf(c.ErrOrStderr(), "before it can be run, the scenario needs a hand:\n%v\n", wrong)
		return nil
	}
	return err
}
