package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/kustomize/api/filters/patchjson6902"
	"sigs.k8s.io/kustomize/api/filters/patchstrategicmerge"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

type in struct {
	Mode   string `json:"mode"`
	Target string `json:"target"`
	Patch  string `json:"patch"`
	Schema string `json:"schema"`
}
type out struct {
	Result string `json:"result"`
	Error  string `json:"error"`
	Gone   bool   `json:"gone,omitempty"`
}

func run(i in) (o out) {
	defer func() {
		if r := recover(); r != nil {
			o = out{Error: fmt.Sprintf("panic: %v", r)}
		}
	}()
	openapi.ResetOpenAPI()
	if i.Schema != "" {
		if err := openapi.SetSchema(map[string]string{"path": "x"}, []byte(i.Schema), true); err != nil {
			return out{Error: err.Error()}
		}
	}
	ts, err := kio.FromBytes([]byte(i.Target))
	if err != nil {
		return out{Error: "target: " + err.Error()}
	}
	t := ts[0]
	if i.Mode == "json" {
		_, err = patchjson6902.Filter{Patch: i.Patch}.Filter([]*yaml.RNode{t})
	} else {
		ps, e := kio.FromBytes([]byte(i.Patch))
		if e != nil {
			return out{Error: "patch: " + e.Error()}
		}
		var l []*yaml.RNode
		l, err = patchstrategicmerge.Filter{Patch: ps[0]}.Filter([]*yaml.RNode{t})
		if err == nil && len(l) == 0 {
			return out{Gone: true}
		}
	}
	if err != nil {
		return out{Error: err.Error()}
	}
	return out{Result: t.MustString()}
}

func main() {
	sc := bufio.NewScanner(os.Stdin)
	sc.Buffer(make([]byte, 1<<24), 1<<24)
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	for sc.Scan() {
		var i in
		if err := json.Unmarshal(sc.Bytes(), &i); err != nil {
			panic(err)
		}
		enc.Encode(run(i))
	}
}
