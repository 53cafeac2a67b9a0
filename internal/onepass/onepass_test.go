package onepass_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/internal/onepass"
)

type word string

// shout decodes itself.
type shout string

func (s *shout) UnmarshalJSON(data []byte) error {
	*s = shout(strings.ToUpper(string(data)))
	return nil
}

// pair reads itself, in both ways.
type pair struct{ First, Second string }

func (p *pair) UnmarshalJSON(data []byte) error {
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	list = append(list, "", "")
	*p = pair{list[0], list[1]}
	return nil
}

func (p *pair) ReadJSON(r *onepass.Reader) {
	var list []string
	if !r.Null() {
		for r.Enter('['); r.More(']'); {
			if r.Null() {
				list = append(list, "")
			} else {
				list = append(list, r.Text())
			}
		}
	}
	list = append(list, "", "")
	*p = pair{list[0], list[1]}
}

type inner struct {
	ID    string  `json:"id"`
	Note  string  `json:"note"`
	Inner []inner `json:"inner"`
}

type base struct {
	ID     string `json:"id"`
	Shared string `json:"shared"`
	Hidden string `json:"-"`
}

type other struct{ Other string }

type record struct {
	*base
	Shared   string            `json:"shared"` // hides the one of base
	Word     word              `json:"word"`
	Flag     bool              `json:"flag"`
	Count    int               `json:"count,omitempty"`
	Small    int8              `json:"small"`
	Big      int64             `json:"big"`
	Rate     float64           `json:"rate"`
	When     time.Time         `json:"when,omitzero"`
	Raw      json.RawMessage   `json:"raw"`
	Shout    shout             `json:"shout"`
	Pair     pair              `json:"pair"`
	Words    []string          `json:"words"`
	Raws     []json.RawMessage `json:"raws"`
	Nested   inner             `json:"nested"`
	List     []inner           `json:"list"`
	Pointer  *inner            `json:"pointer"`
	Map      map[string]int    `json:"map"`
	Any      any               `json:"any"`
	Bytes    []byte            `json:"bytes"`
	Untagged string
}

// read reads text in one pass, and reports whether that was possible.
func read(text []byte) (record, bool) {
	got := record{base: &base{}}
	r := onepass.NewReader(text)
	raw, ok := onepass.For[record]().Read(&r, &got)
	return got, ok && r.End() && len(raw) > 0
}

func plain(text []byte) (record, error) {
	want := record{base: &base{}}
	err := json.Unmarshal(text, &want)
	return want, err
}

func usual() []string {
	return []string{
		`{}`, " {\n} \t\r", `{"id":"x"}`,
		`{"id":"a","shared":"b","word":"c","flag":true,"count":-7,"small":-128,"big":9223372036854775807,"rate":-1.5e-3}`,
		`{"when":"2026-07-20T12:00:00+02:00","raw":{"a":[1,2,{"b":null}]},"shout":"abc","pair":["x","y","z"],"words":["a","b","c","d","e","f"]}`,
		`{"raws":[1,"x",{},[],null],"nested":{"id":"n","inner":[{"id":"m"}]},"list":[{"id":"1"},null,{"id":"3","note":"x"}],"pointer":{"id":"p"}}`,
		`{"map":{"a":1},"any":[1,{"x":null}],"bytes":"aGVsbG8=","Untagged":"u","unknown":{"id":[[[["deep"]]]]},"":0}`,
		`{"id":null,"flag":null,"count":null,"rate":null,"when":null,"raw":null,"shout":null,"pair":null,"words":null,"nested":null,"pointer":null}`,
		`{"words":[],"list":[],"raws":[ ]}`,
		`{"id":"line\nbreak \"quoted\" \\ \/ \b\f\r\t \u00e9 \ud83d\ude00 \u0041"}`, `{"id":"Zürich 😀"}`,
		`{"id":"lone \ud800 and \udc00 and \ud800\ud83d\ude00","flag":false}`,
		`{"unknown":"\ud800\\","rate":0,"count":0,"big":-0,"x":0.10E+5,"y":1e400}`, `{"id":"1234567","shared":"12345678","word":"123456789"}`,
	}
}

func surprising() []string {
	return []string{
		``, ` `, `[]`, `null`, `"x"`, `7`, `{`, `{"id"`, `{"id":`, `{"id":"x`, `{"id":"x"`, `{"id":"x",}`, `{"id":"x"}}`, `{"id":"x"} x`, `{,}`,
		`{"id":7}`, `{"id":{}}`, `{"flag":"true"}`, `{"flag":1}`, `{"count":1.5}`, `{"count":"7"}`, `{"small":128}`, `{"big":9223372036854775808}`,
		`{"rate":1e400}`, `{"rate":"1"}`, `{"words":"a"}`, `{"words":[1]}`, `{"nested":[]}`, `{"list":{}}`, `{"map":[]}`, `{"when":"yesterday"}`,
		`{"id":"a","id":"b"}`, `{"ID":"a"}`, `{"Flag":true}`, `{"untagged":"x"}`, `{"\u0069d":"a"}`, `{"é":1}`,
		`{"count":01}`, `{"count":-}`, `{"count":+1}`, `{"rate":1.}`, `{"rate":.5}`, `{"rate":1e}`, `{"unknown":tru}`, `{"unknown":nul}`, `{"id":nul}`,
		"{\"id\":\"a\nb\"}", "{\"unknown\":\"a\x01b\"}", "{\"id\":\"a\xffb\"}", `{"unknown":"\x41"}`, `{"unknown":"\u12g4"}`, `{"unknown":"\`, `{"unknown":"\u12`,
		`{"unknown":[1,2}`, `{"unknown":{"a":1]}`, `{"unknown":[1 2]}`, `{"unknown":[1,]}`, `{"unknown":{"a" 1}}`, `{"unknown":{1:1}}`,
		`{"unknown":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`, "\ufeff{}",
	}
}

func TestUsualTextsAreReadLikeEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, text := range usual() {
		want, err := plain([]byte(text))
		require.NoError(t, err, text)
		got, ok := read([]byte(text))
		require.True(t, ok, "not read: %s", text)
		assert.Equal(t, want, got, text)
	}
}

func TestSurprisesAreLeftToEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, text := range surprising() {
		_, ok := read([]byte(text))
		assert.False(t, ok, text)
	}
}

// A usual text that is cut off anywhere, or has one byte changed, is either not read or means the same to encoding/json.
func TestDamagedTexts(t *testing.T) {
	t.Parallel()
	for _, text := range usual() {
		for i := range len(text) {
			checkSame(t, []byte(text[:i]))
			for _, c := range []byte("\"\\{}[],:0e.-ntfu \x00\xff") {
				damaged := []byte(text)
				damaged[i] = c
				checkSame(t, damaged)
			}
		}
	}
}

func checkSame(t *testing.T, text []byte) {
	t.Helper()
	got, ok := read(text)
	if !ok {
		return
	}
	want, err := plain(text)
	require.NoError(t, err, "%q", text)
	require.Equal(t, want, got, "%q", text)
}

func FuzzRead(f *testing.F) {
	for _, text := range append(usual(), surprising()...) {
		f.Add([]byte(text))
	}
	f.Fuzz(checkSame)
}

func TestRawIsThePartOfTheText(t *testing.T) {
	t.Parallel()
	text := []byte(`{"rows":[ {"id":"1"} , {"id":"2","note":"}\""}],"total": 2}`)
	plan := onepass.For[inner]()
	r := onepass.NewReader(text)
	var raws []string
	var total string
	for r.Enter('{'); r.More('}'); {
		if string(r.Key()) == "total" {
			total = string(r.Raw())
			continue
		}
		for r.Enter('['); r.More(']'); {
			var row inner
			raw, ok := plan.Read(&r, &row)
			require.True(t, ok)
			assert.Equal(t, len(raw), cap(raw), "appending to it must not change the text")
			raws = append(raws, string(raw))
		}
	}
	require.True(t, r.End())
	assert.Equal(t, []string{`{"id":"1"}`, `{"id":"2","note":"}\""}`}, raws)
	assert.Equal(t, "2", total)
}

// Once it has failed, a reader does nothing more.
func TestFailureIsFinal(t *testing.T) {
	t.Parallel()
	r := onepass.NewReader([]byte(`{"a":1}`))
	r.Fail()
	assert.True(t, r.Failed())
	assert.Zero(t, r.Peek())
	r.Enter('{')
	assert.False(t, r.More('}'))
	assert.Nil(t, r.Key())
	assert.Nil(t, r.Raw())
	assert.Empty(t, r.Text())
	assert.False(t, r.Null())
	assert.False(t, r.End())
	_, ok := onepass.For[inner]().Read(&r, &inner{})
	assert.False(t, ok)
}

// Types whose rules are not known here are left to encoding/json altogether.
func TestUnusualTypes(t *testing.T) {
	t.Parallel()
	try := func(ok bool) { t.Helper(); assert.False(t, ok) }
	try(readable[struct {
		A int `json:"a,string"`
	}](`{"a":"1"}`))
	try(readable[struct {
		A string `json:"id"`
		B string `json:"ID"`
	}](`{}`))
	try(readable[struct {
		base
		other
	}](`{}`))
	try(readable[[]string](`[]`))
}

func readable[T any](text string) bool {
	r := onepass.NewReader([]byte(text))
	_, ok := onepass.For[T]().Read(&r, new(T))
	return ok
}
