// Renders a chart as `helm template` does, with the same template engine and functions, where there
// is no Helm: render-chart CHART VALUES.json RELEASE. Builds with Go 1.19 and what Debian packages.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

func main() {
	chart, valuesFile, release := os.Args[1], os.Args[2], os.Args[3]
	var metadata struct{ Name, Version, AppVersion string }
	check(yaml.Unmarshal(read(chart, "Chart.yaml"), &raw{&metadata}))
	var defaults, given map[string]interface{}
	check(yaml.Unmarshal(read(chart, "values.yaml"), &defaults))
	check(json.Unmarshal(read(valuesFile), &given))

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text bytes.Buffer
		err := all.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	all.Funcs(functions)
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	check(err)
	sort.Strings(files)
	for _, file := range files {
		template.Must(all.New(filepath.Base(file)).Parse(string(read(file))))
	}
	data := map[string]interface{}{
		"Values":  throughJSON(merge(defaults, given)),
		"Chart":   map[string]interface{}{"Name": metadata.Name, "Version": metadata.Version, "AppVersion": metadata.AppVersion},
		"Release": map[string]interface{}{"Name": release, "Namespace": "default", "Service": "Helm"},
	}
	for _, file := range files {
		name := filepath.Base(file)
		if !strings.HasSuffix(name, ".yaml") {
			continue
		}
		var text bytes.Buffer
		check(all.ExecuteTemplate(&text, name, data))
		if strings.TrimSpace(text.String()) != "" {
			fmt.Printf("---\n# Source: %s\n%s\n", name, text.String())
		}
	}
}

// The fields of Chart.yaml are in camel case, which the decoder does not find by itself.
type raw struct{ into *struct{ Name, Version, AppVersion string } }

func (r *raw) UnmarshalYAML(node *yaml.Node) error {
	fields := map[string]string{}
	if err := node.Decode(&fields); err != nil {
		return err
	}
	r.into.Name, r.into.Version, r.into.AppVersion = fields["name"], fields["version"], fields["appVersion"]
	return nil
}

// Objects are merged, everything else is replaced, and null takes a default away.
func merge(defaults, given map[string]interface{}) map[string]interface{} {
	merged := map[string]interface{}{}
	for key, value := range defaults {
		merged[key] = value
	}
	for key, value := range given {
		before, isObject := merged[key].(map[string]interface{})
		after, becomesObject := value.(map[string]interface{})
		switch {
		case value == nil:
			delete(merged, key)
		case isObject && becomesObject:
			merged[key] = merge(before, after)
		default:
			merged[key] = value
		}
	}
	return merged
}

// Helm's values are what JSON makes of them: every number is a float.
func throughJSON(value interface{}) interface{} {
	text, err := json.Marshal(value)
	check(err)
	var result interface{}
	check(json.Unmarshal(text, &result))
	return result
}

func read(parts ...string) []byte {
	text, err := os.ReadFile(filepath.Join(parts...))
	check(err)
	return text
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
