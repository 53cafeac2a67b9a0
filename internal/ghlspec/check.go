package ghlspec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Finding is one difference between a message and the files.
type Finding struct {
	// Place says where: "query limit", "header Version", "path id", "body /tags/0", "answer /contact/id", "answer status".
	Place string
	// Detail says what.
	Detail string
}

func (f Finding) String() string { return f.Place + ": " + f.Detail }

// CheckRequest validates a request that belongs to this operation: path, query, headers and body, then looks for parameters
// and properties that the file does not list. It replaces the body by a copy, so that the request can be used again.
func (o *Operation) CheckRequest(ctx context.Context, r *http.Request) ([]Finding, error) {
	params, ok := match(o.Path, r.URL.EscapedPath())
	if !ok {
		return []Finding{{"path", r.URL.EscapedPath() + " does not fit " + o.Path}}, nil
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, fmt.Errorf("ghlspec: %w", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	checked := r.Clone(ctx)
	checked.GetBody = nil
	checked.Body = io.NopCloser(bytes.NewReader(withoutFiles(checked.Header, body)))
	input := &openapi3filter.RequestValidationInput{
		Request: checked, PathParams: params,
		Route: &routers.Route{Spec: o.doc, Path: o.Path, PathItem: o.item, Method: o.Method, Operation: o.op},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true,
			SkipSettingDefaults: true},
	}
	found := flatten("body", openapi3filter.ValidateRequest(ctx, input))
	r.Body = io.NopCloser(bytes.NewReader(body))
	found = append(found, o.unlistedQuery(r)...)
	found = append(found, o.unlistedBody(r, body)...)
	return found, nil
}

// withoutFiles takes the files out of a form: the vendor describes them in words only, and the validator refuses parts without
// a schema. It changes the boundary in the header.
func withoutFiles(h http.Header, body []byte) []byte {
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return body
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		if part.FileName() != "" {
			continue
		}
		to, err := w.CreatePart(part.Header)
		if err == nil {
			_, err = io.Copy(to, part)
		}
		if err != nil {
			return body
		}
	}
	if w.Close() != nil {
		return body
	}
	h.Set("Content-Type", w.FormDataContentType())
	return out.Bytes()
}

func (o *Operation) unlistedQuery(r *http.Request) []Finding {
	var found []Finding
	for name := range r.URL.Query() {
		bare := strings.TrimSuffix(name, "[]")
		if o.parameter("query", name) == nil && o.parameter("query", bare) == nil {
			found = append(found, Finding{"query " + name, "not listed"})
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.Place, b.Place) })
	return found
}

func (o *Operation) parameter(in, name string) *openapi3.Parameter {
	for _, list := range []openapi3.Parameters{o.op.Parameters, o.item.Parameters} {
		if p := list.GetByInAndName(in, name); p != nil {
			return p
		}
	}
	return nil
}

func (o *Operation) unlistedBody(r *http.Request, body []byte) []Finding {
	if len(body) == 0 {
		return nil
	}
	if o.op.RequestBody == nil || o.op.RequestBody.Value == nil {
		return []Finding{{"body", "the operation takes none"}}
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return []Finding{{"header Content-Type", err.Error()}}
	}
	media := o.op.RequestBody.Value.Content.Get(kind)
	if media == nil || media.Schema == nil || kind != "application/json" {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return []Finding{{"body", err.Error()}}
	}
	return unlisted("body ", "", media.Schema.Value, v)
}

// Sent lists what a request holds, in the spelling of [Operation.Fields].
func Sent(r *http.Request, body []byte) map[string]bool {
	out := map[string]bool{}
	for name := range r.URL.Query() {
		out["query "+name] = true
	}
	for name := range r.Header {
		out["header "+name] = true
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		form, _ := url.ParseQuery(string(body))
		for name := range form {
			out["body "+name] = true
		}
	case "multipart/form-data":
		parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
		for {
			part, err := parts.NextPart()
			if err != nil {
				return out
			}
			out["body "+part.FormName()] = true
		}
	default:
		var v any
		if json.Unmarshal(body, &v) == nil {
			addSent(out, "", v)
		}
	}
	return out
}

func addSent(out map[string]bool, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			place := strings.TrimPrefix(at+"."+name, ".")
			out["body "+place] = true
			addSent(out, place, child)
		}
	case []any:
		for _, child := range v {
			addSent(out, at+"[]", child)
		}
	}
}

// CheckAnswer validates an answer: that the status is one that the file names, and the body. A body under a status that the
// file does not name is checked against the file's success.
func (o *Operation) CheckAnswer(status int, body []byte) []Finding {
	var found []Finding
	response := o.op.Responses.Status(status)
	if response == nil {
		found = append(found, Finding{"answer status", fmt.Sprintf("%d is not listed", status)})
		success, _ := o.Success()
		response = o.op.Responses.Status(success)
	}
	schema := jsonSchema(response)
	if schema == nil {
		return found
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return append(found, Finding{"answer", err.Error()})
	}
	found = append(found, flatten("answer", schema.VisitJSON(v, openapi3.MultiErrors()))...)
	return append(found, unlisted("answer ", "", schema, v)...)
}

// Success returns the status of the operation's success and whether the file describes its body.
func (o *Operation) Success() (status int, described bool) {
	for status := 200; status < 300; status++ {
		if r := o.op.Responses.Status(status); r != nil {
			return status, jsonSchema(r) != nil
		}
	}
	return http.StatusOK, false
}

func jsonSchema(r *openapi3.ResponseRef) *openapi3.Schema {
	if r == nil || r.Value == nil {
		return nil
	}
	media := r.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return nil
	}
	return media.Schema.Value
}

// flatten turns the validator's nested errors into findings.
func flatten(where string, err error) []Finding {
	if err == nil {
		return nil
	}
	if multi, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // the members are wanted, not the first match
		var out []Finding
		for _, e := range multi {
			out = append(out, flatten(where, e)...)
		}
		return out
	}
	if re, ok := err.(*openapi3filter.RequestError); ok { //nolint:errorlint // the same
		if re.Parameter != nil {
			where = re.Parameter.In + " " + re.Parameter.Name
		}
		if re.Err != nil {
			return flatten(where, re.Err)
		}
		return []Finding{{where, re.Reason}}
	}
	if se, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		if at := strings.Join(se.JSONPointer(), "/"); at != "" {
			where += " /" + at
		}
		return []Finding{{where, se.Reason}}
	}
	return []Finding{{where, err.Error()}}
}
