package ghlpagico_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
	"github.com/ghl-pagico/sdk-go/ghl/webhook"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/ghlpagico"
	"github.com/ghl-pagico/sdk-go/syncer/memstore"
)

// printer stands for the app; leave Opener out on a Mac that has it.
type printer struct{}

func (printer) Open(_ context.Context, link urlscheme.Link) error {
	command, err := urlscheme.Parse(string(link))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, "opened:", command.Get("title"), command.Get("due"))
	return err
}

// New tasks of GHL are made in the Pagico app on this Mac, each once, with no Pagico
// server at all.
func ExampleLinks() {
	ctx := context.Background()
	crm := ghltest.New(ghltest.WithSeed(1))
	ghlClient, _, err := clients(crm, pagicotest.New())
	if err != nil {
		log.Fatal(err)
	}
	ada := crm.AddContact(ghltest.Contact{FirstName: "Ada"})
	crm.AddTask(ghltest.Task{ContactID: ada.ID, Title: "Call Ada", DueDate: time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC)})
	dir, err := os.MkdirTemp("", "links")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()

	ledger, err := urlscheme.OpenLedger(ctx, filepath.Join(dir, "pagico-links.jsonl"))
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = ledger.Close() }()
	connector, err := ghlpagico.New(ghlpagico.Config{
		GHL: ghlClient, LocationID: crm.LocationID(), Store: memstore.New(),
		Links: &ghlpagico.Links{Ledger: ledger, Zone: time.UTC, Opener: printer{}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		report, err := connector.Sync(ctx, syncer.SyncOptions{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("created:", report.Total().Created)
	}
	doubtful, err := connector.Links().Doubtful(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("in doubt:", len(doubtful))
	// Output:
	// opened: Call Ada 2026-12-24 09:00
	// created: 1
	// created: 0
	// in doubt: 0
}

// A webhook only names a record. The name goes to a queue, here a channel, and the
// record is synced after the webhook was answered.
func ExampleConnector_GHLHint() {
	ctx := context.Background()
	queue := make(chan syncer.Ref, 100)
	crm, tasks := ghltest.New(ghltest.WithSeed(1)), pagicotest.New(pagicotest.WithSeed(1))
	ghlClient, pagicoClient, err := clients(crm, tasks)
	if err != nil {
		log.Fatal(err)
	}
	connector, err := ghlpagico.New(ghlpagico.Config{GHL: ghlClient, LocationID: crm.LocationID(), Pagico: pagicoClient, Store: memstore.New()})
	if err != nil {
		log.Fatal(err)
	}
	key, err := webhook.ParseKey(ghltest.WebhookPublicKeyPEM(ghltest.WebhookKey())) // real webhooks need no key of yours
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := webhook.NewVerifier(webhook.WithKeys(key))
	if err != nil {
		log.Fatal(err)
	}
	handler := webhook.NewHandler(verifier, func(_ context.Context, e webhook.Event) error {
		if ref, ok := connector.GHLHint(e); ok {
			queue <- ref
		}
		return nil
	})

	crm.SetWebhooks(&ghltest.Webhooks{URL: "https://app.example/hooks", Client: &http.Client{Transport: serving{handler}}})
	crm.AddContact(ghltest.Contact{FirstName: "Ada", Email: "ada@example.com"})
	if _, err := crm.Flush(ctx); err != nil {
		log.Fatal(err)
	}
	ref := <-queue
	report, err := connector.SyncRecord(ctx, ref, syncer.SyncOptions{Trigger: "webhook"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ref.Kind, "created:", report.Total().Created)
	// Output:
	// contact created: 1
}
