package ghl_test

import (
	"context"
	"fmt"
	"log"
	"net/url"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

// A marketplace app is installed by a person and then used for as long as it
// stays installed: the token source refreshes, in one process at a time.
func ExampleOAuth() {
	ctx := context.Background()
	server := ghltest.New(ghltest.WithSeed(1), ghltest.WithApp(ghltest.App{ClientID: "6578278e-app", ClientSecret: "secret"}))
	scopes, err := ghl.RequiredScopes("Contacts.Create", "Contacts.Get")
	if err != nil {
		log.Fatal(err)
	}
	app, err := ghl.NewOAuth(ghl.OAuthConfig{
		ClientID: "6578278e-app", ClientSecret: "secret", RedirectURL: "https://app.example/back", Scopes: scopes,
		Store:      ghl.NewMemoryTokenStore(), // a file or a database in earnest
		HTTPClient: server.Client(),
	})
	if err != nil {
		log.Fatal(err)
	}

	state := ghl.NewOAuthState() // kept with the person's session
	if _, err := app.AuthCodeURL(state); err != nil {
		log.Fatal(err)
	}
	// The person follows the address, chooses a location, and comes back with:
	query := url.Values{"state": {state}, "code": {server.Authorize(ghltest.Grant{ClientID: "6578278e-app", LocationID: server.LocationID()})}}
	code, err := app.Callback(query, state)
	if err != nil {
		log.Fatal(err)
	}
	installed, err := app.Install(ctx, code)
	if err != nil {
		log.Fatal(err)
	}

	client, err := ghl.New(ghl.WithTokenSource(app.Location(installed.LocationID)), ghl.WithHTTPClient(server.Client()))
	if err != nil {
		log.Fatal(err)
	}
	contact, err := client.Contacts.Create(ctx, ghl.ContactCreate{LocationID: installed.LocationID, FirstName: "Ada"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(scopes, contact.FirstName)
	// Output: [contacts.readonly contacts.write] Ada
}
