// Records what Go's sigs.k8s.io/yaml makes of the inputs: reads JSON lines {"in": value} (marshalled to YAML) or
// {"yaml": text} (all documents to JSON) and writes them with "out" or "error" added.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	goyaml "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

type line struct {
	In    json.RawMessage `json:"in,omitempty"`
	Yaml  *string         `json:"yaml,omitempty"`
	Out   string          `json:"out"`
	Error bool            `json:"error,omitempty"`
}

func marshal(in json.RawMessage) (string, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(in))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	out, err := yaml.Marshal(value)
	return string(out), err
}

// One document goes through YAMLToJSON as it is; several are split by the YAML decoder first, each then going through
// YAMLToJSON by way of its own YAML.
func parse(text string) (string, error) {
	values, err := decode(text)
	if err != nil {
		return "", err
	}
	documents := []json.RawMessage{}
	for _, value := range values {
		own := []byte(text)
		if len(values) > 1 {
			if own, err = goyaml.Marshal(value); err != nil {
				return "", err
			}
		}
		document, err := yaml.YAMLToJSON(own)
		if err != nil {
			return "", err
		}
		documents = append(documents, document)
	}
	out, err := json.Marshal(documents)
	return string(out), err
}

func decode(text string) ([]any, error) {
	decoder := goyaml.NewDecoder(bytes.NewReader([]byte(text)))
	values := []any{}
	for {
		var value any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
}

func main() {
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for {
		var one line
		if err := decoder.Decode(&one); err != nil {
			return
		}
		var err error
		if one.Yaml != nil {
			one.Out, err = parse(*one.Yaml)
		} else {
			one.Out, err = marshal(one.In)
		}
		one.Error = err != nil
		if err := encoder.Encode(one); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
