package ghlsource_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlsource"
)

// A location as the engine sees it: neutral records with canonical fields.
func Example() {
	ctx := context.Background()
	server := ghltest.New(ghltest.WithSeed(1)) // in memory; with real services leave out WithHTTPClient below
	contact := server.AddContact(ghltest.Contact{FirstName: "Ada", LastName: "Lovelace", Email: "Ada@Example.com", Phone: "+41 79 123 45 67"})
	server.AddTask(ghltest.Task{ContactID: contact.ID, Title: "Call", Body: "<p>Ask for a <b>second</b> price</p>"})

	client, err := ghl.New(ghl.WithToken(server.Token()), ghl.WithHTTPClient(server.Client()))
	if err != nil {
		log.Fatal(err)
	}
	source, err := ghlsource.New(client, server.LocationID())
	if err != nil {
		log.Fatal(err)
	}
	if _, err := source.Identify(ctx); err != nil { // begins a pass
		log.Fatal(err)
	}
	for _, kind := range []syncer.Kind{syncer.KindContact, syncer.KindTask} {
		for rec, err := range source.Changes(ctx, kind, "").All {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(rec.Label, rec.Fields["email"], rec.Fields["phone"], rec.Fields["body"])
		}
	}
	// Output:
	// Ada Lovelace ada@example.com +41791234567 ∅
	// Call ∅ ∅ Ask for a second price
}
