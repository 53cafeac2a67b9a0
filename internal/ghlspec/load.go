package ghlspec

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Generation is one of the two sets of files.
type Generation string

// The two generations.
const (
	// V2 are the date versions, V3 is version 3.
	V2 Generation = "v2"
	V3 Generation = "v3"
)

// Generations returns both.
func Generations() []Generation { return []Generation{V2, V3} }

// Families returns the twelve families that the SDK covers, by the names of their files.
func Families() []string {
	return []string{"businesses", "calendars", "campaigns", "companies", "contacts", "conversations", "custom-fields", "locations",
		"oauth", "opportunities", "users", "workflows"}
}

// ErrNoFiles means that the vendor's files are not where they were looked for.
var ErrNoFiles = errors.New("ghlspec: the vendor's OpenAPI files are not there; set GHL_OPENAPI_DIR")

// Folder finds the vendor's files: GHL_OPENAPI_DIR, or shared/ghl-openapi beside the repository that the working directory
// is in. Only when neither is there is the error [ErrNoFiles]; a GHL_OPENAPI_DIR that leads nowhere is another error.
func Folder() (string, error) {
	if dir := os.Getenv("GHL_OPENAPI_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "apps")); err != nil {
			return "", fmt.Errorf("ghlspec: GHL_OPENAPI_DIR: %w", err)
		}
		return dir, nil
	}
	at, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("ghlspec: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			dir := filepath.Join(filepath.Dir(at), "shared", "ghl-openapi")
			if _, err := os.Stat(filepath.Join(dir, "apps")); err == nil {
				return dir, nil
			}
			return "", ErrNoFiles
		}
		up := filepath.Dir(at)
		if up == at {
			return "", ErrNoFiles
		}
		at = up
	}
}

// Spec is a folder of files, read. It is safe for concurrent use.
type Spec struct {
	ops map[Generation][]*Operation
}

// Operation is one operation of the files.
type Operation struct {
	// Family is the name of the file without "-v3", ID the vendor's operationId.
	Family, ID string
	Generation Generation
	// Method is the HTTP method, Path the template as the file spells it.
	Method, Path string

	doc  *openapi3.T
	item *openapi3.PathItem
	op   *openapi3.Operation
}

// Name returns generation, method and path, for messages.
func (o *Operation) Name() string { return string(o.Generation) + " " + o.Method + " " + o.Path }

// Load reads the families, or all of [Families] when none is given, of both generations. A family without a file is an error.
func Load(dir string, families ...string) (*Spec, error) {
	if len(families) == 0 {
		families = Families()
	}
	s := &Spec{ops: map[Generation][]*Operation{}}
	for _, g := range Generations() {
		for _, family := range families {
			ops, err := loadFile(dir, g, family)
			if err != nil {
				return nil, err
			}
			s.ops[g] = append(s.ops[g], ops...)
		}
	}
	return s, nil
}

// Available reads those of the families that have a file, and returns the files ("v3 users") that are missing.
func Available(dir string, families ...string) (*Spec, []string, error) {
	s := &Spec{ops: map[Generation][]*Operation{}}
	var missing []string
	found := 0
	for _, g := range Generations() {
		for _, family := range families {
			ops, err := loadFile(dir, g, family)
			if errors.Is(err, fs.ErrNotExist) {
				missing = append(missing, string(g)+" "+family)
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			found++
			s.ops[g] = append(s.ops[g], ops...)
		}
	}
	if found == 0 {
		return nil, nil, fmt.Errorf("ghlspec: no OpenAPI file of these families in %s", filepath.Join(dir, "apps"))
	}
	return s, missing, nil
}

func fileOf(dir string, g Generation, family string) string {
	if g == V3 {
		return filepath.Join(dir, "apps", "v3", family+"-v3.json")
	}
	return filepath.Join(dir, "apps", family+".json")
}

func loadFile(dir string, g Generation, family string) ([]*Operation, error) {
	file := fileOf(dir, g, family)
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("ghlspec: %w", err)
	}
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = read
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, fmt.Errorf("ghlspec: %s %s: %w", g, family, err)
	}
	var out []*Operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			out = append(out, &Operation{Family: family, ID: op.OperationID, Generation: g, Method: method, Path: path,
				doc: doc, item: item, op: op})
		}
	}
	slices.SortFunc(out, func(a, b *Operation) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	return out, nil
}

// read reads one file and repairs it.
func read(_ *openapi3.Loader, uri *url.URL) ([]byte, error) {
	path := filepath.FromSlash(uri.Path)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		dir, name := filepath.Split(path)
		if up, last := filepath.Split(filepath.Clean(dir)); last == "common" {
			raw, err = os.ReadFile(filepath.Join(up, "v3", "common", name))
		}
	}
	if err != nil {
		return nil, err
	}
	var doc any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	dropExamples(doc, false)
	return json.Marshal(doc)
}

// dropExamples removes "examples" everywhere except where it is the name of a property.
func dropExamples(v any, names bool) {
	switch v := v.(type) {
	case map[string]any:
		if !names {
			delete(v, "examples")
		}
		for key, child := range v {
			dropExamples(child, key == "properties" && !names)
		}
	case []any:
		for _, child := range v {
			dropExamples(child, false)
		}
	}
}

// Operations returns the operations of a generation in the order of their paths within their families.
func (s *Spec) Operations(g Generation) []*Operation { return slices.Clone(s.ops[g]) }

// Lookup finds an operation by method and path template. The names of placeholders do not matter.
func (s *Spec) Lookup(g Generation, method, template string) (*Operation, bool) {
	want := Route(method, template)
	for _, op := range s.ops[g] {
		if Route(op.Method, op.Path) == want {
			return op, true
		}
	}
	return nil, false
}

// Route returns method and template with the names of placeholders taken out, so that routes can be compared.
func Route(method, template string) string {
	segments := strings.Split(template, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = "{}"
		}
	}
	return method + " " + strings.Join(segments, "/")
}

// Find finds the operation for the path of a request, and the values of its placeholders. Of several that fit, the one
// with the most literal segments is meant. The path is the escaped one.
func (s *Spec) Find(g Generation, method, path string) (*Operation, map[string]string, bool) {
	var best *Operation
	var bestParams map[string]string
	fewest := -1
	for _, op := range s.ops[g] {
		params, ok := match(op.Path, path)
		if op.Method != method || !ok {
			continue
		}
		if fewest < 0 || len(params) < fewest {
			best, bestParams, fewest = op, params, len(params)
		}
	}
	return best, bestParams, best != nil
}

func match(template, path string) (map[string]string, bool) {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	params := map[string]string{}
	for i, w := range want {
		name, isParam := strings.CutPrefix(w, "{")
		if !isParam {
			if w != have[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(have[i])
		if err != nil || value == "" {
			return nil, false
		}
		params[strings.TrimSuffix(name, "}")] = value
	}
	return params, true
}
