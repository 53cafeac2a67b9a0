package pagicosource_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
	"github.com/ghl-pagico/sdk-go/syncer"
	"github.com/ghl-pagico/sdk-go/syncer/merge"
	"github.com/ghl-pagico/sdk-go/syncer/pagicosource"
)

// A record that is made twice from the same twin exists once.
func Example() {
	ctx := context.Background()
	server := pagicotest.New(pagicotest.WithSeed(1))
	client, err := pagico.New("https://pagico.example/v1", pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: server.Transport()}))
	if err != nil {
		log.Fatal(err)
	}
	source, err := pagicosource.New(client, pagicosource.WithLocation("loc_123"))
	if err != nil {
		log.Fatal(err)
	}
	task := syncer.Record{Ref: syncer.Ref{Side: syncer.Pagico, Kind: syncer.KindTask}, Twin: "9NkT25Vor1v4aQatFsv2",
		Fields: syncer.Fields{"title": merge.Text("Call Ada"), "dueDate": merge.Day(2026, 12, 24)}}
	for _, op := range []syncer.OpID{"first", "second"} {
		made, err := source.Create(ctx, task, op)
		if exists, ok := errors.AsType[*syncer.ExistsError](err); ok {
			fmt.Println("exists:", exists.Ref.Kind)
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("made:", made.Label, made.Fields["dueDate"], "from", made.Twin)
	}
	// Output:
	// made: Call Ada 2026-12-24 from 9NkT25Vor1v4aQatFsv2
	// exists: task
}
