package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"text/template"
)

type Case struct {
	T       string            `json:"t"`
	More    map[string]string `json:"more,omitempty"`
	D       any               `json:"d"`
	Missing string            `json:"m"`
}
type Res struct {
	Out string `json:"out"`
	Err string `json:"err"`
}

// typed scalars: {"$int": "5"} etc
func conv(v any) any {
	switch x := v.(type) {
	case map[string]any:
		if len(x) == 1 {
			for k, s := range x {
				if !strings.HasPrefix(k, "$") {
					break
				}
				str, _ := s.(string)
				switch k {
				case "$int":
					var n int
					fmt.Sscan(str, &n)
					return n
				case "$int64":
					var n int64
					fmt.Sscan(str, &n)
					return n
				case "$uint8":
					var n uint8
					fmt.Sscan(str, &n)
					return n
				case "$uint64":
					var n uint64
					fmt.Sscan(str, &n)
					return n
				case "$float":
					switch str {
					case "NaN":
						return math.NaN()
					case "+Inf":
						return math.Inf(1)
					case "-Inf":
						return math.Inf(-1)
					case "-0":
						return math.Copysign(0, -1)
					}
				case "$bytes":
					return []byte(str)
				case "$strings":
					l := []string{}
					for _, e := range s.([]any) {
						l = append(l, e.(string))
					}
					return l
				case "$smap":
					m := map[string]string{}
					for k, e := range s.(map[string]any) {
						m[k] = e.(string)
					}
					return m
				case "$func":
					return func(a string, b int) string { return fmt.Sprint(a, b) }
				}
			}
		}
		for k := range x {
			x[k] = conv(x[k])
		}
		return x
	case []any:
		for i := range x {
			x[i] = conv(x[i])
		}
		return x
	}
	return v
}

var funcs = template.FuncMap{
	"upper":  strings.ToUpper,
	"add1":   func(i int) int { return i + 1 },
	"f64":    func(f float64) float64 { return f * 2 },
	"i64":    func(f int64) int64 { return f * 2 },
	"isb":    func(b bool) bool { return !b },
	"ident":  func(v any) any { return v },
	"nilf":   func() any { return nil },
	"fail":   func(s string) (string, error) { return "", errors.New(s) },
	"list":   func(v ...any) []any { if v == nil { return []any{} }; return v },
	"dict":   func(v map[string]any) int { return len(v) },
	"lst":    func(v []any) int { return len(v) },
	"strs":   func(v []string) int { return len(v) },
	"join":   func(sep string, v ...string) string { return strings.Join(v, sep) },
	"pair":   func(a string, b any, c ...int) string { return fmt.Sprint(a, b, c) },
}

func run(c Case) (r Res) {
	defer func() {
		if e := recover(); e != nil {
			r.Err = fmt.Sprintf("PANIC %v", e)
		}
	}()
	t := template.New("gotpl").Funcs(funcs)
	if c.Missing != "" {
		t.Option("missingkey=" + c.Missing)
	}
	for _, k := range []string{"a", "b"} {
		if s, ok := c.More[k]; ok {
			if _, err := t.New(k).Parse(s); err != nil {
				return Res{Err: err.Error()}
			}
		}
	}
	if _, err := t.New("chart/main.yaml").Parse(c.T); err != nil {
		return Res{Err: err.Error()}
	}
	var sb strings.Builder
	err := t.ExecuteTemplate(&sb, "chart/main.yaml", conv(c.D))
	if err != nil {
		return Res{Err: err.Error()}
	}
	return Res{Out: sb.String()}
}

func main() {
	sc := bufio.NewScanner(os.Stdin)
	sc.Buffer(make([]byte, 1<<20), 1<<24)
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for sc.Scan() {
		var c Case
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			panic(err)
		}
		enc.Encode(run(c))
	}
}
