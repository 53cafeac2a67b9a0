package ghl_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

type optBody struct {
	A ghl.Opt[string]         `json:"a,omitzero"`
	B ghl.Opt[int]            `json:"b,omitzero"`
	C ghl.Opt[[]string]       `json:"c,omitzero"`
	D ghl.Opt[map[string]int] `json:"d,omitzero"`
}

func TestOptHasThreeStates(t *testing.T) {
	t.Parallel()
	for want, body := range map[string]optBody{
		`{}`:                              {},
		`{"a":null,"b":null}`:             {A: ghl.Null[string](), B: ghl.Null[int]()},
		`{"a":"","b":0}`:                  {A: ghl.Set(""), B: ghl.Set(0)},
		`{"c":[],"d":{}}`:                 {C: ghl.Set[[]string](nil), D: ghl.Set[map[string]int](nil)},
		`{"a":"x","c":["y"],"d":{"z":1}}`: {A: ghl.Set("x"), C: ghl.Set([]string{"y"}), D: ghl.Set(map[string]int{"z": 1})},
	} {
		got, err := json.Marshal(body)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
		var back optBody
		require.NoError(t, json.Unmarshal(got, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(again))
	}
	v, ok := ghl.Set(3).Get()
	assert.True(t, ok)
	assert.Equal(t, 3, v)
	_, ok = ghl.Null[int]().Get()
	assert.False(t, ok)
	assert.True(t, ghl.Null[int]().IsNull())
	assert.False(t, ghl.Null[int]().IsZero())
	assert.True(t, ghl.Opt[int]{}.IsZero())
	var o ghl.Opt[int]
	require.Error(t, json.Unmarshal([]byte(`"x"`), &o))
}

func FuzzOpt(f *testing.F) {
	for _, s := range []string{`null`, `"x"`, ` null `, `""`, `"é"`, `{`, `1`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var o, back ghl.Opt[string]
		if json.Unmarshal(data, &o) != nil {
			return
		}
		out, err := json.Marshal(o)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &back))
		assert.Equal(t, o, back)
	})
}
