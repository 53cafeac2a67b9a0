package ghl_test

import (
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// contractMoment is the moment that every request of the contract tests carries.
var contractMoment = time.Date(2026, 7, 20, 10, 0, 0, 0, time.UTC)

// contractText returns a sensible text for a field or parameter; owner is the struct type or the method.
func contractText(owner, name string) string {
	special := map[string]string{
		"AppointmentCreate.Status": "confirmed", "AppointmentUpdate.Status": "confirmed", "AppointmentCreate.MeetingLocationType": "custom",
		"AppointmentUpdate.MeetingLocationType": "custom", "Availability.Date": "2026-07-20T00:00:00.000Z", "OpportunityCreate.Status": "open",
		"OpportunityUpdate.Status": "open", "OpportunityUpsert.Status": "open", "OpportunityUpsert.FollowersAction": "add",
		"OpportunityQuery.Status": "open", "OpportunityQuery.Order": "added_asc", "OpportunityQuery.Date": "07-20-2026",
		"OpportunityQuery.EndDate": "07-21-2026", "Opportunities.SetStatus.status": "won", "ConversationSearch.LastMessageType": "TYPE_SMS",
		"ConversationSearch.LastMessageAction": "manual", "ConversationSearch.LastMessageDirection": "inbound", "ConversationSearch.Status": "unread",
		"ConversationSearch.SortBy": "last_message_date", "ConversationSearch.Sort": "desc", "MessageExport.Channel": "SMS",
		"MessageExport.SortBy": "createdAt", "MessageExport.SortOrder": "asc", "MessageSend.Type": "SMS", "MessageSend.Status": "pending",
		"MessageSend.EmailReplyMode": "reply_all", "MessageInbound.Type": "SMS", "MessageOutbound.Type": "Call", "MessageStatus.Status": "delivered",
		"MessageCall.Status": "completed", "MessageInbound.Date": "2026-07-20T10:00:00.000Z", "MessageOutbound.Date": "2026-07-20T10:00:00.000Z",
		"CustomFieldCreate.DataType": "TEXT", "CustomFieldCreate.Model": "contact", "CustomFieldUpdate.Model": "contact",
		"CustomFields.List.model": "contact", "ObjectFieldCreate.DataType": "TEXT", "ObjectFieldCreate.AcceptedFormats": ".pdf",
		"ObjectFieldUpdate.AcceptedFormats": ".pdf", "TemplateQuery.Type": "sms", "ConversationUpdate.Feedback": "positive", "UserCreate.Type": "account", "UserCreate.Role": "admin",
		"UserUpdate.Type": "account", "UserUpdate.Role": "admin", "UserSearch.Type": "account", "UserSearch.Role": "admin",
		"UserSearch.Sort": "dateAdded", "Recurrence.IntervalType": "daily", "Recurrence.StartDate": "2026-07-20T10:00:00.000Z",
		"Recurrence.EndDate": "2026-08-20T10:00:00.000Z", "Recurrence.DayOfWeek": "MO", "CalendarSettings.EventType": "RoundRobin_OptimizeForAvailability",
		"CalendarCreate.CalendarType": "round_robin", "CalendarSettings.WidgetType": "default", "CalendarSettings.GuestType": "count_only",
		"CalendarSettings.FormSubmitType": "ThankYouMessage", "CalendarNotification.Type": "email", "CalendarRecurring.Freq": "DAILY",
		"CalendarRecurring.BookingOption": "skip", "CalendarRecurring.OverlapStatus": "confirmed", "MeetingLocation.Kind": "custom",
		"ContactCreate.DateOfBirth": "1990-09-25", "ContactUpdate.DateOfBirth": "1990-09-25", "ContactUpsert.DateOfBirth": "1990-09-25",
		"Sort.Direction": "desc", "Sort.Field": "dateUpdated", "Locations.Get.id": "text-locationid", "Locations.Update.id": "text-locationid",
		"Locations.Delete.id": "text-locationid", "Companies.Get.id": "text-companyid", "UserCreate.LocationIDs": "text-locationid",
		"UserUpdate.LocationIDs": "text-locationid", "ObjectFieldCreate.ObjectKey": "business", "FieldFolderCreate.ObjectKey": "business", "DNDSetting.Status": "active", "File.Field": "", "Conversations.ListMessages.messageType": "TYPE_SMS",
		"CalendarSettings.AllowBookingAfterUnit": "days", "CalendarSettings.AllowBookingForUnit": "days",
		"TeamMemberInput.MeetingLocationType": "custom", "MessageSend.OptimizationPeriod": "24h", "UserCreate.PlatformLanguage": "de",
		"UserUpdate.PlatformLanguage": "de", "UserCreate.Scopes": "contacts.write", "UserCreate.ScopesAssignedToOnly": "contacts.write",
		"UserUpdate.Scopes": "contacts.write", "UserUpdate.ScopesAssignedToOnly": "contacts.write",
	}
	if text, ok := special[owner+"."+name]; ok {
		return text
	}
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(name, "Unit"):
		return "mins"
	case strings.Contains(lower, "email") && !strings.HasSuffix(name, "ID"):
		return "ada@example.com"
	case strings.Contains(lower, "phone"), strings.HasSuffix(lower, "number"):
		return "+15550100001"
	case strings.Contains(lower, "url"), strings.Contains(lower, "website"), strings.Contains(lower, "photo"):
		return "https://example.com/"
	case strings.Contains(lower, "timezone"):
		return "Europe/Berlin"
	case lower == "country":
		return "US"
	case strings.HasSuffix(lower, "closedate"):
		return "2026-07-20"
	}
	return "text-" + lower
}

// contractFill sets every field of v, which belongs to owner under name.
func contractFill(t *testing.T, v reflect.Value, owner, name string) {
	t.Helper()
	if contractFillKnown(v, name) {
		return
	}
	if opt, ok := reflect.TypeAssert[json.Unmarshaler](v.Addr()); ok && strings.HasPrefix(v.Type().Name(), "Opt[") {
		get, _ := v.Type().MethodByName("Get")
		inner := reflect.New(get.Type.Out(0)).Elem()
		contractFill(t, inner, owner, name)
		data, err := json.Marshal(inner.Interface())
		require.NoError(t, err)
		require.NoError(t, opt.UnmarshalJSON(data))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(contractText(owner, name))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
		if strings.HasSuffix(name, "Limit") {
			v.SetInt(20)
		}
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Interface:
		v.Set(reflect.ValueOf(contractText(owner, name)))
	case reflect.Slice:
		one := reflect.New(v.Type().Elem()).Elem()
		contractFill(t, one, owner, name)
		v.Set(reflect.Append(reflect.MakeSlice(v.Type(), 0, 1), one))
	case reflect.Map:
		one := reflect.New(v.Type().Elem()).Elem()
		contractFill(t, one, owner, name)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(contractKey(name)), one)
	case reflect.Struct:
		for field := range v.Type().Fields() {
			if field.IsExported() {
				contractFill(t, v.FieldByIndex(field.Index), v.Type().Name(), field.Name)
			}
		}
		contractExclude(v)
	default:
		require.Failf(t, "no value", "%s.%s is a %s", owner, name, v.Type())
	}
}

// contractExclude empties the fields that exclude another one.
func contractExclude(v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *ghl.EventQuery:
		p.UserID, p.GroupID = "", ""
	case *ghl.ContactSearch:
		p.Page = 0
	case *ghl.BlockSlotInput:
		p.AssignedUserID = ""
	case *ghl.FreeSlotQuery:
		p.End = p.Start.Add(24 * time.Hour)
	}
}

// contractKey returns a key for a map.
func contractKey(name string) string {
	switch name {
	case "Permissions":
		return "campaignsEnabled"
	case "Social":
		return "facebookUrl"
	}
	return "key"
}

// contractFillKnown sets the types whose values are not made field by field.
func contractFillKnown(v reflect.Value, name string) bool {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = contractMoment
	case *json.RawMessage:
		*p = json.RawMessage(`[1784272317939,"text"]`)
	case *ghl.Filter:
		*p = ghl.Where("email", ghl.Equals, "ada@example.com")
	case *ghl.DNDSettings:
		*p = ghl.DNDSettings{"all": {Status: "active", Message: "text"}}
		if name == "InboundDNDSettings" {
			return true
		}
		delete(*p, "all")
		for _, channel := range []string{"Call", "Email", "SMS", "WhatsApp", "GMB", "FB"} {
			(*p)[channel] = ghl.DNDSetting{Status: "active", Message: "text", Code: "text"}
		}
	case *ghl.Opt[[]ghl.CustomFieldInput]: // is written, never read
		*p = ghl.Set([]ghl.CustomFieldInput{{ID: "text-id", Key: "text-key", Value: "text"}})
	case *io.Reader:
		*p = strings.NewReader("text")
	default:
		return false
	}
	return true
}
