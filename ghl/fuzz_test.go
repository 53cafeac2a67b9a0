package ghl_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// FuzzErrorBody feeds arbitrary bodies of error answers: the error is always an *Error in one short line, and matches by
// status what it must.
func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{``, `{}`, `null`, `{"message":"x"}`, `{"message":["a","b"],"error":"Unprocessable Entity"}`,
		`{"error":{"code":"E","message":"m","details":["d"]}}`, `<html><body>Bad gateway</body></html>`, `{"message":"cut`,
		`{"message":{"message":{"message":"deep"}}}`, `[{"message":"a"}]`, `"text"`, `{"meta":{"contactId":7,"matchingField":null}}`,
		`{"message":"` + testToken + `"}`, "\x00\xff\xfe", `{"a\u0000":1,"message":"\ud800"}`} {
		for _, status := range []int{400, 401, 403, 404, 422, 429, 500} {
			f.Add(status, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 400 || status > 599 {
			return
		}
		c, _ := serve(t, replies(status, string(body)))
		_, err := c.Notes.Create(t.Context(), "c", ghl.NoteCreate{Body: "x"})
		e, ok := errors.AsType[*ghl.Error](err)
		require.True(t, ok)
		assert.Equal(t, status, e.Status)
		assert.NotContains(t, err.Error(), "\n")
		assert.Less(t, len(err.Error()), 2000)
		assert.NotContains(t, err.Error()+e.Body(), testToken)
		assert.Equal(t, status >= 500 || status == 422 || status == 408, errors.Is(err, ghl.ErrUncertain))
		assert.Equal(t, status == 429, errors.Is(err, ghl.ErrRateLimited))
	})
}

// FuzzRecord feeds arbitrary objects as records: whatever the types of its fields, a JSON object is always read, and its raw
// form is kept.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{`{"id":"c1"}`, `{"id":7,"tags":{"a":1},"dateAdded":[],"customFields":"x","dndSettings":{"SMS":3}}`,
		`{"_id":"t","contactDetails":"x","dueDate":1e400,"completed":[true],"assignedToUserDetails":[]}`,
		`{"customFields":[{"id":1,"value":{"a":[1]}},null,"x",[]],"opportunities":[{"monetaryValue":"1,5"}]}`,
		`{"id":{"a":"b"},"createdBy":[{}],"additionalEmails":{"email":"x"},"searchAfter":"x","permissions":[1],"roles":"admin"}`,
		`{"id":null,"monetaryValue":1e999,"unreadCount":1.5,"type":-0,"lcPhone":{"a":{"b":1}},"scopes":[[["x"]]]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = bytes.TrimSpace(data)
		if !json.Valid(data) || data[0] != '{' {
			return
		}
		var contact ghl.Contact
		var task ghl.Task
		var appointment ghl.Appointment
		var user ghl.User
		var conversation ghl.Conversation
		var opportunity ghl.Opportunity
		for _, v := range []any{&contact, &task, &appointment, &user, &conversation, &opportunity} {
			require.NoError(t, json.Unmarshal(data, v))
		}
		assert.Equal(t, string(data), string(contact.RawJSON()))
	})
}

// FuzzAnswer feeds arbitrary bodies of successes: they are read or refused, and nothing else.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{``, `{"contacts":[]}`, `{"contacts":[{"id":"1"}],"total":"9"}`, `{"contacts":[{]}`, `{"contacts":[[{"id":"1"}]]}`,
		`[{"id":"1"}]`, `{"contacts":{}}`, `{"contacts":null}`, `{"\u0063ontacts":[]}`, `{"contacts":[1,,2]}`, `{"contacts":["` + strings.Repeat("[", 50)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
		_, err := c.Contacts.SearchPage(t.Context(), ghl.ContactSearch{LocationID: "L"})
		if err != nil {
			require.ErrorIs(t, err, ghl.ErrAnswer)
			require.NotErrorIs(t, err, ghl.ErrUncertain, "a search may be repeated")
		}
	})
}
