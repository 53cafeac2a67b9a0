package webhook_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico/webhook"
)

func ExampleNewHandler() {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	verifier, err := webhook.NewVerifier([]string{secret})
	if err != nil {
		log.Fatal(err)
	}
	handler := webhook.NewHandler(verifier, func(_ context.Context, e webhook.Event) error {
		fmt.Println(e.Type, e.Ref.ID, e.Changed)
		return nil
	}, webhook.WithOwnClient("our-client-id"))

	// A delivery, as the sender makes it, and the same once more.
	body := []byte(`{"type":"task.updated","data":{"id":"t_1"},"changed":["status"],"actor":{"type":"user","userId":"u_3"}}`)
	for range 2 {
		req, err := webhook.NewRequest(context.Background(), "https://app.example/hooks", secret, "msg_1", time.Now(), body)
		if err != nil {
			log.Fatal(err)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		fmt.Println(w.Code == http.StatusNoContent)
	}
	// Output:
	// task.updated t_1 [status]
	// true
	// true
}
