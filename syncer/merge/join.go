package merge

import (
	"slices"
	"strings"
)

// mergeValues joins two edits of one base; ok is false when they overlap.
func mergeValues(base Base, ghl, pagico Value) (joined Value, ok bool) {
	if isSetOrNone(ghl, pagico, base.GHL, base.Pagico) {
		return mergeSets(base, ghl, pagico), true
	}
	if ghl.typ != typeText || pagico.typ != typeText || !base.GHL.Equal(base.Pagico) {
		return None(), false
	}
	lines, ok := mergeLines(splitLines(base.GHL.text), splitLines(ghl.text), splitLines(pagico.text))
	if !ok {
		return None(), false
	}
	return Text(strings.Join(lines, "\n")), true
}

// isSetOrNone reports whether all values are sets or None and one is a set.
func isSetOrNone(values ...Value) bool {
	found := false
	for _, v := range values {
		if v.typ != typeSet && v.typ != typeNone {
			return false
		}
		found = found || v.typ == typeSet
	}
	return found
}

// mergeSets keeps what either side has, less what either side took away.
func mergeSets(base Base, ghl, pagico Value) Value {
	removed := map[string]bool{}
	mark := func(before, now Value) {
		still := map[string]bool{}
		for _, item := range now.items() {
			still[item] = true
		}
		for _, item := range before.items() {
			if !still[item] {
				removed[item] = true
			}
		}
	}
	mark(base.GHL, ghl)
	mark(base.Pagico, pagico)
	var kept []string
	for _, item := range append(ghl.Items(), pagico.items()...) {
		if !removed[item] {
			kept = append(kept, item)
		}
	}
	return Set(kept...)
}

func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// maxMergeCells bounds the table of the line comparison; larger texts are
// treated as overlapping, so that a person decides.
const maxMergeCells = 4 << 20

// mergeLines joins the edits of a and b to base by lines. Between two lines
// that all three share, only one side may have changed anything.
func mergeLines(base, a, b []string) ([]string, bool) {
	if (len(base)+1)*(max(len(a), len(b))+1) > maxMergeCells {
		return nil, false
	}
	inA, inB := matchLines(base, a), matchLines(base, b)
	var out []string
	i, ai, bi := 0, 0, 0
	for {
		end := i
		for end < len(base) && (inA[end] < 0 || inB[end] < 0) {
			end++
		}
		aEnd, bEnd := len(a), len(b)
		if end < len(base) {
			aEnd, bEnd = inA[end], inB[end]
		}
		chunk, ok := mergeChunk(base[i:end], a[ai:aEnd], b[bi:bEnd])
		if !ok {
			return nil, false
		}
		out = append(out, chunk...)
		if end == len(base) {
			return out, true
		}
		out = append(out, base[end])
		i, ai, bi = end+1, aEnd+1, bEnd+1
	}
}

// mergeChunk picks the changed version of a stretch of lines.
func mergeChunk(base, a, b []string) ([]string, bool) {
	switch {
	case slices.Equal(a, b), slices.Equal(b, base):
		return a, true
	case slices.Equal(a, base):
		return b, true
	}
	return nil, false
}

// matchLines gives, for each line of base, its place in other by a longest
// common subsequence, or -1.
func matchLines(base, other []string) []int {
	width := len(other) + 1
	length := make([]int32, (len(base)+1)*width)
	for i, line := range slices.Backward(base) {
		for j, found := range slices.Backward(other) {
			if line == found {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	place := make([]int, len(base))
	for i, j := 0, 0; i < len(base); i++ {
		place[i] = -1
		for j < len(other) && base[i] != other[j] && length[i*width+j+1] >= length[(i+1)*width+j] {
			j++
		}
		if j < len(other) && base[i] == other[j] {
			place[i] = j
			j++
		}
	}
	return place
}
