package ghltest

import (
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const stampLayout = "2006-01-02T15:04:05.000Z"

// stamp writes an instant as the service does: UTC with milliseconds.
func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

// parseTime reads the ISO 8601 forms that the service takes: with and without seconds' fraction, offset or Z; a bare date
// is midnight UTC.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC().Truncate(time.Millisecond), true
		}
	}
	return time.Time{}, false
}

// normalBirthday brings a date of birth to YYYY-MM-DD.
func normalBirthday(s string) (string, bool) {
	if s == "" {
		return "", true
	}
	for _, layout := range []string{"2006-01-02", "2006/01/02", "2006.01.02", "2006_01_02", "01-02-2006", "01/02/2006",
		"01.02.2006", "01_02_2006", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format("2006-01-02"), true
		}
	}
	return "", false
}

// callingCodes serves phone numbers that were typed without a country code.
var callingCodes = map[string]string{
	"US": "1", "CA": "1", "GB": "44", "CH": "41", "DE": "49", "AT": "43", "FR": "33", "IT": "39", "ES": "34", "PT": "351",
	"NL": "31", "BE": "32", "DK": "45", "SE": "46", "NO": "47", "FI": "358", "PL": "48", "CZ": "420", "IE": "353",
	"AU": "61", "NZ": "64", "IN": "91", "JP": "81", "BR": "55", "MX": "52", "ZA": "27",
}

// e164 normalises a phone number without judging it: invalid samples pass, as in the service.
func e164(phone, country string) string {
	phone = strings.TrimSpace(phone)
	if phone == "" {
		return ""
	}
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) && r < 128 {
			return r
		}
		return -1
	}, phone)
	code := callingCodes[country]
	switch {
	case digits == "":
		return phone
	case strings.HasPrefix(phone, "+"):
		return "+" + digits
	case strings.HasPrefix(digits, "00"):
		return "+" + digits[2:]
	case code == "1" && len(digits) == 11 && digits[0] == '1', code == "":
		return "+" + digits
	case code != "1":
		digits = strings.TrimPrefix(digits, "0")
	}
	return "+" + code + digits
}

// plainText is the text of an HTML body: tags out, entities decoded, block ends as line breaks.
func plainText(body string) string {
	if !strings.ContainsAny(body, "<&") {
		return body
	}
	var b strings.Builder
	for len(body) > 0 {
		open := strings.IndexByte(body, '<')
		if open < 0 {
			b.WriteString(body)
			break
		}
		b.WriteString(body[:open])
		end := strings.IndexByte(body[open:], '>')
		if end < 0 {
			b.WriteString(body[open:])
			break
		}
		switch strings.ToLower(strings.Trim(body[open+1:open+end], "/ ")) {
		case "br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3":
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
				b.WriteByte('\n')
			}
		}
		body = body[open+end+1:]
	}
	return strings.TrimSpace(decodeEntities(b.String()))
}

// decodeEntities decodes closed entities only: the &copy=2 of a link is none.
func decodeEntities(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "&")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexByte(rest, ';')
		if end < 1 || end > 10 || strings.ContainsAny(rest[:end], "& =/") {
			b.WriteByte('&')
			text = rest
			continue
		}
		b.WriteString(html.UnescapeString("&" + rest[:end+1]))
		text = rest[end+1:]
	}
}

func lowerTags(tags []string) []string {
	out := make([]string, 0, len(tags))
	seen := make(map[string]bool, len(tags))
	for _, t := range tags {
		t = strings.ToLower(strings.TrimSpace(t))
		if t != "" && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func strs(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// textOf turns a scalar of a JSON body into text, for comparisons.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// list never encodes as null.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
