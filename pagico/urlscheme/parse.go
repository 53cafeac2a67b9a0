package urlscheme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads a link back: every link of this package, and the vendor's example. It
// is as strict as the grammar: escapes in upper-case hexadecimal digits, nothing else
// than unreserved characters beside them, no name twice. It returns [ErrInvalid] for
// everything else. The values are as they were put in, control characters aside.
func Parse(link string) (Command, error) {
	rest, ok := strings.CutPrefix(link, Scheme)
	if !ok {
		return Command{}, fmt.Errorf("%w: a link begins with %s", ErrInvalid, Scheme)
	}
	name, query, ok := strings.Cut(rest, "?")
	if !ok || !isToken(name) {
		return Command{}, fmt.Errorf("%w: a link has a command in letters, and parameters after a question mark", ErrInvalid)
	}
	c := Command{Name: name}
	for i, part := range strings.Split(query, "&") {
		key, escaped, ok := strings.Cut(part, "=")
		if !ok || !isParamName(key) {
			return Command{}, fmt.Errorf("%w: parameter %d of the link is not name=value", ErrInvalid, i+1)
		}
		if slices.ContainsFunc(c.Params, func(p Param) bool { return p.Name == key }) {
			return Command{}, fmt.Errorf("%w: the parameter %s is there twice", ErrInvalid, key)
		}
		value, err := decode(escaped)
		if err != nil {
			return Command{}, fmt.Errorf("%w: %s %w", ErrInvalid, key, err)
		}
		c.Params = append(c.Params, Param{Name: key, Value: value})
	}
	return c, nil
}

// decode reads an encoded value.
func decode(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case isUnreserved(s[i]):
			b.WriteByte(s[i])
		case s[i] == '%' && i+2 < len(s) && isUpperHex(s[i+1]) && isUpperHex(s[i+2]):
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil || n == 0 {
				return "", fmt.Errorf("has a bad escape at byte %d", i)
			}
			b.WriteByte(byte(n))
			i += 2
		default:
			return "", fmt.Errorf("has a character that is not escaped, or a bad escape, at byte %d", i)
		}
	}
	if !utf8.ValidString(b.String()) {
		return "", fmt.Errorf("is not UTF-8")
	}
	return b.String(), nil
}

func isUnreserved(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

func isUpperHex(c byte) bool { return isDigit(c) || 'A' <= c && c <= 'F' }

// AsTask reads an addTask command. What [AddTask.Link] put at the end of the notes
// stays there; see [FindMarker]. It returns [ErrInvalid] for another command, a
// parameter that is not documented, and dates that are no [Date], such as plain English.
func (c Command) AsTask() (AddTask, error) {
	if c.Name != commandTask {
		return AddTask{}, fmt.Errorf("%w: the command is not %s", ErrInvalid, commandTask)
	}
	var t AddTask
	for _, p := range c.Params {
		var err error
		switch p.Name {
		case paramTitle:
			t.Title = p.Value
		case paramNotes:
			t.Notes = p.Value
		case paramStart:
			t.Start, err = ParseDate(p.Value)
		case paramDue:
			t.Due, err = ParseDate(p.Value)
		case paramColor:
			t.Color, err = parseColor(p.Value)
		case paramContainer:
			t.ContainerID = p.Value
		default:
			err = fmt.Errorf("%w: %s has no parameter %s", ErrInvalid, c.Name, p.Name)
		}
		if err != nil {
			return AddTask{}, err
		}
	}
	return t, requireTitle(t.Title)
}

// AsNote reads an addNote command, like [Command.AsTask].
func (c Command) AsNote() (AddNote, error) {
	if c.Name != commandNote {
		return AddNote{}, fmt.Errorf("%w: the command is not %s", ErrInvalid, commandNote)
	}
	var n AddNote
	for _, p := range c.Params {
		var err error
		switch p.Name {
		case paramTitle:
			n.Title = p.Value
		case paramBody:
			n.Body = p.Value
		case paramDatetime:
			n.Datetime, err = ParseDate(p.Value)
		default:
			err = fmt.Errorf("%w: %s has no parameter %s", ErrInvalid, c.Name, p.Name)
		}
		if err != nil {
			return AddNote{}, err
		}
	}
	return n, requireTitle(n.Title)
}

func parseColor(s string) (*int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || strconv.Itoa(n) != s {
		return nil, fmt.Errorf("%w: color is not a decimal number from 0", ErrInvalid)
	}
	return &n, nil
}
