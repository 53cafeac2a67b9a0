package pagico_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

type patch struct {
	Text pagico.Opt[string]         `json:"text,omitzero"`
	List pagico.Opt[[]string]       `json:"list,omitzero"`
	Map  pagico.Opt[map[string]int] `json:"map,omitzero"`
}

func TestOptStates(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]patch{
		`{}`:                        {},
		`{"text":null,"list":null}`: {Text: pagico.Null[string](), List: pagico.Null[[]string]()},
		`{"text":""}`:               {Text: pagico.Set("")},
		`{"list":[],"map":{}}`:      {List: pagico.Set[[]string](nil), Map: pagico.Set[map[string]int](nil)},
		`{"text":"x","list":["a"]}`: {Text: pagico.Set("x"), List: pagico.Set([]string{"a"})},
	} {
		data, err := json.Marshal(p)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(data))
		var back patch
		require.NoError(t, json.Unmarshal(data, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(again))
	}
}

func TestOptAccessors(t *testing.T) {
	t.Parallel()
	var absent pagico.Opt[int]
	_, has := absent.Get()
	assert.True(t, absent.IsZero() && !absent.IsNull() && !has)
	_, has = pagico.Null[int]().Get()
	assert.True(t, pagico.Null[int]().IsNull() && !pagico.Null[int]().IsZero() && !has)
	v, has := pagico.Set(0).Get()
	assert.True(t, has && v == 0 && !pagico.Set(0).IsZero() && !pagico.Set(0).IsNull())
	assert.Equal(t, pagico.Set("a"), pagico.Set("a"))
	assert.NotEqual(t, pagico.Set(""), pagico.Null[string]())
	assert.Error(t, json.Unmarshal([]byte(`"x"`), &absent))
}

// TestBodiesCarryTheRightTags checks what nobody sees in review: a required member that is
// left out when empty, or an optional one that is not.
func TestBodiesCarryTheRightTags(t *testing.T) {
	t.Parallel()
	required := map[string]bool{
		"TaskCreate.Title": true, "ProjectCreate.Title": true, "ListCreate.Title": true, "ContactCreate.Name": true,
		"EventPut.Title": true, "EventPut.Start": true, "WebhookCreate.URL": true, "WebhookCreate.Events": true,
	}
	for _, body := range []any{
		pagico.TaskCreate{}, pagico.TaskUpdate{}, pagico.ProjectCreate{}, pagico.ProjectUpdate{}, pagico.ListCreate{},
		pagico.ListUpdate{}, pagico.ContactCreate{}, pagico.ContactUpdate{}, pagico.NoteCreate{}, pagico.NoteUpdate{},
		pagico.EventPut{}, pagico.WebhookCreate{}, pagico.WebhookUpdate{},
	} {
		typ := reflect.TypeOf(body)
		for f := range typ.Fields() {
			name := typ.Name() + "." + f.Name
			_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			assert.Equal(t, !required[name], options != "", name)
			if strings.HasSuffix(typ.Name(), "Update") {
				assert.True(t, strings.HasPrefix(f.Type.Name(), "Opt["), "%s is not an Opt", name)
			}
			if strings.HasPrefix(f.Type.Name(), "Opt[") {
				assert.Equal(t, "omitzero", options, name)
			}
		}
	}
}
