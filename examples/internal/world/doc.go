// Package world makes the two worlds that the examples run on: a GHL location
// and a Pagico account that know some of the same people. The same seed gives
// the same worlds.
//
// # The location
//
// [GHL] has five users, three calendars, and the given number of contacts with,
// per contact, about three tasks, one and a half notes and 0.4 appointments. It
// has what a location has after some years: bodies in HTML, in text and with
// bare entities, fields that were never filled in, names in many scripts, tags
// as typed, tasks without a contact, deleted and cancelled appointments. No two
// contacts share an e-mail address or a phone number, and no contact has two
// tasks with the same title and due date, so that nothing matches by accident.
//
// # The account
//
// [Pagico] has the same users and one more, contacts of which some are people of
// the location (found by e-mail or by phone) and some are not, tasks of which
// some are in the location too, projects, inbox tasks and notes.
package world
