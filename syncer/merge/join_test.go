package merge_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// join merges one field whose sides have edited base.
func join(base, ghl, pagico merge.Value) (got merge.Value, ok bool) {
	rules := merge.Rules{Fields: []merge.Field{{Name: "f", Policy: merge.Merge}}}
	out := merge.Plan(merge.Pair{Base: map[string]merge.Base{"f": {GHL: base, Pagico: base}},
		GHL: &merge.State{Fields: merge.Fields{"f": ghl}}, Pagico: &merge.State{Fields: merge.Fields{"f": pagico}}}, rules)
	got = ghl
	for _, c := range out.Conflicts {
		if c.Parked {
			return got, false
		}
	}
	for _, c := range out.Changes {
		if c.To == merge.GHL {
			got = c.New
		}
	}
	return got, true
}

func TestSetsJoinItemByItem(t *testing.T) {
	t.Parallel()
	items := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}))
	rapid.Check(t, func(t *rapid.T) {
		base, a, b := items.Draw(t, "base"), items.Draw(t, "a"), items.Draw(t, "b")
		got, ok := join(merge.Set(base...), merge.Set(a...), merge.Set(b...))
		require.True(t, ok)
		for _, item := range []string{"a", "b", "c", "d", "e"} {
			was, inA, inB := slices.Contains(base, item), slices.Contains(a, item), slices.Contains(b, item)
			want := inA && inB || !was && (inA || inB) // each side's add and each side's removal holds
			require.Equal(t, want, slices.Contains(got.Items(), item), "%s: %v %v %v → %v", item, base, a, b, got)
		}
	})
}

// edit is one person's change of a text: some lines dropped or replaced, some added.
type edit struct {
	drop map[int]string // line number → replacement, "" for none
	add  map[int]string // before line number
}

func (e edit) apply(base []string) string {
	var out []string
	for i := 0; i <= len(base); i++ {
		if line, ok := e.add[i]; ok {
			out = append(out, line)
		}
		if i == len(base) {
			break
		}
		switch line, ok := e.drop[i]; {
		case !ok:
			out = append(out, base[i])
		case line != "":
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// TestTextsJoinByLines builds two edits of one text, with lines that nobody
// touched between them, and checks the join against both edits done in one go.
func TestTextsJoinByLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := make([]string, rapid.IntRange(2, 12).Draw(t, "lines"))
		for i := range base {
			base[i] = "line " + strconv.Itoa(i)
		}
		a, b, both := edit{map[int]string{}, map[int]string{}}, edit{map[int]string{}, map[int]string{}}, edit{map[int]string{}, map[int]string{}}
		for i := 0; i < len(base); i += 2 { // odd lines stay, as the ground between the edits
			e := a
			if rapid.Bool().Draw(t, "by b") {
				e = b
			}
			switch n := strconv.Itoa(i); rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				e.drop[i], both.drop[i] = "", ""
			case 1:
				e.drop[i], both.drop[i] = "new "+n, "new "+n
			case 2:
				e.add[i], both.add[i] = "added "+n, "added "+n
			}
		}
		text := func(e edit) merge.Value { return merge.Text(e.apply(base)) }
		got, ok := join(merge.Text(strings.Join(base, "\n")), text(a), text(b))
		require.True(t, ok, "a %v b %v", a, b)
		require.Equal(t, both.apply(base), got.AsText())
	})
}

func TestOverlappingTextsWaitForAPerson(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][3]string{
		"same line":      {"a\nb\nc", "a\nB\nc", "a\nβ\nc"},
		"both append":    {"a", "a\nx", "a\ny"},
		"edit and clear": {"a\nb", "a\nB", ""},
		"both new":       {"", "x", "y"},
		"edit beside":    {"a\nb", "A\nb", "a\nB"},
	} {
		_, ok := join(merge.Text(c[0]), merge.Text(c[1]), merge.Text(c[2]))
		require.False(t, ok, name)
	}
	long := strings.Repeat("line\n", 3000)
	_, ok := join(merge.Text(long), merge.Text(long+"a"), merge.Text("b"+long))
	require.False(t, ok, "texts beyond the bound are not compared")
}

// TestAddedLinesSurvive holds for any texts: what a join gives back has every
// line that one side added, and none that one side took away.
func TestAddedLinesSurvive(t *testing.T) {
	t.Parallel()
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "", "e"}), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		base, a, b := text.Draw(t, "base"), text.Draw(t, "a"), text.Draw(t, "b")
		in := func(lines []string) merge.Value { return merge.Text(strings.Join(lines, "\n")) }
		got, ok := join(in(base), in(a), in(b))
		mirror, okToo := join(in(base), in(b), in(a))
		require.Equal(t, ok, okToo)
		if !ok {
			return
		}
		require.Equal(t, got, mirror, "the join does not depend on who is who")
		lines := strings.Split(got.AsText(), "\n")
		for _, side := range [][]string{a, b} {
			for _, line := range side {
				if !slices.Contains(base, line) && line != "" {
					require.Contains(t, lines, line, "base %q a %q b %q", base, a, b)
				}
			}
		}
		for _, line := range base {
			if line != "" && !slices.Contains(a, line) && !slices.Contains(b, line) {
				require.NotContains(t, lines, line)
			}
		}
	})
}
