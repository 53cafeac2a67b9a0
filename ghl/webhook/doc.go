// Package webhook receives what GoHighLevel sends: the signed webhooks of a marketplace app, and the unsigned ones of a
// workflow. It uses the standard library only.
//
// # Receiving
//
//	verifier, err := webhook.NewVerifier()
//	…
//	http.Handle("POST /hooks/ghl", webhook.NewHandler(verifier, func(ctx context.Context, e webhook.Event) error {
//		if task, ok := e.Payload.(*webhook.Task); ok {
//			return queue.Add(ctx, e.LocationID, "task", task.ID) // store the key, answer at once, do the work later
//		}
//		return nil
//	}))
//
// The function should store what is to be done and return: the vendor does not publish how long it waits. When the function
// returns an error the answer is 429 with Retry-After, which makes the vendor send again under its present policy (up to 12
// retries after any answer that is no success) and under the older one (only after 429).
//
// # The check
//
// A delivery is accepted when the header X-GHL-Signature holds an Ed25519 signature over the raw bytes of the body, made with
// one of the verifier's keys. The vendor's published key is built in; [WithKeys] replaces it and [WithMoreKeys] adds to it,
// so that a key can be changed without a gap. No key, no header, the value "N/A", or a signature that does not fit: the
// delivery is refused. The header X-WH-Signature (RSA), which the vendor gave up on 1 September 2026, counts only
// after [WithLegacyRSA], and only when the first header is missing or "N/A".
//
// # What to rely on
//
// Deliveries come at least once, in any order, or not at all; one change may give several events, and deleting a record may send
// an update too. Treat an event as a hint that names a record, and read the record. Nothing is sent when a task's title, date or
// text changes, when a task is opened again, or for merged contacts, tags, custom fields and calendars: poll for these.
//
// Real payloads are thinner than the documented ones: a TaskCreate has come without contactId and body. Every field may be
// missing; then it has its zero value. Nothing in a payload says who made the change, so the writes of this program come
// back as events too.
//
// # Types
//
// [Events] is the catalogue. A known type is decoded into a struct, several types sharing one; the value of [Event].Payload is
// a pointer to it. An unknown type has no Payload. [Event].Raw is the body as it came, always.
//
// Among the unknown ones are newer events of the vendor's list for which no description of the payload was found: AppUpdate,
// AppPaymentStatus, ConversationUpdate, and those of knowledge bases (KnowledgeBase…) and support tickets (SupportTicket…).
//
// # Workflows
//
// The actions "Webhook" and "Custom Webhook" of a workflow need no marketplace app and sign nothing. [NewWorkflowHandler]
// accepts them behind a header with a secret, compared in constant time.
//
// # Tests
//
// [Sign] and [NewRequest] make signed deliveries with a key of the test's own. See
// https://marketplace.gohighlevel.com/docs/webhook/WebhookIntegrationGuide for the vendor's guide.
package webhook
