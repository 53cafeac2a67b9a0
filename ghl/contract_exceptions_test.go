package ghl_test

// requestExceptions is the table of places where requests of the client knowingly differ from the vendor's files. Its
// reasons name the section of the GHL facts, or the page of the vendor's reference.
func requestExceptions() []exception {
	birth := "GHL facts §3.1: a date of birth is text in each of eight forms; the files say object"
	older := "GHL API reference, calendars: deprecated in favour of locationConfigurations and marked read only, but in the body"
	slot := "GHL facts §3.5: one of calendar and user is enough; the files require the calendar"
	return []exception{
		{"contacts.create", "body /dateOfBirth", birth},
		{"contacts.update", "body /dateOfBirth", birth},
		{"contacts.upsert", "body /dateOfBirth", birth},
		{"opportunities.upsert", "body /monetaryValue", "GHL facts §3.6: monetaryValue is a number; the files say object here"},
		{"calendars.*", "body /meetingLocation", older},
		{"calendars.*", "body /teamMembers/N/meetingLocation", older},
		{"calendars.*", "body /teamMembers/N/meetingLocationType", older},
		{"calendars.create", "body /availabilities/N/id", "GHL API reference, calendars: only an update knows it; the type is shared"},
		{"conversations.uploadAttachments", "body /attachmentUrls", "GHL API reference, conversations: files may be sent instead of addresses"},
		{"conversations.sendMessage", "body /subType", "GHL facts §2.8: the files require it and do not say what for; left to the caller"},
		{"conversations.sendMessage", "body /status", "GHL facts §2.8: the files require it and do not say what for; left to the caller"},
		{"calendars.createBlockSlot", "body /calendarId", slot},
		{"calendars.updateBlockSlot", "body /calendarId", slot},
	}
}

// unsentExceptions is the table of what the files describe and no argument of a method sets; [ghl.Client.Do] can send all of it.
func unsentExceptions() []exception {
	pages := "a list sends it from the second page on"
	keys := "the argument is a map, which takes any key"
	return []exception{
		{"conversations.exportMessages", "unsent query cursor", pages},
		{"conversations.listMessages", "unsent query lastMessageId", pages},
		{"conversations.search", "unsent query startAfterDate", pages},
		{"opportunities.list", "unsent query startAfter*", pages},
		{"opportunities.list", "unsent query page", "GHL facts §4.1: the list walks by startAfter and startAfterId instead"},
		{"tasks.search", "unsent body skip", pages},
		{"v3 oauth.installedLocations", "unsent query pageToken", pages},
		{"v3 contacts.byBusiness", "unsent query startAfter", "GHL facts §4.1: the list walks by skip, which both generations have"},
		{"locations.*", "unsent body social.*", keys},
		{"users.*", "unsent body permissions.*", keys},
		{"oauth.token", "unsent body refresh*", "the token source sends it, not the method"},
		{"v3 contacts.*", "unsent body customFields[].field_value", "GHL facts §1.2: version 3 spells it fieldValue, which is sent"},
	}
}

// answerExceptions is the table of documented fields of answers that a method does not hand on.
func answerExceptions() []exception {
	done := "says what the status says already; a refusal is an error"
	count := "a list is walked to its end, and its rows can be counted"
	echo := "the caller named it"
	whole := "WithResponse has it, as TestWholeAnswers shows"
	return []exception{
		{"*", "answer /succe*", done},
		{"users.delete", "answer /message", done},
		{"locations.delete", "answer /message", done},
		{"conversations.cancelScheduledMessage", "answer *", done},
		{"contacts.upsert", "answer /traceId", whole},
		{"contacts.byBusiness", "answer /count", count},
		{"contacts.list", "answer /count", count},
		{"users.filterByEmail", "answer /count", count},
		{"users.search", "answer /count", count},
		{"locations.templates", "answer /totalCount", count},
		{"opportunities.lostReasons", "answer /total", count},
		{"opportunities.search", "answer /total", count},
		{"objectFields.delete*", "answer /id", echo},
		{"objectFields.delete*", "answer /key", whole},
		{"oauth.installedLocations", "answer /installToFutureLocations", whole},
		{"v3 opportunities.search", "answer /stageAggregations/N/*", whole},
		{"recurringTasks.delete", "answer /id", echo},
		{"appointments.listNotes", "answer /hasMore", count},
		{"conversations.exportMessages", "answer /nextCursor", count},
		{"conversations.exportMessages", "answer /total", count},
		{"conversations.listMessages", "answer /nextPage", count},
		{"conversations.listMessages", "answer /lastMessageId", count},
		{"conversations.listMessages", "answer /messages/nextPage", count},
		{"conversations.listMessages", "answer /messages/lastMessageId", count},
		{"conversations.search", "answer /total", count},
		{"opportunities.list", "answer /meta/*", count},
		{"v2 oauth.installedLocations", "answer /count", count},
		{"v3 oauth.installedLocations", "answer /pagination/*", count},
		{"oauth.locationToken", "answer /locationId", echo},
		{"v2 oauth.*", "answer /token_type", "it is always a bearer token"},
		{"v3 oauth.*", "answer /tokenType", "it is always a bearer token"},
	}
}

// serverExceptions is the table of requests that ghltest refuses for their form or for what they lack.
func serverExceptions() []exception {
	flow := "the app is not registered and not installed there; the OAuth tests do both"
	return []exception{
		{"customValues.create", "422", "nobody has seen whether a custom value may be empty: the server refuses it, the client leaves it to the service"},
		{"customValues.update", "422", "the same"},
		{"oauth.token", "401", flow},
		{"oauth.locationToken", "400", flow},
	}
}
