package ghl

// CalendarSettings are the settings of a calendar that can be written; absent ones keep what they have, or take the
// vendor's default on a create. Durations are in the unit of the field beside them, "mins" or "hours".
type CalendarSettings struct {
	IsActive      Opt[bool]                   `json:"isActive,omitzero"`
	Notifications Opt[[]CalendarNotification] `json:"notifications,omitzero"`
	GroupID       Opt[string]                 `json:"groupId,omitzero"`
	TeamMembers   Opt[[]TeamMemberInput]      `json:"teamMembers,omitzero"`
	// EventType is RoundRobin_OptimizeForAvailability or RoundRobin_OptimizeForEqualDistribution.
	EventType   Opt[string] `json:"eventType,omitzero"`
	Description Opt[string] `json:"description,omitzero"`
	Slug        Opt[string] `json:"slug,omitzero"`
	WidgetSlug  Opt[string] `json:"widgetSlug,omitzero"`
	// WidgetType is default or classic.
	WidgetType             Opt[string]            `json:"widgetType,omitzero"`
	EventTitle             Opt[string]            `json:"eventTitle,omitzero"`
	EventColor             Opt[string]            `json:"eventColor,omitzero"`
	MeetingLocation        Opt[string]            `json:"meetingLocation,omitzero"`
	LocationConfigurations Opt[[]MeetingLocation] `json:"locationConfigurations,omitzero"`
	SlotDuration           Opt[float64]           `json:"slotDuration,omitzero"`
	SlotDurationUnit       Opt[string]            `json:"slotDurationUnit,omitzero"`
	SlotInterval           Opt[float64]           `json:"slotInterval,omitzero"`
	SlotIntervalUnit       Opt[string]            `json:"slotIntervalUnit,omitzero"`
	SlotBuffer             Opt[float64]           `json:"slotBuffer,omitzero"`
	PreBuffer              Opt[float64]           `json:"preBuffer,omitzero"`
	PreBufferUnit          Opt[string]            `json:"preBufferUnit,omitzero"`
	// AppointmentsPerSlot and AppointmentsPerDay are spelled "appoinment…" by the vendor.
	AppointmentsPerSlot Opt[float64] `json:"appoinmentPerSlot,omitzero"`
	AppointmentsPerDay  Opt[float64] `json:"appoinmentPerDay,omitzero"`
	// AllowBookingAfter is in hours, days, weeks or months; AllowBookingFor in days, weeks or months.
	AllowBookingAfter     Opt[float64]           `json:"allowBookingAfter,omitzero"`
	AllowBookingAfterUnit Opt[string]            `json:"allowBookingAfterUnit,omitzero"`
	AllowBookingFor       Opt[float64]           `json:"allowBookingFor,omitzero"`
	AllowBookingForUnit   Opt[string]            `json:"allowBookingForUnit,omitzero"`
	OpenHours             Opt[[]OpenHours]       `json:"openHours,omitzero"`
	EnableRecurring       Opt[bool]              `json:"enableRecurring,omitzero"`
	Recurring             Opt[CalendarRecurring] `json:"recurring,omitzero"`
	FormID                Opt[string]            `json:"formId,omitzero"`
	StickyContact         Opt[bool]              `json:"stickyContact,omitzero"`
	LivePayments          Opt[bool]              `json:"isLivePaymentMode,omitzero"`
	AutoConfirm           Opt[bool]              `json:"autoConfirm,omitzero"`
	AlertAssignedMember   Opt[bool]              `json:"shouldSendAlertEmailsToAssignedMember,omitzero"`
	AlertEmail            Opt[string]            `json:"alertEmail,omitzero"`
	GoogleInvitations     Opt[bool]              `json:"googleInvitationEmails,omitzero"`
	AllowReschedule       Opt[bool]              `json:"allowReschedule,omitzero"`
	AllowCancellation     Opt[bool]              `json:"allowCancellation,omitzero"`
	AssignContact         Opt[bool]              `json:"shouldAssignContactToTeamMember,omitzero"`
	SkipAssignExisting    Opt[bool]              `json:"shouldSkipAssigningContactForExisting,omitzero"`
	Notes                 Opt[string]            `json:"notes,omitzero"`
	PixelID               Opt[string]            `json:"pixelId,omitzero"`
	// FormSubmitType is RedirectURL or ThankYouMessage.
	FormSubmitType          Opt[string] `json:"formSubmitType,omitzero"`
	FormSubmitRedirectURL   Opt[string] `json:"formSubmitRedirectURL,omitzero"`
	FormSubmitThanksMessage Opt[string] `json:"formSubmitThanksMessage,omitzero"`
	// AvailabilityType is 0 or 1; version 3 deprecates it.
	AvailabilityType Opt[int]            `json:"availabilityType,omitzero"`
	Availabilities   Opt[[]Availability] `json:"availabilities,omitzero"`
	// GuestType is count_only or collect_detail.
	GuestType    Opt[string]   `json:"guestType,omitzero"`
	ConsentLabel Opt[string]   `json:"consentLabel,omitzero"`
	CoverImage   Opt[string]   `json:"calendarCoverImage,omitzero"`
	LookBusy     Opt[LookBusy] `json:"lookBusyConfig,omitzero"`
}

// CalendarCreate is the body of [CalendarsService.Create]. LocationID and Name are required.
type CalendarCreate struct {
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	// CalendarType is round_robin, event, class_booking, collective, service_booking or personal.
	CalendarType Opt[string] `json:"calendarType,omitzero"`
	// SlotBufferUnit is "mins" or "hours".
	SlotBufferUnit Opt[string] `json:"slotBufferUnit,omitzero"`
	CalendarSettings
}

// CalendarUpdate is the body of [CalendarsService.Update]; the type of a calendar cannot be changed.
type CalendarUpdate struct {
	Name Opt[string] `json:"name,omitzero"`
	CalendarSettings
}

// CalendarNotification says who is told about bookings. All flags are required by the vendor.
type CalendarNotification struct {
	Type                      string `json:"type,omitempty"`
	ShouldSendToContact       bool   `json:"shouldSendToContact"`
	ShouldSendToGuest         bool   `json:"shouldSendToGuest"`
	ShouldSendToUser          bool   `json:"shouldSendToUser"`
	ShouldSendToSelectedUsers bool   `json:"shouldSendToSelectedUsers"`
	SelectedUsers             string `json:"selectedUsers"`
}

// TeamMemberInput is a user of a calendar, as it is written.
type TeamMemberInput struct {
	UserID string `json:"userId"`
	// Priority is 0, 0.5 or 1.
	Priority  Opt[float64] `json:"priority,omitzero"`
	IsPrimary Opt[bool]    `json:"isPrimary,omitzero"`
	// MeetingLocationType and MeetingLocation are the older form of LocationConfigurations.
	MeetingLocationType    string            `json:"meetingLocationType,omitempty"`
	MeetingLocation        string            `json:"meetingLocation,omitempty"`
	LocationConfigurations []MeetingLocation `json:"locationConfigurations,omitempty"`
}

// MeetingLocation says where a meeting takes place.
type MeetingLocation struct {
	// Kind is custom, zoom_conference, google_conference, inbound_call, outbound_call, physical, booker or ms_teams_conference.
	Kind     string `json:"kind"`
	Location string `json:"location,omitempty"`
}

// OpenHours are the hours of some days of the week, 0 being Sunday.
type OpenHours struct {
	DaysOfTheWeek []int   `json:"daysOfTheWeek"`
	Hours         []Hours `json:"hours"`
}

// Hours is a part of a day, in the local time of the location.
type Hours struct {
	OpenHour    int `json:"openHour"`
	OpenMinute  int `json:"openMinute"`
	CloseHour   int `json:"closeHour"`
	CloseMinute int `json:"closeMinute"`
}

// CalendarRecurring bounds recurring bookings.
type CalendarRecurring struct {
	// Freq is DAILY, WEEKLY or MONTHLY.
	Freq  string `json:"freq,omitempty"`
	Count int    `json:"count,omitempty"`
	// BookingOption is skip, continue or book_next; OverlapStatus confirmed or new.
	BookingOption string `json:"bookingOption,omitempty"`
	OverlapStatus string `json:"bookingOverlapDefaultStatus,omitempty"`
}

// Availability are the hours of one date (RFC 3339). ID and Deleted are for updates.
type Availability struct {
	Date    string  `json:"date"`
	Hours   []Hours `json:"hours"`
	Deleted bool    `json:"deleted,omitempty"`
	ID      string  `json:"id,omitempty"`
}

// LookBusy hides a part of the free slots, in per cent.
type LookBusy struct {
	Enabled    bool `json:"enabled"`
	Percentage int  `json:"LookBusyPercentage"`
}
