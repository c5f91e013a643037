// Command kustomizeloop measures real kustomize as a library. It is a development-time oracle, no part of Holdfast.
//
// For each directory it builds once to warm up, then until both counts below are reached, and prints one JSON object:
// {"DIR": {"medianMs": 1.25, "runs": 40}}. A directory that fails to build has "error" as well; failing is timed, too.
//
//	kustomizeloop [-runs 20] [-seconds 0.2] [-reorder legacy|none] DIR...
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

type timing struct {
	MedianMs float64 `json:"medianMs"`
	Runs     int     `json:"runs"`
	Error    string  `json:"error,omitempty"`
}

func main() {
	runs := flag.Int("runs", 20, "runs of each directory, at least")
	seconds := flag.Float64("seconds", 0.2, "time for each directory, at most, once it was run three times")
	reorder := flag.String("reorder", "unspecified", "order of the output")
	restrictor := flag.String("load-restrictor", "LoadRestrictionsRootOnly", "which files may be read")
	flag.Parse()
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOption(*reorder)
	if *restrictor == types.LoadRestrictionsNone.String() {
		options.LoadRestrictions = types.LoadRestrictionsNone
	}
	silence()
	timings := map[string]timing{}
	for _, dir := range flag.Args() {
		timings[dir] = measure(options, dir, *runs, time.Duration(*seconds*float64(time.Second)))
	}
	if err := json.NewEncoder(os.Stdout).Encode(timings); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// silence drops the warnings about deprecated fields: printing them is not what is measured.
func silence() {
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
	}
}

func measure(options *krusty.Options, dir string, runs int, limit time.Duration) timing {
	result := timing{}
	if err := build(options, dir); err != nil {
		result.Error = err.Error()
	}
	var times []time.Duration
	for start := time.Now(); len(times) < runs && (len(times) < 3 || time.Since(start) < limit); {
		before := time.Now()
		_ = build(options, dir)
		times = append(times, time.Since(before))
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	result.Runs = len(times)
	result.MedianMs = float64(times[len(times)/2].Nanoseconds()) / 1e6
	return result
}

// build does what the command does, up to the bytes that it would print.
func build(options *krusty.Options, dir string) error {
	resources, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return err
	}
	_, err = resources.AsYaml()
	return err
}
