// Package webhook receives the deliveries of contract §3.10: it checks the Standard Webhooks 1.0.0 signature, reads the
// event, drops repeats, and hands the rest to a function. It uses the standard library only.
//
// # Receiving
//
//	verifier, err := webhook.NewVerifier([]string{os.Getenv("PAGICO_WEBHOOK_SECRET")})
//	…
//	http.Handle("POST /hooks/pagico", webhook.NewHandler(verifier, func(ctx context.Context, e webhook.Event) error {
//		return queue.Add(ctx, e.Kind(), e.Ref.ID) // store the key, answer at once, do the work later
//	}))
//
// The function should store what is to be done and return: the sender waits 15 seconds at most. When it returns an
// error the answer is 429 with Retry-After, and the sender tries again.
//
// # What to rely on
//
// Deliveries come at least once, in any order, or not at all. Treat an event as a hint that names a record: read the
// record again, or apply the event only when its lastUpdated is newer than what is known. Polling with updatedSince
// finds what was missed.
//
// # Secrets
//
// A secret is "whsec_" and the base64 of 24 to 64 bytes. To rotate it, give the verifier the old and the new one for a
// while; a delivery that fits either is accepted.
//
// # Echoes
//
// A change that this program made comes back as an event whose Actor.ClientID is its own OAuth client id; [WithOwnClient]
// answers such events without handing them on.
//
// # Tests
//
// [Sign] and [NewRequest] make signed deliveries.
package webhook
