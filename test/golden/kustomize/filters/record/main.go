// Reads lines of JSON that say what to do and writes them again with what kustomize makes of it: "out" or "error".
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"

	"sigs.k8s.io/kustomize/api/internal/accumulator"
	"sigs.k8s.io/kustomize/api/internal/builtins"
	"sigs.k8s.io/kustomize/api/internal/loader"
	"sigs.k8s.io/kustomize/api/internal/plugins/builtinconfig"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

type step struct {
	Plugin string `json:"plugin"`
	Config string `json:"config"`
}

type line struct {
	// transform: Input, Steps; generate: Steps; config, crds: Files, Paths; label: Selector, Labels; sort: Keys
	Op       string            `json:"op"`
	Steps    []step            `json:"steps,omitempty"`
	Input    string            `json:"input,omitempty"`
	Files    map[string]string `json:"files,omitempty"`
	Paths    []string          `json:"paths,omitempty"`
	Selector *string           `json:"selector,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Keys     []int             `json:"keys,omitempty"`
	Out      interface{}       `json:"out,omitempty"`
	Error    string            `json:"error,omitempty"`
}

var transformers = map[string]func() resmap.TransformerPlugin{
	"LabelTransformer":        builtins.NewLabelTransformerPlugin,
	"AnnotationsTransformer":  builtins.NewAnnotationsTransformerPlugin,
	"NamespaceTransformer":    builtins.NewNamespaceTransformerPlugin,
	"PrefixTransformer":       builtins.NewPrefixTransformerPlugin,
	"SuffixTransformer":       builtins.NewSuffixTransformerPlugin,
	"ImageTagTransformer":     builtins.NewImageTagTransformerPlugin,
	"ReplicaCountTransformer": builtins.NewReplicaCountTransformerPlugin,
	"ValueAddTransformer":     builtins.NewValueAddTransformerPlugin,
}

func main() {
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for scanner.Scan() {
		var l line
		decoder := json.NewDecoder(bytes.NewReader(scanner.Bytes()))
		if err := decoder.Decode(&l); err != nil {
			panic(err)
		}
		l.Out, l.Error = nil, ""
		keys := append([]int(nil), l.Keys...)
		if result, err := run(l); err != nil {
			l.Error = err.Error()
		} else {
			l.Out = result
		}
		l.Keys = keys
		if err := out.Encode(l); err != nil {
			panic(err)
		}
	}
}

func run(l line) (result interface{}, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	fs := filesys.MakeFsInMemory()
	for name, text := range l.Files {
		if err := fs.WriteFile("/"+name, []byte(text)); err != nil {
			return nil, err
		}
	}
	ldr, err := loader.NewLoader(loader.RestrictionRootOnly, filesys.Separator, fs)
	if err != nil {
		return nil, err
	}
	resources := resmap.NewFactory(provider.NewDefaultDepProvider().GetResourceFactory())
	switch l.Op {
	case "transform":
		m, err := resources.NewResMapFromBytes([]byte(l.Input))
		if err != nil {
			return nil, err
		}
		helpers := resmap.NewPluginHelpers(ldr, nil, resources, types.DisabledPluginConfig())
		for _, s := range l.Steps {
			if err := transform(m, helpers, s); err != nil {
				return nil, err
			}
		}
		return text(m)
	case "generate":
		p := builtins.NewIAMPolicyGeneratorPlugin()
		if err := p.Config(nil, []byte(l.Steps[0].Config)); err != nil {
			return nil, err
		}
		m, err := p.Generate()
		if err != nil {
			return nil, err
		}
		return text(m)
	case "config":
		config, err := builtinconfig.MakeTransformerConfig(ldr, l.Paths)
		if err != nil {
			return nil, err
		}
		return difference(config)
	case "crds":
		return accumulator.LoadConfigFromCRDs(ldr, l.Paths)
	case "label":
		node := yaml.NewMapRNode(nil)
		if err := node.SetLabels(l.Labels); err != nil {
			return nil, err
		}
		return node.MatchesLabelSelector(*l.Selector)
	case "sort":
		order := byKey{keys: l.Keys}
		for i := range l.Keys {
			order.indices = append(order.indices, i)
		}
		sort.Sort(order)
		return order.indices, nil
	}
	return nil, fmt.Errorf("unknown op %s", l.Op)
}

// difference returns the lists that are not those of the default configuration.
func difference(config *builtinconfig.TransformerConfig) (map[string]json.RawMessage, error) {
	var lists, defaults map[string]json.RawMessage
	for _, c := range []struct {
		config *builtinconfig.TransformerConfig
		lists  *map[string]json.RawMessage
	}{{config, &lists}, {builtinconfig.MakeDefaultConfig(), &defaults}} {
		text, err := json.Marshal(c.config)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, c.lists); err != nil {
			return nil, err
		}
	}
	for name, list := range lists {
		if bytes.Equal(list, defaults[name]) {
			delete(lists, name)
		}
	}
	return lists, nil
}

func transform(m resmap.ResMap, helpers *resmap.PluginHelpers, s step) error {
	p := transformers[s.Plugin]()
	configurable, ok := p.(resmap.Configurable)
	if !ok {
		return errors.New("not configurable")
	}
	if err := configurable.Config(helpers, []byte(s.Config)); err != nil {
		return err
	}
	return p.Transform(m)
}

func text(m resmap.ResMap) (string, error) {
	var texts []string
	for _, r := range m.Resources() {
		t, err := r.RNode.String()
		if err != nil {
			return "", err
		}
		texts = append(texts, t)
	}
	return strings.Join(texts, "---\n"), nil
}

type byKey struct{ keys, indices []int }

func (s byKey) Len() int           { return len(s.keys) }
func (s byKey) Less(i, j int) bool { return s.keys[i] < s.keys[j] }
func (s byKey) Swap(i, j int) {
	s.keys[i], s.keys[j] = s.keys[j], s.keys[i]
	s.indices[i], s.indices[j] = s.indices[j], s.indices[i]
}
