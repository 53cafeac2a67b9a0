package pagico

// This test looks inside, because from outside the two ways of reading an answer differ in speed only.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sample makes the JSON of a type with all fields set.
func sample(t reflect.Type) string {
	switch t.String() {
	case "time.Time":
		return `"2026-03-04T15:29:59.412Z"`
	case "pagico.Date":
		return `"2026-03-01"`
	}
	switch t.Kind() {
	case reflect.String:
		return `"ein \"täxt\" \u00fc"`
	case reflect.Bool:
		return "true"
	case reflect.Int:
		return "7"
	case reflect.Slice:
		return "[" + sample(t.Elem()) + "," + sample(t.Elem()) + "]"
	case reflect.Struct:
		var members []string
		for f := range t.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && name != "" && name != "-" {
				members = append(members, fmt.Sprintf("%q:%s", name, sample(f.Type)))
			}
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	return "a type that sample does not know"
}

func bothWays[T any, P record[T]](t *testing.T) {
	t.Helper()
	t.Run(reflect.TypeFor[T]().Name(), func(t *testing.T) {
		t.Parallel()
		full := sample(reflect.TypeFor[T]())
		require.True(t, json.Valid([]byte(full)), full)
		for _, doc := range []string{full, ` {"id":"x"} `, `{"new":[{"a":null}],"id":"x","lastUpdated":null}`} {
			var want, got T
			require.NoError(t, decodeRecord([]byte(doc), P(&want)))
			require.True(t, quickRecord([]byte(doc), P(&got)), doc)
			assert.Equal(t, want, got)
			for _, body := range []string{`{"results":[` + doc + `,` + doc + `],"nextCursor":null,"more":1}`, `{"nextCursor":"c \u00fc","results":[]}`} {
				samePages[T, P](t, []byte(body), true)
			}
		}
	})
}

func samePages[T any, P record[T]](t *testing.T, body []byte, usual bool) {
	t.Helper()
	before := bytes.Clone(body)
	got, ok := quickPage[T, P](body)
	if require.Equal(t, before, body); !ok {
		require.False(t, usual, "%s", body)
		return
	}
	want, err := decodePage[T, P](body)
	require.NoError(t, err, "%s", body)
	require.Equal(t, want, got, "%s", body)
}

func TestUsualAnswersAreReadInOnePass(t *testing.T) {
	t.Parallel()
	bothWays[Contact](t)
	bothWays[Event](t)
	bothWays[List](t)
	bothWays[Note](t)
	bothWays[Project](t)
	bothWays[Task](t)
	bothWays[User](t)
	bothWays[Webhook](t)
}

// FuzzBothWays: whatever an answer holds, the quick way gives up or comes to the same result.
func FuzzBothWays(f *testing.F) {
	task, contact := sample(reflect.TypeFor[Task]()), sample(reflect.TypeFor[Contact]())
	for _, seed := range []string{task, contact, `{"results":[` + task + `, ` + contact + `],"nextCursor":"x"}`, `{"results":null}`, `{"results":[{"id":""}]}`,
		`{"results":[{"id":"a","dueDate":"2026-13-01"}]}`, `{"results":[],"results":[]}`, `{"Results":[{"ID":"a"}],"results":[{"ID":"a"}]}`,
		`{"results":[{"id":"a","dueDate":"2026\u002d01-01","startDate":null,"tags":null}]} x`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		samePages[Task](t, body, false)
		samePages[Contact](t, body, false)
		var want, got Task
		if quickRecord(body, &got) {
			require.NoError(t, decodeRecord(body, &want))
			require.Equal(t, want, got)
		}
	})
}
