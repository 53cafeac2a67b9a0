package ghl_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/internal/ghlspec"
)

// TestAnswersOfTheReferenceDecode answers every method with what the files describe, with every documented field in it. The
// method must read it, and no field may be lost: when it changes, the result changes, in a field or in RawJSON.
func TestAnswersOfTheReferenceDecode(t *testing.T) {
	t.Parallel()
	spec := vendorSpec(t)
	synctest.Test(t, func(t *testing.T) { // so that the clock stands still and a token has the same end each time
		book := newExceptionBook(answerExceptions())
		for _, g := range ghlspec.Generations() {
			v := apiVersion(g)
			page := &onePage{}
			c, x := serve(t, page.serve, ghl.WithAPIVersion(v))
			calls, _ := contractCalls(t, c, contractOAuth(t, x, v), v)
			for _, call := range calls {
				if op := fileOperation(t, spec, g, call.op); op != nil {
					for _, answer := range answersOf(op, call.op.ID) {
						checkAnswer(t, book, call, op, page, answer)
					}
				}
			}
		}
		book.checkAllUsed(t)
	})
}

// onePage answers the first request, and says nothing more to those that follow: no list has a second page.
type onePage struct {
	mu     sync.Mutex
	answer []byte
}

func (p *onePage) serve(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(p.answer)
	p.answer = []byte(`{}`)
}

func checkAnswer(t *testing.T, book *exceptionBook, call contractCall, op *ghlspec.Operation, page *onePage, answer any) {
	t.Helper()
	read := func() (string, error) {
		data, err := json.Marshal(answer)
		require.NoError(t, err)
		page.answer = data
		out, err := call.invoke(t.Context(), call.arguments(t))
		return contractDump(out), err
	}
	first, err := read()
	if !assert.NoError(t, err, "%s %s does not read %v", op.Generation, call.op.ID, answer) {
		return
	}
	eachLeaf(answer, "", func(place string) {
		if changed, err := read(); err != nil || changed == first {
			book.complain(t, op, call.op.ID, ghlspec.Finding{Place: "answer " + place, Detail: fmt.Sprintf("is lost (%v)", err)})
		}
	})
}

// answersOf returns an answer as the files describe it, and, where they are known to be wrong, one as it really is: the
// shapes of GHL facts §2.11.
func answersOf(op *ghlspec.Operation, id string) []any {
	documented, ok := op.Example().(map[string]any)
	if !ok {
		if op.Example() == nil {
			return nil
		}
		return []any{op.Example()}
	}
	switch id {
	case "appointments.get":
		return []any{documented, map[string]any{"appointment": documented["event"]}}
	case "conversations.getMessage":
		return []any{documented, map[string]any{"message": op.Example()}}
	case "conversations.listMessages":
		return []any{documented, map[string]any{"messages": op.Example()}}
	case "conversations.search":
		documented["total"] = 1 // as many as there are rows
	case "oauth.token":
		documented["userType"] = "Company" // typed as any text
	case "businesses.create", "businesses.update":
		return []any{documented, map[string]any{"business": firstOf(documented, "buiseness", "business")}}
	case "tasks.search":
		task := map[string]any{"_id": "text 1", "title": "text 2", "body": "text 3", "dueDate": "2026-07-01T00:00:00.000Z", "completed": true,
			"contactId": "text 4", "assignedTo": "text 5", "searchAfter": []any{1784272317939, "text 6"}}
		return []any{map[string]any{"tasks": []any{task}}, map[string]any{"tasks": []any{[]any{task}}}}
	}
	return []any{documented}
}

func firstOf(m map[string]any, keys ...string) any {
	for _, key := range keys {
		if v, ok := m[key]; ok {
			return v
		}
	}
	return nil
}

// eachLeaf changes one value after the other, calls f with its place, and puts it back.
func eachLeaf(v any, at string, f func(place string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, old := range v {
			if !isLeaf(old) {
				eachLeaf(old, at+"/"+key, f)
				continue
			}
			v[key] = changedLeaf(old)
			f(at + "/" + key)
			v[key] = old
		}
	case []any:
		for i, old := range v {
			if !isLeaf(old) {
				eachLeaf(old, at+"/N", f)
				continue
			}
			v[i] = changedLeaf(old)
			f(at + "/N")
			v[i] = old
		}
	}
}

func isLeaf(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

func changedLeaf(v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case int:
		return v + 1_000_000
	case float64:
		return v + 1
	case string:
		if strings.HasPrefix(v, "2026-") {
			return "2027-" + v[5:]
		}
		return v + " changed"
	}
	return "changed"
}

// contractDump writes out everything that a caller can see of a result: exported fields and RawJSON.
func contractDump(values []reflect.Value) string {
	var b strings.Builder
	for _, v := range values {
		dumpValue(&b, v, true)
	}
	return b.String()
}

// dumpValue writes one value; withRaw adds RawJSON to the fields.
func dumpValue(w io.Writer, v reflect.Value, withRaw bool) {
	if !v.IsValid() {
		return
	}
	if v.CanInterface() {
		if r, ok := reflect.TypeAssert[interface{ RawJSON() json.RawMessage }](v); ok && withRaw {
			_, _ = fmt.Fprintf(w, "%s\n", r.RawJSON())
		}
		switch s := v.Interface().(type) {
		case ghl.Time:
			_, _ = fmt.Fprintf(w, "%v %v %q\n", s.Time, s.ZoneUnknown, s.Text)
			return
		case time.Time:
			_, _ = fmt.Fprintln(w, s)
			return
		}
		if s, ok := reflect.TypeAssert[fmt.Stringer](v); ok && v.Kind() != reflect.Struct {
			_, _ = fmt.Fprintln(w, s)
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		for field := range v.Type().Fields() {
			if field.IsExported() {
				dumpValue(w, v.FieldByIndex(field.Index), withRaw)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			dumpValue(w, v.Index(i), withRaw)
		}
	case reflect.Map:
		_, _ = fmt.Fprintln(w, v.Interface()) // printed in the order of the keys
	default:
		_, _ = fmt.Fprintln(w, v)
	}
}
