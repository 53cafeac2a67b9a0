package ghl_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// vendor stands for the service in the examples.
func vendor(answer string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
}

func Example() {
	srv := vendor(`{"contacts":[{"id":"c1","contactName":"ada lovelace"}],"total":1}`)
	defer srv.Close()
	client, err := ghl.New(ghl.WithToken("pit-example"), ghl.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	search := ghl.ContactSearch{LocationID: "L1", Filters: []ghl.Filter{ghl.Where("tags", ghl.Equals, "vip")}}
	for contact, err := range client.Contacts.Search(context.Background(), search) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(contact.ID, contact.Name)
	}
	// Output: c1 ada lovelace
}

func ExampleError() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"message":"This location does not allow duplicated contacts.","meta":{"contactId":"c7"}}`)
	}))
	defer srv.Close()
	client, err := ghl.New(ghl.WithToken("pit-example"), ghl.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Contacts.Create(context.Background(), ghl.ContactCreate{LocationID: "L1", Email: "ada@example.com"})
	if e, ok := errors.AsType[*ghl.Error](err); ok && errors.Is(err, ghl.ErrDuplicate) {
		fmt.Println("already there:", e.ContactID)
	}
	// Output: already there: c7
}

func ExampleOpt() {
	update := ghl.ContactUpdate{
		FirstName: ghl.Set("Ada"),      // changed
		Website:   ghl.Null[string](),  // cleared
		City:      ghl.Opt[string]{},   // left as it is, like every field that is not named
		Tags:      ghl.Set([]string{}), // replaced by none
	}
	_, hasCity := update.City.Get()
	fmt.Println(update.Website.IsNull(), hasCity)
	// Output: true false
}

func ExampleLimiter_Forecast() {
	limiter, err := ghl.NewLimiter(ghl.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f := limiter.Forecast(40_100)
	fmt.Printf("%d calls, %.0f %% of today, %s\n", f.Calls, 100*f.DayShare, f.Wait.Round(time.Second))
	// Output: 40100 calls, 20 % of today, 1h6m40s
}
