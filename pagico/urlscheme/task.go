package urlscheme

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// The documented commands and their parameters.
const (
	commandTask    = "addTask"
	commandNote    = "addNote"
	paramTitle     = "title"
	paramNotes     = "notes"
	paramBody      = "body"
	paramStart     = "start"
	paramDue       = "due"
	paramDatetime  = "datetime"
	paramColor     = "color"
	paramContainer = "containerId"
)

// CutMark ends a text that was too long for its link.
const CutMark = "[…]"

// AddTask makes a task, or a list item when it has no due date.
type AddTask struct {
	// Title is required and not blank. It is never cut.
	Title string
	// Notes is text of any number of lines; it is cut when the link gets too long.
	Notes string
	// Start and Due are on the user's clock; zero for none.
	Start, Due Date
	// Color is the number of a colour in the palette of the user's database, from 0
	// (none) on; nil leaves it to the app. What the numbers mean differs between
	// databases, so map something to a colour only as the user says.
	Color *int
	// ContainerID names the project or the contact that the task goes to, as the app
	// gives it out; empty for the Inbox. It is passed as it is.
	ContainerID string
	// Origin is written at the end of the notes.
	Origin Origin
}

// AddNote makes a note. Whether it can be put into a container is not known.
type AddNote struct {
	// Title is required and not blank. It is never cut.
	Title string
	// Body is text of any number of lines; it is cut when the link gets too long.
	Body string
	// Datetime is the note's Timestamp, on the user's clock; zero for none.
	Datetime Date
	// Origin is written at the end of the body.
	Origin Origin
}

// Origin names the GHL record from which a task or note is made. It is written at
// the end of the text, the id as [ghl:ID] on a line of its own and the address on the
// next, and never cut.
type Origin struct {
	// ID is the id of the record; empty for no origin.
	ID string
	// URL is where the record can be seen, an absolute http or https address; empty
	// for none.
	URL string
}

// Link writes the task. It returns [ErrInvalid] for a blank title, a negative colour,
// a container id with control characters, a malformed origin, and text that is not
// UTF-8 or holds NUL; and [ErrTooLong] when cutting the notes does not help.
func (t AddTask) Link(opts ...Option) (Link, error) {
	if err := requireTitle(t.Title); err != nil {
		return "", err
	}
	color := ""
	if t.Color != nil {
		if *t.Color < 0 {
			return "", fmt.Errorf("%w: a color is a number from 0", ErrInvalid)
		}
		color = strconv.Itoa(*t.Color)
	}
	if strings.ContainsFunc(t.ContainerID, unicode.IsControl) {
		return "", fmt.Errorf("%w: the container id holds control characters", ErrInvalid)
	}
	return fit(Command{Name: commandTask, Params: []Param{
		{paramTitle, t.Title}, {paramNotes, t.Notes}, {paramStart, t.Start.text}, {paramDue, t.Due.text},
		{paramColor, color}, {paramContainer, t.ContainerID},
	}}, t.Origin, opts)
}

// Link writes the note, like [AddTask.Link].
func (n AddNote) Link(opts ...Option) (Link, error) {
	if err := requireTitle(n.Title); err != nil {
		return "", err
	}
	return fit(Command{Name: commandNote, Params: []Param{
		{paramTitle, n.Title}, {paramBody, n.Body}, {paramDatetime, n.Datetime.text},
	}}, n.Origin, opts)
}

func requireTitle(title string) error {
	title, err := clean(paramTitle, title)
	if err == nil && strings.TrimSpace(title) == "" {
		return fmt.Errorf("%w: a title is required", ErrInvalid)
	}
	return err
}

// textAt is where both commands have the text that may be cut.
const textAt = 1

// fit writes the command with the origin at the end of its text, and cuts the text
// when the link gets too long.
func fit(c Command, origin Origin, opts []Option) (Link, error) {
	l, err := newLimits(opts)
	if err != nil {
		return "", err
	}
	trailer, err := origin.lines()
	if err != nil {
		return "", err
	}
	text, err := clean(c.Params[textAt].Name, c.Params[textAt].Value)
	if err != nil {
		return "", err
	}
	c.Params[textAt].Value = join(text, trailer)
	link, err := c.write()
	if err != nil || len(link) <= l.maxBytes {
		return link, err
	}
	if text == "" {
		return "", fmt.Errorf("%w: %d bytes of at most %d", ErrTooLong, len(link), l.maxBytes)
	}
	c.Params[textAt].Value = join(CutMark, trailer)
	if link, err = c.write(); err != nil {
		return "", err
	}
	// What goes before the mark is written with one space between, which is 3 bytes.
	room := l.maxBytes - len(link)
	if room < 0 {
		return "", fmt.Errorf("%w: %d bytes of at most %d with all notes cut", ErrTooLong, len(link), l.maxBytes)
	}
	if head := strings.TrimRightFunc(shorten(text, room-len("%20")), unicode.IsSpace); head != "" {
		c.Params[textAt].Value = join(head+" "+CutMark, trailer)
	}
	return c.write()
}

// shorten returns the longest beginning of text that takes no more bytes than room
// when it is encoded.
func shorten(text string, room int) string {
	for i, r := range text {
		if room -= len(encode(string(r))); room < 0 {
			return text[:i]
		}
	}
	return text
}

func join(text, trailer string) string {
	if text == "" || trailer == "" {
		return text + trailer
	}
	return text + "\n\n" + trailer
}

// The marker of an origin.
const (
	markerStart = "[ghl:"
	markerEnd   = "]"
)

// Marker is the line that names a GHL record in notes.
func Marker(id string) string { return markerStart + id + markerEnd }

// FindMarker returns the id in the last line of notes that is a marker, and whether
// there is one.
func FindMarker(notes string) (id string, ok bool) {
	for line := range strings.Lines(notes) {
		inner, isMarker := strings.CutPrefix(strings.TrimSpace(line), markerStart)
		inner, ends := strings.CutSuffix(inner, markerEnd)
		if isMarker && ends && isOriginID(inner) {
			id, ok = inner, true
		}
	}
	return id, ok
}

// isOriginID reports whether an id can stand in a marker: visible ASCII characters
// without brackets.
func isOriginID(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' || id[i] == '[' || id[i] == ']' {
			return false
		}
	}
	return id != ""
}

// lines returns what is written at the end of the text.
func (o Origin) lines() (string, error) {
	if o == (Origin{}) {
		return "", nil
	}
	if !isOriginID(o.ID) {
		return "", fmt.Errorf("%w: the id of an origin has visible ASCII characters only, and no brackets", ErrInvalid)
	}
	if o.URL == "" {
		return Marker(o.ID), nil
	}
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsFunc(o.URL, unicode.IsSpace) {
		return "", fmt.Errorf("%w: the address of an origin is not an absolute http or https address", ErrInvalid)
	}
	return Marker(o.ID) + "\n" + o.URL, nil
}
