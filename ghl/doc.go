// Package ghl is a client of the GoHighLevel API (HighLevel, LeadConnector), version 2.
//
//	client, err := ghl.New(ghl.WithToken(os.Getenv("GHL_TOKEN")))
//	if err != nil {
//		return err
//	}
//	contact, err := client.Contacts.Get(ctx, id)
//	if errors.Is(err, ghl.ErrNotFound) {
//		// gone
//	}
//	for task, err := range client.Tasks.Search(ctx, locationID, ghl.TaskSearch{}) {
//		…
//	}
//
// # Credentials
//
// A client has exactly one credential: a static token ([WithToken], for example a private integration token) or any
// oauth2.TokenSource ([WithTokenSource]). A token belongs to one location or one agency; use one client for each, made with
// [Client.Clone]. A 401 has three meanings, told apart by its text: the token is refused ([ErrUnauthorized]), a scope is
// missing ([ErrScope]), or the version header is refused ([ErrVersion]). A token source that is a [TokenRefresher] is asked
// for another token once, and only for the first of them.
//
// # OAuth
//
// [OAuth] installs a marketplace app: [OAuth.AuthCodeURL] is where to send a
// person, [OAuth.Callback] and [OAuth.Install] take the code that comes back,
// and [OAuth.Location] or [OAuth.LocationOf] give the token source of one
// installation.
//
//	client, err := ghl.New(ghl.WithTokenSource(app.Location(locationID)))
//
// Refresh tokens work once. A [TokenStore] that all processes of the app share
// sees to it that one of them refreshes and the others adopt the result; the
// new pair is stored before it is used. Stores are kept in memory, in a file
// ([NewFileTokenStore]) or in a database (package sqlstore), encrypted with
// keys of the caller. When a refresh token is lost for good, every call fails
// at once with [ErrAuthorizeAgain]: the app has to be installed anew.
// [RequiredScopes] and [CheckScopes] tell which scopes operations need.
//
// # Limits
//
// The vendor allows 100 calls in 10 seconds and 200,000 in a day, per app and location. The client keeps to both by itself and
// follows the headers of the answers, so that status 429 is not seen in normal running; see [Limits]. Clients of one
// location must share a [Limiter]. When the day is spent, calls are refused at once with [ErrDailyLimit]. Calls of a more
// urgent class ([WithPriority]) go first. [Limiter.Forecast] says what a bulk job will cost.
//
// # Errors
//
// Every failed call is an [*Error] and matches the sentinels with errors.Is. Success is any 2xx status. Texts hold no
// secrets.
//
// # What is repeated, and what is not
//
// Reads, updates and deletes are repeated after broken connections, timeouts, 429 and 5xx, with a jittered exponential wait
// ([RetryPolicy]). The API knows no idempotency keys, so a create is sent once: when its outcome is not known, the error is
// [ErrUncertain], and the caller looks for the record before trying again. A 429 says that nothing was done, and is
// always repeated.
//
// # Absent, null and value
//
// In update bodies a field is an [Opt]: absent keeps what is there, [Null] clears, [Set] changes. In answers every field
// may be missing: a read by id leaves out what is empty, a search sends null. Both decode to the zero value; RawJSON of a
// resource tells them apart and holds the fields that have no Go field.
//
// Answers are decoded leniently: both spellings of the odd names, one or another envelope, numbers for texts.
//
// # Times
//
// Moments are [Time] values, which read all forms that the API writes and say so when a text names no zone. Bodies take
// time.Time and send UTC with milliseconds.
//
// # Lists
//
// Lists are iter.Seq2 values. They send nothing before they are ranged over, fetch page by page, stop after the first error,
// and can be ranged over again, from the start.
//
// # Versions of the API
//
// Each operation is called under the date version that its observed behaviour comes from; [WithAPIVersion] switches to
// version 3 wherever it has the operation. [Operations] is the table of all of them. [Client.Do] calls anything else.
package ghl
