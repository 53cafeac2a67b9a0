package webhook_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/webhook"
)

// A receiver keeps what an event is about and answers at once. Without options
// the verifier trusts the vendor's published key; the example has one of its own.
func ExampleNewHandler() {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := webhook.NewVerifier(webhook.WithKeys(public))
	if err != nil {
		log.Fatal(err)
	}
	handler := webhook.NewHandler(verifier, func(_ context.Context, e webhook.Event) error {
		if task, ok := e.Payload.(*webhook.Task); ok {
			fmt.Println(e.Type, task.ID)
		}
		return nil
	})

	body := fmt.Appendf(nil, `{"type":"TaskCreate","locationId":"L1","id":"T1","title":"Call Ada","webhookId":"w1","timestamp":%q}`,
		time.Now().UTC().Format(time.RFC3339))
	for _, forged := range []bool{false, true} {
		req, err := webhook.NewRequest(context.Background(), "https://app.example/hooks/ghl", private, body)
		if err != nil {
			log.Fatal(err)
		}
		if forged {
			req.Header.Del(webhook.HeaderSignature)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		fmt.Println(w.Code == http.StatusUnauthorized)
	}
	// Output:
	// TaskCreate T1
	// false
	// true
}
