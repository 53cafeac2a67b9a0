package ghl_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// taggedMethods reads the "api:op" lines of the methods of this package: "Service.Method" to "METHOD /path".
func taggedMethods(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc == nil || fn.Recv == nil {
				continue
			}
			for _, line := range fn.Doc.List {
				if tag, found := strings.CutPrefix(line.Text, "//api:op "); found {
					out[receiver(fn)+"."+fn.Name.Name] = tag
					assert.Contains(t, fn.Doc.Text(), "Vendor page: https://", "%s.%s", receiver(fn), fn.Name.Name)
				}
			}
		}
	}
	return out
}

func receiver(fn *ast.FuncDecl) string {
	star, ok := fn.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return ""
	}
	ident, ok := star.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return strings.TrimSuffix(ident.Name, "Service")
}

func TestMethodsAndTableAgree(t *testing.T) {
	t.Parallel()
	tags := taggedMethods(t)
	rows := map[string]ghl.Operation{}
	for _, op := range ghl.Operations() {
		rows[op.HTTPMethod+" "+op.Path] = op
	}
	used := map[string]bool{}
	for method, tag := range tags {
		used[tag] = true
		op, ok := rows[tag]
		if assert.True(t, ok, "%s names %q, which the table does not have", method, tag) {
			assert.Equal(t, strings.Split(op.Method, ".")[0], strings.Split(method, ".")[0])
		}
	}
	for route, op := range rows {
		assert.True(t, used[route], "no method for %s", op.ID)
		assert.Contains(t, tags, op.Method, "the table names a method that is not there")
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	ids, methods, routes := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, op := range ghl.Operations() {
		assert.False(t, ids[op.ID] || methods[op.Method] || routes[op.HTTPMethod+op.Path], op.ID)
		ids[op.ID], methods[op.Method], routes[op.HTTPMethod+op.Path] = true, true, true
		assert.True(t, strings.EqualFold(op.ID, op.Method), "%s %s", op.ID, op.Method)
		assert.True(t, strings.HasPrefix(op.Path, "/"), op.ID)
		assert.Equal(t, strings.Count(op.Path, "{"), strings.Count(op.Path, "}"), op.ID)
		if op.V3Path != "" {
			assert.Equal(t, strings.Count(op.Path, "{"), strings.Count(op.V3Path, "{"), op.ID)
		}
		if op.HTTPMethod != "POST" {
			assert.True(t, op.Repeatable, op.ID)
		}
	}
	assert.Len(t, ids, 138)
	ghl.Operations()[0].ID = "changed"
	assert.NotEqual(t, "changed", ghl.Operations()[0].ID, "the result is a copy")
}

// A required field must be sent even when it is empty or false: it carries no omit option, and every optional one does.
func TestBodiesMarkOptionalFields(t *testing.T) {
	t.Parallel()
	for required, body := range map[string]any{
		"locationId": ghl.ContactCreate{}, "": ghl.ContactUpdate{}, "locationId ": ghl.ContactUpsert{},
		"title dueDate completed": ghl.TaskCreate{}, " ": ghl.TaskUpdate{}, "body": ghl.NoteCreate{}, "  ": ghl.NoteUpdate{},
		"title rruleOptions": ghl.RecurringTaskCreate{}, "   ": ghl.RecurringTaskUpdate{},
		"name dataType": ghl.CustomFieldCreate{}, "name": ghl.CustomFieldUpdate{}, "name value": ghl.CustomValueInput{},
		"name companyId": ghl.LocationCreate{}, "companyId": ghl.LocationUpdate{},
		"locationId name": ghl.CalendarCreate{}, "    ": ghl.CalendarUpdate{}, "     ": ghl.CalendarSettings{},
		"locationId name description slug": ghl.CalendarGroupCreate{}, "name description slug": ghl.CalendarGroupUpdate{},
		"locationId  ": ghl.BlockSlotInput{},
		"calendarId locationId contactId startTime": ghl.AppointmentCreate{}, "      ": ghl.AppointmentUpdate{},
		"body ": ghl.AppointmentNoteInput{},
		"companyId firstName lastName email password type role locationIds": ghl.UserCreate{}, "       ": ghl.UserUpdate{},
		"name locationId": ghl.BusinessCreate{}, "        ": ghl.BusinessUpdate{},
		"pipelineId locationId name status contactId": ghl.OpportunityCreate{},
		"         ": ghl.OpportunityUpdate{},
		"pipelineId locationId followers isRemoveAllFollowers followersActionType": ghl.OpportunityUpsert{},
		"locationId   ": ghl.ConversationUpdate{}, "type contactId": ghl.MessageSend{},
		"type conversationId conversationProviderId contactId": ghl.MessageInbound{},
		"type conversationId conversationProviderId":           ghl.MessageOutbound{}, "status": ghl.MessageStatus{},
		"locationId showInForms dataType fieldKey objectKey parentId": ghl.ObjectFieldCreate{},
		"locationId showInForms": ghl.ObjectFieldUpdate{}, "objectKey name locationId": ghl.FieldFolderCreate{}, "name locationId ": ghl.FieldFolderUpdate{},
	} {
		var sent []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(body)) {
			name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.Anonymous && option == "" {
				sent = append(sent, name)
			}
		}
		assert.Equal(t, strings.Fields(required), append([]string{}, sent...), "%T", body)
	}
}
