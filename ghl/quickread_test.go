package ghl

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

// sample makes the JSON of a struct with all its fields set, in the types that they have.
func sample(t reflect.Type) string {
	if text, ok := map[string]string{"Time": `"2026-07-17T07:31:57.939Z"`, "RawMessage": `{"a":[1,"x",null]}`,
		"DNDSettings":     `{"SMS":{"status":"active","message":"m"}}`,
		"customFieldList": `[{"id":"f1","value":"v"},{"id":"f2","fieldValue":[1,2]},null,{"_id":"f3","key":"k"}]`}[t.Name()]; ok {
		return text
	}
	switch t.Kind() {
	case reflect.String:
		return `"a \"quoted\" täxt"`
	case reflect.Bool:
		return "true"
	case reflect.Int, reflect.Int64:
		return "7"
	case reflect.Float64:
		return "1.5"
	case reflect.Slice:
		return "[" + sample(t.Elem()) + "," + sample(t.Elem()) + "]"
	case reflect.Map:
		return `{"k":` + sample(t.Elem()) + "}"
	case reflect.Pointer:
		return sample(t.Elem())
	case reflect.Struct:
		var members []string
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.IsExported() && !f.Anonymous && name != "" && name != "-" && !strings.Contains(strings.Join(members, ","), `"`+name+`":`) {
				members = append(members, fmt.Sprintf("%q:%s", name, sample(f.Type)))
			}
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	return "null"
}

// bothWays reads documents of one resource in the quick way and in the other one.
func bothWays[W any, T any, P resource[T]](t *testing.T) {
	t.Helper()
	t.Run(reflect.TypeFor[T]().Name(), func(t *testing.T) {
		t.Parallel()
		full := sample(reflect.TypeFor[W]())
		require.True(t, json.Valid([]byte(full)), full)
		for _, doc := range []string{full, `{}`, `{"id":"x","notKnown":[{"a":1}]}`} {
			var want, got T
			require.NoError(t, P(&want).decode(ownText([]byte(doc))))
			require.True(t, quickOne[T, P]([]byte(`{"traceId":"t","one":`+doc+`}`), []string{"other", "one"}, &got), doc)
			assert.Equal(t, want, got)
			list, ok := quickList[T, P]([]byte(`{"rows":[`+doc+`,null,`+doc+`],"total":2}`), []string{"rows"})
			require.True(t, ok, doc)
			assert.Equal(t, []T{want, want}, list)
			list, ok = quickList[T, P]([]byte(` [`+doc+`] `), nil)
			require.True(t, ok, doc)
			assert.Equal(t, []T{want}, list)
		}
		assert.NotContains(t, full, "null}", "a type that sample does not know")
	})
}

func TestUsualAnswersAreReadInOnePass(t *testing.T) {
	t.Parallel()
	bothWays[appointmentWire, Appointment](t)
	bothWays[appointmentNoteWire, AppointmentNote](t)
	bothWays[blockSlotWire, BlockSlot](t)
	bothWays[businessWire, Business](t)
	bothWays[calendarGroupFields, CalendarGroup](t)
	bothWays[calendarWire, Calendar](t)
	bothWays[campaignFields, Campaign](t)
	bothWays[companyFields, Company](t)
	bothWays[contactWire, Contact](t)
	bothWays[conversationWire, Conversation](t)
	bothWays[customFieldWire, CustomField](t)
	bothWays[customValueWire, CustomValue](t)
	bothWays[fieldFolderFields, FieldFolder](t)
	bothWays[installedLocationWire, InstalledLocation](t)
	bothWays[locationWire, Location](t)
	bothWays[lostReasonFields, LostReason](t)
	bothWays[messageWire, Message](t)
	bothWays[noteWire, Note](t)
	bothWays[objectFieldWire, ObjectField](t)
	bothWays[opportunityWire, Opportunity](t)
	bothWays[pipelineFields, Pipeline](t)
	bothWays[recurringTaskWire, RecurringTask](t)
	bothWays[tagWire, Tag](t)
	bothWays[taskWire, Task](t)
	bothWays[templateFields, Template](t)
	bothWays[userWire, User](t)
	bothWays[workflowFields, Workflow](t)
}

// FuzzBothWays: whatever an answer holds, the quick way gives up or comes to the same result.
func FuzzBothWays(f *testing.F) {
	for _, t := range []reflect.Type{reflect.TypeFor[contactWire](), reflect.TypeFor[taskWire](), reflect.TypeFor[opportunityWire](), reflect.TypeFor[messageWire]()} {
		f.Add([]byte(`{"one":` + sample(t) + `}`))
		f.Add([]byte(`{"rows":[` + sample(t) + `,` + sample(t) + `],"total":2}`))
	}
	for _, seed := range []string{`{"one":{"id":7,"customFields":{"id":1,"value":null}}}`, `{"one":null,"other":{"id":"o"},"one":{"id":"a"}}`,
		`{"rows":[[{"id":"1"}]],"rows":null}`, `{"rows":[{"customFields":[1,"x",{"id":" a ","id":"b","value":1,"fieldValue":2}]}]} `,
		`{"one":{"contactDetails":{"_id":"c","firstName":null},"assignedToUserDetails":[],"dueDate":" 2026-07-20"}}`, `{"\u006fne":{"id":"x"}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		sameBothWays[Contact](t, body)
		sameBothWays[Task](t, body)
		sameBothWays[Opportunity](t, body)
		sameBothWays[Message](t, body)
	})
}

func sameBothWays[T any, P resource[T]](t *testing.T, body []byte) {
	t.Helper()
	before := bytes.Clone(body)
	var got T
	if quickOne[T, P](body, []string{"one", "other"}, &got) {
		value, whole := pick(body, "one", "other")
		var want T
		require.True(t, whole)
		require.NoError(t, P(&want).decode(text{data: value}))
		require.Equal(t, want, got)
	}
	if rows, ok := quickList[T, P](body, []string{"rows", "items"}); ok {
		want, err := slowList[T, P](body, "rows", "items")
		require.NoError(t, err)
		require.Equal(t, want, rows)
	}
	require.Equal(t, before, body, "reading changes nothing")
}
