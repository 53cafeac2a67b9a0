package ghlpagico_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/ghl-pagico/sdk-go/ghl"
	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
)

// clients returns clients of two services in memory; with real services, give
// the clients real tokens, and the store a database.
func clients(g *ghltest.Server, p *pagicotest.Server) (*ghl.Client, *pagico.Client, error) {
	ghlClient, err := ghl.New(ghl.WithToken(g.Token()), ghl.WithHTTPClient(&http.Client{Transport: g.Transport()}))
	if err != nil {
		return nil, nil, err
	}
	pagicoClient, err := pagico.New("https://pagico.example/v1", pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: p.Transport()}))
	return ghlClient, pagicoClient, err
}

// A contact and its task are made in GHL, mirrored to Pagico, and completed
// there; in the end both sides are compared.
func Example() {
	ctx := context.Background()
	crm, tasks := ghltest.New(ghltest.WithSeed(1)), pagicotest.New(pagicotest.WithSeed(1))
	ghlClient, pagicoClient, err := clients(crm, tasks)
	if err != nil {
		log.Fatal(err)
	}
	ada := crm.AddContact(ghltest.Contact{FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.com"})
	crm.AddTask(ghltest.Task{ContactID: ada.ID, Title: "Call Ada"})

	connector, err := ghlpagico.New(ghlpagico.Config{
		GHL: ghlClient, LocationID: crm.LocationID(), Pagico: pagicoClient, Store: memstore.New(),
		Tasks: ghlpagico.Tasks{Policies: map[string]merge.Policy{"body": merge.Merge, "title": merge.GHLWins}},
	})
	if err != nil {
		log.Fatal(err)
	}
	first, err := connector.Sync(ctx, syncer.SyncOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("created:", first.Total().Created)

	for task, err := range pagicoClient.Tasks.List(ctx, pagico.TaskQuery{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(task.Title)
		if _, err := pagicoClient.Tasks.Update(ctx, task.ID, pagico.TaskUpdate{Status: pagico.Set(pagico.StatusCompleted)}); err != nil {
			log.Fatal(err)
		}
	}
	if _, err := connector.Sync(ctx, syncer.SyncOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("completed in GHL:", crm.TasksOf(ada.ID)[0].Completed)

	receipt, err := connector.Verify(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("in step:", receipt.Clean(), receipt.Matched, "of", receipt.Pairs)
	// Output:
	// created: 2
	// Call Ada
	// completed in GHL: true
	// in step: true 2 of 2
}

// Before the first sync of accounts with a history: what is known on both
// sides, what is new, and what is ambiguous. Nothing is written.
func ExampleConnector_firstSync() {
	ctx := context.Background()
	crm, tasks := ghltest.New(ghltest.WithSeed(1)), pagicotest.New(pagicotest.WithSeed(1))
	ghlClient, pagicoClient, err := clients(crm, tasks)
	if err != nil {
		log.Fatal(err)
	}
	crm.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com"})
	crm.AddContact(ghltest.Contact{FirstName: "Grace", Email: "grace@example.com"})
	if _, err := pagicoClient.Contacts.Create(ctx, pagico.ContactCreate{Name: "Ada L.", Email: "ada@example.com"}); err != nil {
		log.Fatal(err)
	}

	connector, err := ghlpagico.New(ghlpagico.Config{GHL: ghlClient, LocationID: crm.LocationID(), Pagico: pagicoClient, Store: memstore.New()})
	if err != nil {
		log.Fatal(err)
	}
	plan, err := connector.Plan(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("exact:", plan.Match.Exact, "probable:", plan.Match.Probable, "ambiguous:", plan.Match.Ambiguous, "new:", plan.Match.New)
	for _, step := range plan.Steps {
		fmt.Println(step.Op, step.Kind, step.Label)
	}
	// Output:
	// exact: 1 probable: 0 ambiguous: 0 new: 1
	// link contact Ada
	// create contact Grace
}
