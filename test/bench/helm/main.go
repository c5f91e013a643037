// Command helmloop measures real Helm as a library. It is a development-time oracle, no part of Holdfast.
//
// It reads a JSON array of renders from its standard input. Each one it makes once to warm up, then until both counts
// below are reached, and prints one JSON object: {"NAME": {"medianNs": 1250000, "runs": 40, "sizeBytes": 5120}}. One
// that fails has "error" as well; failing is timed, too.
//
//	helmloop [-runs 20] [-seconds 0.2] < renders.json
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"sort"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/cli"
	"helm.sh/helm/v4/pkg/cli/values"
	"helm.sh/helm/v4/pkg/getter"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// render is one call of `helm template`.
type render struct {
	Name                 string
	Chart                string
	ReleaseName          string
	Namespace            string
	KubeVersion          string
	APIVersions          []string
	IncludeCRDs          bool
	SkipSchemaValidation bool
	ValuesFiles          []string
}

type timing struct {
	MedianNs  int64  `json:"medianNs"`
	Runs      int    `json:"runs"`
	SizeBytes int    `json:"sizeBytes"`
	Error     string `json:"error,omitempty"`
}

func main() {
	runs := flag.Int("runs", 20, "runs of each render, at most, and at least three")
	seconds := flag.Float64("seconds", 0.2, "time for each render, at most, once it was made three times")
	flag.Parse()
	// What is logged is not what is measured.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	log.SetOutput(io.Discard)
	var renders []render
	if err := json.NewDecoder(os.Stdin).Decode(&renders); err != nil {
		fail(err)
	}
	providers := getter.All(cli.New())
	timings := map[string]timing{}
	for _, one := range renders {
		timings[one.Name] = measure(one, providers, *runs, time.Duration(*seconds*float64(time.Second)))
	}
	if err := json.NewEncoder(os.Stdout).Encode(timings); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "helmloop:", err)
	os.Exit(1)
}

func measure(one render, providers getter.Providers, runs int, limit time.Duration) timing {
	result := timing{}
	text, err := template(one, providers)
	if err != nil {
		result.Error = err.Error()
	}
	result.SizeBytes = len(text)
	var times []time.Duration
	for start := time.Now(); len(times) < runs && (len(times) < 3 || time.Since(start) < limit); {
		before := time.Now()
		_, _ = template(one, providers)
		times = append(times, time.Since(before))
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	result.Runs = len(times)
	result.MedianNs = times[len(times)/2].Nanoseconds()
	return result
}

// template does what the command does after it has read its flags, up to the bytes that it would print.
func template(one render, providers getter.Providers) (string, error) {
	install := action.NewInstall(&action.Configuration{})
	install.DryRunStrategy = action.DryRunClient
	install.Replace = true
	install.ReleaseName = one.ReleaseName
	install.Namespace = one.Namespace
	install.APIVersions = one.APIVersions
	install.IncludeCRDs = one.IncludeCRDs
	install.SkipSchemaValidation = one.SkipSchemaValidation
	if one.KubeVersion != "" {
		version, err := common.ParseKubeVersion(one.KubeVersion)
		if err != nil {
			return "", err
		}
		install.KubeVersion = version
	}
	merged, err := (&values.Options{ValueFiles: one.ValuesFiles}).MergeValues(providers)
	if err != nil {
		return "", err
	}
	loaded, err := load(one.Chart)
	if err != nil {
		return "", err
	}
	made, err := install.Run(loaded, merged)
	if err != nil {
		return "", err
	}
	rel, ok := made.(*release.Release)
	if !ok {
		return "", fmt.Errorf("a release of type %T", made)
	}
	return printRelease(rel), nil
}

func load(path string) (chart.Charter, error) {
	loaded, err := loader.Load(path)
	if err != nil {
		return nil, err
	}
	accessor, err := chart.NewAccessor(loaded)
	if err != nil {
		return nil, err
	}
	if dependencies := accessor.MetaDependencies(); len(dependencies) > 0 {
		return loaded, action.CheckDependencies(loaded, dependencies)
	}
	return loaded, nil
}

func printRelease(rel *release.Release) string {
	var text strings.Builder
	fmt.Fprintln(&text, strings.TrimSpace(rel.Manifest))
	for _, hook := range rel.Hooks {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return text.String()
}
