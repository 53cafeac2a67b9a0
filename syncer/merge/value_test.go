package merge_test

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

func anyValue() *rapid.Generator[merge.Value] {
	return rapid.OneOf(
		rapid.Just(merge.None()),
		rapid.Map(rapid.String(), merge.Text),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) merge.Value { return merge.Text(string(b)) }),
		rapid.Map(rapid.Int64(), merge.Int),
		rapid.Map(rapid.Bool(), merge.Bool),
		rapid.Map(rapid.SliceOf(rapid.String()), func(s []string) merge.Value { return merge.Set(s...) }),
	)
}

func TestValueSurvivesJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue().Draw(t, "value")
		data, err := json.Marshal(v)
		require.NoError(t, err)
		var back merge.Value
		require.NoError(t, json.Unmarshal(data, &back))
		require.True(t, v.Equal(back), "%#v %s %#v", v, data, back)
		require.Equal(t, v.AppendKey(nil), back.AppendKey(nil))
	})
}

func TestKeysTellValuesApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyValue().Draw(t, "a"), anyValue().Draw(t, "b")
		require.Equal(t, a.Equal(b), string(a.AppendKey(nil)) == string(b.AppendKey(nil)))
		require.True(t, a.Equal(a) && b.Equal(b))
	})
}

func FuzzValueJSON(f *testing.F) {
	for _, seed := range []string{`null`, `""`, `"x"`, `12`, `-0`, `true`, `["b","a","a",""]`, `[null]`, `{}`, `1.5`, `nope`, ` "x" `, `"\ud800"`, `[1]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v merge.Value
		if v.UnmarshalJSON(data) != nil {
			return
		}
		require.True(t, json.Valid(data), "%q is taken for a value", data)
		out, err := v.MarshalJSON()
		require.NoError(t, err)
		var back merge.Value
		require.NoError(t, back.UnmarshalJSON(out))
		require.True(t, v.Equal(back))
		require.True(t, utf8.ValidString(v.String()))
	})
}

func TestValueForms(t *testing.T) {
	t.Parallel()
	assert.True(t, merge.Text("").IsNone() && merge.Set("", "").IsNone() && merge.Instant(time.Time{}).IsNone())
	assert.False(t, merge.Int(0).IsNone() || merge.Bool(false).IsNone())
	assert.Equal(t, merge.Text("2026-03-01T08:30:00Z"), merge.Instant(time.Date(2026, 3, 1, 9, 30, 0, 999, time.FixedZone("", 3600))))
	at, ok := merge.Text("2026-03-01T08:30:00Z").AsInstant()
	assert.True(t, ok && at.Equal(time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)))
	day, ok := merge.Day(2026, 2, 3).AsDay()
	assert.True(t, ok && day.Day() == 3)
	_, ok = merge.Text("soon").AsDay()
	assert.False(t, ok)
	assert.Equal(t, []string{"a", "b"}, merge.Set("b", "a", "", "b").Items())
	assert.True(t, merge.Set("a").IsSet() && merge.Bool(true).AsBool())
	assert.Equal(t, int64(7), merge.Int(7).AsInt())
	assert.Zero(t, merge.Bool(true).AsInt())
	for v, want := range map[string]merge.Value{"∅": merge.None(), "7": merge.Int(7), "true": merge.Bool(true), "{a, b}": merge.Set("a", "b"), "x": merge.Text("x")} {
		assert.Equal(t, v, want.String())
	}
	assert.Equal(t, "a\uFFFDb", merge.Text("a\xffb").AsText())
	assert.True(t, merge.Fields{"a": merge.None()}.Equal(nil))
	assert.False(t, merge.Fields{"a": merge.Int(1)}.Equal(merge.Fields{"b": merge.Int(1)}))
}

func TestHashText(t *testing.T) {
	t.Parallel()
	var h, back merge.Hash
	text, err := h.MarshalText()
	require.NoError(t, err)
	assert.Empty(t, text)
	h[3] = 0xab
	text, err = h.MarshalText()
	require.NoError(t, err)
	require.NoError(t, back.UnmarshalText(text))
	assert.Equal(t, h, back)
	assert.Equal(t, h.String(), string(text))
	assert.Error(t, back.UnmarshalText([]byte("abc")))
	assert.Error(t, back.UnmarshalText([]byte("zz00000000000000000000000000000z")))
	require.NoError(t, back.UnmarshalText(nil))
	assert.True(t, back.IsZero())
}
