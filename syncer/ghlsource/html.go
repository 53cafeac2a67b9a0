package ghlsource

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

// Bodies of GHL tasks and notes are rich text: some hold HTML, some plain text,
// and nothing on the wire says which. A body with a tag of this list is HTML.
var (
	knownTag = regexp.MustCompile(`(?i)</?(?:a|abbr|article|aside|b|big|blockquote|body|br|center|code|dd|del|div|dl|dt|em|` +
		`figure|font|footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|li|main|mark|meta|ol|p|pre|s|samp|section|small|span|` +
		`strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|u|ul)(?:\s[^<>]*)?/?>`)
	entity    = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
	attribute = regexp.MustCompile(`(?i)(?:^|\s)(href|alt|start)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
)

// plainText is the text of a GHL body, in canonical form.
func plainText(body string) string {
	if !isHTML(body) {
		return canon.BodyText(decodeEntities(body))
	}
	r := renderer{rest: body}
	return canon.BodyText(r.render())
}

func isHTML(body string) bool { return strings.IndexByte(body, '<') >= 0 && knownTag.MatchString(body) }

// richText is a body whose [plainText] is the given canonical text.
func richText(text string) string {
	if plainText(text) == text {
		return text
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// decodeEntities decodes only entities that end in a semicolon, so that the
// "&copy=1" of a web address stays what it is.
func decodeEntities(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return entity.ReplaceAllStringFunc(s, html.UnescapeString)
}

// renderer turns HTML into text: blocks end lines, list items get a dash or a
// number, links keep their address, white space collapses outside pre.
type renderer struct {
	rest  string
	out   strings.Builder
	line  strings.Builder
	lists []int // per open list: the next number, or -1 for bullets
	href  string
	from  int // where the text of the open link starts in the line, or -1 when a line ended meanwhile
	pre   int
	space bool // white space is due before the next word
}

func (r *renderer) render() string {
	for r.rest != "" {
		at := strings.IndexByte(r.rest, '<')
		if at < 0 {
			at = len(r.rest)
		}
		r.text(decodeEntities(r.rest[:at]))
		r.rest = r.rest[at:]
		if r.rest == "" {
			break
		}
		r.markup()
	}
	r.endLine()
	return r.out.String()
}

// markup reads the tag, comment or lone "<" that rest starts with. It takes time
// in proportion to what it consumes, whatever the body.
func (r *renderer) markup() {
	if comment, ok := strings.CutPrefix(r.rest, "<!--"); ok {
		_, r.rest, _ = strings.Cut(comment, "-->")
		return
	}
	name := tagName.FindStringSubmatch(r.rest[:min(len(r.rest), 64)])
	if name == nil {
		r.text("<")
		r.rest = r.rest[1:]
		return
	}
	end, closed := tagEnd(r.rest, len(name[0]))
	switch {
	case closed:
		attrs := r.rest[len(name[0]):end]
		r.rest = r.rest[end+1:]
		r.tag(strings.ToLower(name[2]), attrs, name[1] == "/")
	case end < len(r.rest): // another tag begins before this one ends
		r.text(r.rest[:end])
		r.rest = r.rest[end:]
	default:
		r.rest = ""
	}
}

var tagName = regexp.MustCompile(`^<(/?)([a-zA-Z][a-zA-Z0-9:._-]*|[!?])`)

// tagEnd finds the ">" that ends a tag, not counting those in quotes. Without
// one it tells where the next "<" is, or the end.
func tagEnd(s string, from int) (at int, closed bool) {
	for i := from; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i, true
		case '<':
			return i, false
		case '"', '\'':
			if i == 0 || s[i-1] != '=' && s[i-1] != ' ' {
				continue // a stray quote, as in <p it's>
			}
			length := strings.IndexByte(s[i+1:], s[i])
			if length < 0 {
				return len(s), false
			}
			i += length + 1
		}
	}
	return len(s), false
}

func (r *renderer) text(s string) {
	if r.pre > 0 {
		for i, part := range strings.Split(s, "\n") {
			if i > 0 {
				r.newLine()
			}
			r.line.WriteString(part)
		}
		return
	}
	for _, c := range s {
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' {
			r.space = true
			continue
		}
		if r.space && r.line.Len() > 0 && !strings.HasSuffix(r.line.String(), " ") {
			r.line.WriteByte(' ')
		}
		r.space = false
		r.line.WriteRune(c)
	}
}

// newLine ends the line, empty or not.
func (r *renderer) newLine() {
	r.out.WriteString(r.line.String())
	r.out.WriteByte('\n')
	r.line.Reset()
	r.space = false
	r.from = -1
}

// endLine ends the line when there is something on it.
func (r *renderer) endLine() {
	if strings.TrimSpace(r.line.String()) != "" {
		r.newLine()
		return
	}
	r.line.Reset()
	r.space = false
}

func (r *renderer) tag(name, attrs string, closing bool) {
	switch name {
	case "br":
		r.newLine()
	case "img":
		if alt := strings.TrimSpace(attr(attrs, "alt")); alt != "" {
			r.text("[" + alt + "]")
		} else {
			r.text("[image]")
		}
	case "a":
		r.anchor(attrs, closing)
	case "ul", "ol":
		r.list(name, attrs, closing)
	case "li":
		r.endLine()
		if !closing {
			r.bullet()
		}
	case "td", "th":
		r.space = true
	case "pre":
		r.endLine()
		r.pre = max(0, r.pre+step(closing))
	case "style", "script", "head", "title":
		if !closing {
			r.skipTo(name)
		}
	case "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote", "section", "article", "header",
		"footer", "main", "aside", "hr", "dl", "dt", "dd", "figure", "body", "html", "center":
		r.block()
	}
}

// block starts a line, but keeps the mark of a list item together with the
// paragraph in it.
func (r *renderer) block() {
	if len(r.lists) > 0 && onlyMark.MatchString(r.line.String()) {
		return
	}
	r.endLine()
}

var onlyMark = regexp.MustCompile(`^ *(?:-|[0-9]+\.) $`)

func step(closing bool) int {
	if closing {
		return -1
	}
	return 1
}

func (r *renderer) list(name, attrs string, closing bool) {
	r.endLine()
	switch {
	case closing && len(r.lists) > 0:
		r.lists = r.lists[:len(r.lists)-1]
	case closing:
	case name == "ul":
		r.lists = append(r.lists, -1)
	default:
		start, err := strconv.Atoi(attr(attrs, "start"))
		if err != nil || start < 0 {
			start = 1
		}
		r.lists = append(r.lists, start)
	}
}

// maxIndent keeps a hostile nesting of lists from growing the text.
const maxIndent = 8

func (r *renderer) bullet() {
	depth := len(r.lists)
	mark := "- "
	if depth > 0 && r.lists[depth-1] >= 0 {
		mark = strconv.Itoa(r.lists[depth-1]) + ". "
		r.lists[depth-1]++
	}
	r.line.WriteString(strings.Repeat("  ", min(max(0, depth-1), maxIndent)) + mark)
}

// anchor puts the address of a link behind its text, unless the text says it.
func (r *renderer) anchor(attrs string, closing bool) {
	if !closing {
		r.href, r.from = attr(attrs, "href"), r.line.Len()
		return
	}
	href, from := r.href, r.from
	r.href, r.from = "", -1
	shown := ""
	if from >= 0 && from <= r.line.Len() {
		shown = strings.TrimSpace(r.line.String()[from:])
	}
	address := strings.TrimPrefix(strings.TrimPrefix(href, "mailto:"), "tel:")
	known := strings.Contains(href, "://") || address != href
	bare := func(s string) string {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
		return strings.TrimSuffix(s, "/")
	}
	switch {
	case !known, bare(shown) == bare(address):
	case shown == "" && from >= 0:
		r.text(address)
	default:
		r.text(" (" + address + ")")
	}
}

// skipTo drops what an element holds that is never shown.
func (r *renderer) skipTo(name string) {
	for {
		at := strings.Index(r.rest, "</")
		if at < 0 {
			r.rest = ""
			return
		}
		r.rest = r.rest[at:]
		if after := r.rest[2:]; len(after) >= len(name) && strings.EqualFold(after[:len(name)], name) {
			return
		}
		r.rest = r.rest[2:]
	}
}

func attr(attrs, name string) string {
	for _, m := range attribute.FindAllStringSubmatch(attrs, -1) {
		if strings.EqualFold(m[1], name) {
			return strings.TrimSpace(decodeEntities(m[2] + m[3] + m[4]))
		}
	}
	return ""
}
