// Command helmfuzz renders made-up charts with Helm's engine. It is a development-time oracle, no part of Holdfast.
//
// It reads one chart to a line, {"files": {"templates/a.yaml": "BASE64", …}}, and answers each by one line with what
// the engine made of it: {"output": {"c/templates/a.yaml": "BASE64"}} or {"error": "BASE64"}. A chart is rendered
// twice: where the results differ (random functions, addresses), "unstable" is true. A render that takes too long is
// answered by {"timeout": true}, and the program ends, since nothing else would end the render.
//
//	helmfuzz < charts.jsonl
//	helmfuzz -functions    prints the signature of each function that Sprig has, as JSON
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"log"
	"log/slog"
	"maps"
	"os"
	"reflect"
	"runtime/debug"
	"time"

	"github.com/Masterminds/sprig/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

const limit = 5 * time.Second

type request struct {
	Files map[string][]byte `json:"files"`
}

type answer struct {
	Output   map[string][]byte `json:"output,omitempty"`
	Error    []byte            `json:"error,omitempty"`
	Unstable bool              `json:"unstable,omitempty"`
	Timeout  bool              `json:"timeout,omitempty"`
}

func main() {
	functions := flag.Bool("functions", false, "print signatures")
	flag.Parse()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	log.SetOutput(io.Discard)
	// An endless recursion shall end as an error of the template, not of the machine.
	debug.SetMemoryLimit(1 << 30)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	if *functions {
		_ = encoder.Encode(signatures())
		_ = out.Flush()
		return
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var req request
		if err := json.Unmarshal(line, &req); err != nil {
			log.Fatal(err)
		}
		result := judge(req)
		if err := encoder.Encode(result); err != nil {
			log.Fatal(err)
		}
		if err := out.Flush(); err != nil {
			log.Fatal(err)
		}
		if result.Timeout {
			os.Exit(3)
		}
	}
}

func judge(req request) answer {
	done := make(chan answer, 1)
	go func() {
		first := render(req)
		if bytes.Contains(req.Files["templates/a.txt"], []byte("date")) {
			// What depends on the time shall differ.
			time.Sleep(5 * time.Millisecond)
		}
		second := render(req)
		first.Unstable = !reflect.DeepEqual(first, second)
		done <- first
	}()
	select {
	case result := <-done:
		return result
	case <-time.After(limit):
		return answer{Timeout: true}
	}
}

func render(req request) answer {
	var files []*archive.BufferedFile
	for name, data := range req.Files {
		files = append(files, &archive.BufferedFile{Name: name, Data: data})
	}
	chart, err := loader.LoadFiles(files)
	if err != nil {
		return answer{Error: []byte(err.Error())}
	}
	release := common.ReleaseOptions{Name: "r", Namespace: "n", Revision: 1, IsInstall: true}
	capabilities := common.DefaultCapabilities.Copy()
	// As in the corpora, whatever this program is built with.
	capabilities.HelmVersion.GoVersion = "go1.27.4"
	values, err := util.ToRenderValues(chart, map[string]any{}, release, capabilities)
	if err != nil {
		return answer{Error: []byte(err.Error())}
	}
	rendered, err := engine.Render(chart, values)
	if err != nil {
		return answer{Error: []byte(err.Error())}
	}
	output := map[string][]byte{}
	for name, text := range maps.All(rendered) {
		output[name] = []byte(text)
	}
	return answer{Output: output}
}

type signature struct {
	Parameters []string `json:"parameters"`
	Variadic   bool     `json:"variadic,omitempty"`
	Result     string   `json:"result"`
}

func signatures() map[string]signature {
	all := map[string]signature{}
	for name, function := range sprig.TxtFuncMap() {
		of := reflect.TypeOf(function)
		one := signature{Parameters: []string{}, Variadic: of.IsVariadic(), Result: of.Out(0).String()}
		for index := range of.NumIn() {
			one.Parameters = append(one.Parameters, of.In(index).String())
		}
		all[name] = one
	}
	return all
}
