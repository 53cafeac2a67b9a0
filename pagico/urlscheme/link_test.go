package urlscheme_test

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
)

// grammar is the ABNF of the links as a regular expression, written apart from the code.
var grammar = regexp.MustCompile(`^pagico://[A-Za-z]+\?[A-Za-z][A-Za-z0-9]*=(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*` +
	`(?:&[A-Za-z][A-Za-z0-9]*=(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*)*$`)

func date(t *testing.T, text string) urlscheme.Date {
	t.Helper()
	d, err := urlscheme.ParseDate(text)
	require.NoError(t, err)
	return d
}

func TestTaskLink(t *testing.T) {
	t.Parallel()
	zurich, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	due, err := urlscheme.At(time.Date(2026, 9, 14, 13, 30, 59, 0, time.UTC), zurich)
	require.NoError(t, err)
	link, err := urlscheme.AddTask{
		Title: "Car maintenance", Notes: "60K service", Start: date(t, "2026-09-01"), Due: due, Color: new(0), ContainerID: "D0002-2283",
		Origin: urlscheme.Origin{ID: "9NkT25", URL: "https://app.example/tasks?id=9NkT25&x=1"},
	}.Link()
	require.NoError(t, err)
	assert.Equal(t, "pagico://addTask?title=Car%20maintenance"+
		"&notes=60K%20service%0A%0A%5Bghl%3A9NkT25%5D%0Ahttps%3A%2F%2Fapp.example%2Ftasks%3Fid%3D9NkT25%26x%3D1"+
		"&start=2026-09-01&due=2026-09-14%2015%3A30&color=0&containerId=D0002-2283", string(link))
	assert.Regexp(t, grammar, string(link))

	bare, err := urlscheme.AddTask{Title: "x"}.Link()
	require.NoError(t, err)
	assert.Equal(t, urlscheme.Link("pagico://addTask?title=x"), bare, "empty values are left out")
}

func TestNoteLink(t *testing.T) {
	t.Parallel()
	link, err := urlscheme.AddNote{Title: "Call", Body: "a\nb", Datetime: date(t, "2026-01-02")}.Link()
	require.NoError(t, err)
	assert.Equal(t, urlscheme.Link("pagico://addNote?title=Call&body=a%0Ab&datetime=2026-01-02"), link)
	c, err := urlscheme.Parse(string(link))
	require.NoError(t, err)
	note, err := c.AsNote()
	require.NoError(t, err)
	assert.Equal(t, urlscheme.AddNote{Title: "Call", Body: "a\nb", Datetime: date(t, "2026-01-02")}, note)
}

func TestValuesAreEncodedByteByByte(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"Car maintenance & more=1+1\nüber 🚗 100%": "Car%20maintenance%20%26%20more%3D1%2B1%0A%C3%BCber%20%F0%9F%9A%97%20100%25",
		"az-AZ_09.~":                    "az-AZ_09.~",
		"!*'();:@&=+$,/?#[]\"<>\\^`{|}": "%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%2F%3F%23%5B%5D%22%3C%3E%5C%5E%60%7B%7C%7D",
		"a\tb\r\nc\x1b\x7f\u0085d":      "ab%0Acd",
	} {
		link, err := urlscheme.AddTask{Title: value}.Link()
		require.NoError(t, err)
		assert.Equal(t, "pagico://addTask?title="+want, string(link))
	}
}

func TestBadValuesAreRefused(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("x", urlscheme.DefaultMaxBytes)
	for name, make := range map[string]func() (urlscheme.Link, error){
		"no title":        func() (urlscheme.Link, error) { return urlscheme.AddTask{Notes: "x"}.Link() },
		"blank title":     func() (urlscheme.Link, error) { return urlscheme.AddTask{Title: " \t\n\u00a0"}.Link() },
		"control title":   func() (urlscheme.Link, error) { return urlscheme.AddTask{Title: "\x1b\x07"}.Link() },
		"note title":      func() (urlscheme.Link, error) { return urlscheme.AddNote{Body: "x"}.Link() },
		"NUL":             func() (urlscheme.Link, error) { return urlscheme.AddTask{Title: "a\x00b"}.Link() },
		"no UTF-8":        func() (urlscheme.Link, error) { return urlscheme.AddTask{Title: "a", Notes: "\xff"}.Link() },
		"negative colour": func() (urlscheme.Link, error) { return urlscheme.AddTask{Title: "a", Color: new(-1)}.Link() },
		"container":       func() (urlscheme.Link, error) { return urlscheme.AddTask{Title: "a", ContainerID: "a\nb"}.Link() },
		"origin id": func() (urlscheme.Link, error) {
			return urlscheme.AddTask{Title: "a", Origin: urlscheme.Origin{ID: "a]\n[ghl:b"}}.Link()
		},
		"origin without id": func() (urlscheme.Link, error) {
			return urlscheme.AddTask{Title: "a", Origin: urlscheme.Origin{URL: "https://x.example"}}.Link()
		},
		"origin address": func() (urlscheme.Link, error) {
			return urlscheme.AddTask{Title: "a", Origin: urlscheme.Origin{ID: "a", URL: "javascript:alert(1)"}}.Link()
		},
		"limit":           func() (urlscheme.Link, error) { return urlscheme.AddTask{Title: "a"}.Link(urlscheme.WithMaxBytes(0)) },
		"command name":    func() (urlscheme.Link, error) { return command("add-task", "title", "x").Link() },
		"empty command":   func() (urlscheme.Link, error) { return command("", "title", "x").Link() },
		"parameter name":  func() (urlscheme.Link, error) { return command("addTask", "ti&tle", "x").Link() },
		"digit first":     func() (urlscheme.Link, error) { return command("addTask", "1", "x").Link() },
		"name twice":      func() (urlscheme.Link, error) { return command("addTask", "title", "x", "title", "y").Link() },
		"nothing to send": func() (urlscheme.Link, error) { return command("addTask", "title", "").Link() },
	} {
		link, err := make()
		require.ErrorIs(t, err, urlscheme.ErrInvalid, name)
		assert.Empty(t, link, name)
	}
	_, err := urlscheme.AddTask{Title: huge, Notes: "x"}.Link()
	require.ErrorIs(t, err, urlscheme.ErrTooLong)
	_, err = urlscheme.AddTask{Title: huge}.Link()
	require.ErrorIs(t, err, urlscheme.ErrTooLong)
	_, err = command("x", "a", huge).Link()
	require.ErrorIs(t, err, urlscheme.ErrTooLong)
	assert.NotContains(t, err.Error(), "xxx", "errors hold none of the user's texts")
}

func command(name string, params ...string) urlscheme.Command {
	c := urlscheme.Command{Name: name}
	for pair := range slices.Chunk(params, 2) {
		c.Params = append(c.Params, urlscheme.Param{Name: pair[0], Value: pair[1]})
	}
	return c
}

func TestLongNotesAreCut(t *testing.T) {
	t.Parallel()
	origin := urlscheme.Origin{ID: "t1", URL: "https://app.example/t1"}
	notes := strings.Repeat("über 🚗\n", 4000)
	link, err := urlscheme.AddTask{Title: "Long", Notes: notes, Due: date(t, "2026-01-02"), Origin: origin}.Link()
	require.NoError(t, err)
	assert.LessOrEqual(t, len(link), urlscheme.DefaultMaxBytes)
	assert.Greater(t, len(link), urlscheme.DefaultMaxBytes-40, "no more is cut than must be")
	task := parseTask(t, link)
	assert.Equal(t, date(t, "2026-01-02"), task.Due)
	head, trailer, found := strings.Cut(task.Notes, " "+urlscheme.CutMark+"\n\n")
	require.True(t, found)
	assert.True(t, strings.HasPrefix(notes, head))
	assert.Equal(t, "[ghl:t1]\nhttps://app.example/t1", trailer)
	id, ok := urlscheme.FindMarker(task.Notes)
	assert.True(t, ok)
	assert.Equal(t, "t1", id)

	exact, err := urlscheme.AddTask{Title: "x", Notes: strings.Repeat("y", 20)}.Link(urlscheme.WithMaxBytes(len("pagico://addTask?title=x&notes=") + 20))
	require.NoError(t, err)
	assert.NotContains(t, string(exact), "%", "what fits is not cut")
}

func TestFindMarker(t *testing.T) {
	t.Parallel()
	for notes, want := range map[string]string{
		"":                                   "",
		"see [ghl:a] there":                  "",
		"[ghl:]":                             "",
		"[ghl:a b]":                          "",
		"[ghl:a]":                            "a",
		"text\n\n[ghl:a]\nhttps://x.example": "a",
		"[ghl:forged]\ntext\n\n[ghl:a]\r\n":  "a",
	} {
		id, ok := urlscheme.FindMarker(notes)
		assert.Equal(t, want, id, notes)
		assert.Equal(t, want != "", ok, notes)
	}
	id, ok := urlscheme.FindMarker(urlscheme.Marker("abc"))
	assert.True(t, ok)
	assert.Equal(t, "abc", id)
}

func TestParse(t *testing.T) {
	t.Parallel()
	vendor, err := urlscheme.Parse("pagico://addTask?title=Car%20maintenance&notes=60K%20service&due=tomorrow%203pm")
	require.NoError(t, err)
	assert.Equal(t, command("addTask", "title", "Car maintenance", "notes", "60K service", "due", "tomorrow 3pm"), vendor)
	assert.Equal(t, "60K service", vendor.Get("notes"))
	assert.Empty(t, vendor.Get("color"))
	_, err = vendor.AsTask()
	require.ErrorIs(t, err, urlscheme.ErrInvalid, "plain English is no Date")
	for _, bad := range []string{
		"", "pagico://", "pagico://addTask", "pagico://addTask?", "PAGICO://addTask?title=x", "https://x.example/?title=x",
		"pagico://addTask?title", "pagico://addTask?title=a b", "pagico://addTask?title=a+b", "pagico://addTask?title=%c3%bc",
		"pagico://addTask?title=%C3", "pagico://addTask?title=%0", "pagico://addTask?title=%", "pagico://addTask?title=%00",
		"pagico://addTask?title=x&", "pagico://addTask?title=x&title=y", "pagico://add/Task?title=x", "pagico://addTask?title=x#y",
		"pagico://addTask?title=ü", "pagico://addTask?title=x\n", "-pagico://addTask?title=x",
	} {
		_, err := urlscheme.Parse(bad)
		require.ErrorIs(t, err, urlscheme.ErrInvalid, bad)
	}
	for _, bad := range []urlscheme.Command{
		command("addNote", "title", "x"), command("addTask", "notes", "x"), command("addTask", "title", "x", "priority", "1"),
		command("addTask", "title", "x", "color", "-1"), command("addTask", "title", "x", "color", "01"), command("addTask", "title", "x", "start", "?"),
	} {
		_, err := bad.AsTask()
		require.ErrorIs(t, err, urlscheme.ErrInvalid)
	}
	_, err = command("addNote", "title", "x", "containerId", "1").AsNote()
	require.ErrorIs(t, err, urlscheme.ErrInvalid)
	_, err = command("addTask", "title", "x").AsNote()
	require.ErrorIs(t, err, urlscheme.ErrInvalid)
}

func TestDates(t *testing.T) {
	t.Parallel()
	zurich, err := time.LoadLocation("Europe/Zurich")
	require.NoError(t, err)
	for at, want := range map[time.Time]string{
		time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC):  "2026-07-02 00:30",
		time.Date(2026, 1, 1, 22, 30, 59, 9, time.UTC): "2026-01-01 23:30",
		time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC): "2026-10-25 02:30",
		time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC): "2026-10-25 02:30",
		time.Date(1, 6, 1, 12, 0, 0, 0, time.UTC):      "0001-06-01 12:34",
		time.Date(9999, 12, 31, 12, 0, 0, 0, time.UTC): "9999-12-31 13:00",
		time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC):   "2026-03-29 03:00",
		time.Date(2026, 3, 29, 0, 59, 59, 0, time.UTC): "2026-03-29 01:59",
	} {
		d, err := urlscheme.At(at, zurich)
		require.NoError(t, err)
		assert.Equal(t, want, d.String())
		back, err := urlscheme.ParseDate(d.String())
		require.NoError(t, err)
		assert.Equal(t, d, back)
	}
	_, err = urlscheme.At(time.Now(), nil)
	require.ErrorIs(t, err, urlscheme.ErrInvalid)
	_, err = urlscheme.At(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	require.ErrorIs(t, err, urlscheme.ErrInvalid)
	_, err = urlscheme.Day(2026, 2, 29)
	require.ErrorIs(t, err, urlscheme.ErrInvalid)
	_, err = urlscheme.Day(0, 1, 1)
	require.ErrorIs(t, err, urlscheme.ErrInvalid)
	leap, err := urlscheme.Day(2028, 2, 29)
	require.NoError(t, err)
	assert.Equal(t, "2028-02-29", leap.String())
	for _, bad := range []string{"", "tomorrow", "2026-9-1", "2026-09-01T10:00", "2026-09-01 10:00:00", "2026-09-01 10:00Z", "2026-02-29", "0000-01-01"} {
		_, err := urlscheme.ParseDate(bad)
		require.ErrorIs(t, err, urlscheme.ErrInvalid, bad)
	}
	assert.True(t, urlscheme.Date{}.IsZero())
}

func parseTask(t *testing.T, link urlscheme.Link) urlscheme.AddTask {
	t.Helper()
	c, err := urlscheme.Parse(string(link))
	require.NoError(t, err)
	task, err := c.AsTask()
	require.NoError(t, err)
	return task
}

// cleaned is what is to be left of a text, written apart from the code.
func cleaned(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || !unicode.Is(unicode.Cc, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func FuzzTaskLink(f *testing.F) {
	f.Add("Car maintenance", "60K service", int64(1800000000), 3, "D0002-2283", "9NkT25", 300)
	f.Add("& more=1+1\nüber 🚗 100%", "\x00", int64(-1), -1, "", "", 8000)
	f.Add("x", strings.Repeat("🚗é\t \n", 60), int64(0), 0, "a b", "t]", 120)
	f.Fuzz(func(t *testing.T, title, notes string, at int64, color int, container, origin string, limit int) {
		due, err := urlscheme.At(time.Unix(at, 0), time.FixedZone("", 20700))
		if err != nil {
			due = urlscheme.Date{}
		}
		in := urlscheme.AddTask{Title: title, Notes: notes, Due: due, Color: &color, ContainerID: container, Origin: urlscheme.Origin{ID: origin}}
		link, err := in.Link(urlscheme.WithMaxBytes(limit))
		if err != nil {
			assert.Empty(t, link)
			return
		}
		assert.Regexp(t, grammar, string(link))
		assert.LessOrEqual(t, len(link), limit)
		out := parseTask(t, link)
		assert.Equal(t, cleaned(title), out.Title)
		assert.Equal(t, due, out.Due)
		assert.Equal(t, color, *out.Color)
		assert.Equal(t, container, out.ContainerID)
		assert.True(t, utf8.ValidString(out.Notes))
		text := out.Notes
		if origin != "" {
			id, ok := urlscheme.FindMarker(out.Notes)
			assert.True(t, ok)
			assert.Equal(t, origin, id)
			var found bool
			text, found = strings.CutSuffix(text, "[ghl:"+origin+"]")
			assert.True(t, found)
			text = strings.TrimSuffix(text, "\n\n")
		}
		if text != cleaned(notes) {
			head, cut := strings.CutSuffix(text, urlscheme.CutMark)
			assert.True(t, cut)
			assert.True(t, strings.HasPrefix(cleaned(notes), strings.TrimSuffix(head, " ")))
			whole, err := in.Link(urlscheme.WithMaxBytes(1 << 30))
			require.NoError(t, err)
			assert.Greater(t, len(whole), limit, "nothing is cut without need")
		}
		// A reader that is not ours takes it the same way.
		u, err := url.Parse(string(link))
		require.NoError(t, err)
		assert.Equal(t, cleaned(title), u.Query().Get("title"))
	})
}

func FuzzCommandLink(f *testing.F) {
	f.Add("addTask", "title", "x", "p2", "y")
	f.Add("a", "b", "\xff", "b", "\x00")
	f.Fuzz(func(t *testing.T, name, p1, v1, p2, v2 string) {
		in := command(name, p1, v1, p2, v2)
		link, err := in.Link()
		if err != nil {
			return
		}
		assert.Regexp(t, grammar, string(link))
		out, err := urlscheme.Parse(string(link))
		require.NoError(t, err)
		want := urlscheme.Command{Name: name}
		for _, p := range in.Params {
			if p.Value = cleaned(p.Value); p.Value != "" {
				want.Params = append(want.Params, p)
			}
		}
		assert.Equal(t, want, out)
	})
}

func FuzzParse(f *testing.F) {
	f.Add("pagico://addTask?title=Car%20maintenance&notes=60K%20service&due=tomorrow%203pm")
	f.Add("pagico://addNote?title=%C3%BC&body=&datetime=2026-01-02")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := urlscheme.Parse(s)
		if err != nil {
			return
		}
		assert.Regexp(t, grammar, s)
		link, err := c.Link(urlscheme.WithMaxBytes(len(s) + 1))
		if err != nil {
			return // nothing but empty values and control characters
		}
		again, err := urlscheme.Parse(string(link))
		require.NoError(t, err)
		for _, p := range again.Params {
			assert.Equal(t, p.Value, cleaned(c.Get(p.Name)), strconv.Quote(s))
		}
	})
}
