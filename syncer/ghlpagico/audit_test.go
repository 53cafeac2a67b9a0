package ghlpagico_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// The audit log names the requests by which both services know what was written.
func TestAuditNamesTheServicesRequests(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(s *services) {
		contact, mirror := s.contact()
		due := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
		task := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Call", DueDate: due})
		gone := s.ghl.AddTask(ghltest.Task{ContactID: contact, Title: "Gone", DueDate: due})
		s.ghl.AddNote(ghltest.Note{ContactID: contact, Body: "Met at the fair"})
		_, err := s.pagico.AddTask(pagicotest.Task{ContactID: mirror, Title: "Write", DueDate: "2026-12-01"})
		require.NoError(t, err)
		s.inStep()
		require.NoError(t, s.ghl.EditTask(task.ID, func(x *ghltest.Task) { x.Title = "Call back" }))
		require.NoError(t, s.ghl.DeleteTask(gone.ID))
		for _, x := range s.pagico.Snapshot().Live().Tasks {
			if x.Title == "Write" {
				require.NoError(t, s.pagico.EditTask(x.ID, func(x *pagicotest.Task) { x.Title = "Write soon" }))
			}
		}
		s.inStep()
		written := map[string]string{}
		for _, r := range s.pagico.Requests() {
			if r.Method != http.MethodGet {
				written[r.RequestID] = r.Method
			}
		}
		methods := map[string]string{"create": http.MethodPost, "update": http.MethodPatch, "delete": http.MethodDelete}
		onGHL, onPagico := map[string]bool{}, 0
		var log bytes.Buffer
		require.NoError(t, s.connector.ExportAudit(t.Context(), &log, syncer.AuditJSONLines))
		for e, err := range syncer.ReadAudit(&log) {
			require.NoError(t, err)
			method, wrote := methods[e.Action]
			require.Equal(t, wrote, e.RequestID != "", "%+v", e)
			for id := range strings.FieldsSeq(e.RequestID) {
				if got, ok := written[id]; ok {
					require.Equal(t, method, got)
					onPagico++
				} else {
					require.False(t, onGHL[id])
					onGHL[id] = true
				}
			}
		}
		require.Equal(t, len(written), onPagico)
		require.Len(t, onGHL, 2, "one create and one update")
	})
}
