package urlscheme_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
)

func ExampleAddTask() {
	zurich, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		fmt.Println(err)
		return
	}
	due, err := urlscheme.At(time.Date(2026, 9, 14, 13, 30, 0, 0, time.UTC), zurich)
	if err != nil {
		fmt.Println(err)
		return
	}
	link, err := urlscheme.AddTask{
		Title:  "Car maintenance",
		Notes:  "60K service",
		Due:    due,
		Origin: urlscheme.Origin{ID: "9NkT25Vor1v4"},
	}.Link()
	fmt.Println(link, err)
	// Output:
	// pagico://addTask?title=Car%20maintenance&notes=60K%20service%0A%0A%5Bghl%3A9NkT25Vor1v4%5D&due=2026-09-14%2015%3A30 <nil>
}

// A link is opened at most once for each id, whatever happens in between.
func ExampleLedger() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "links")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ledger, err := urlscheme.OpenLedger(ctx, filepath.Join(dir, "ledger.jsonl"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = ledger.Close() }()

	// On a Mac the zero urlscheme.Mac opens links; this one only says so.
	mac := urlscheme.Mac{Run: func(_ context.Context, path string, args ...string) error {
		fmt.Println(path, args)
		return nil
	}}
	item := urlscheme.Item{ID: "ghl:loc_1:task:t1", Link: "pagico://addTask?title=Car%20maintenance"}
	entry, err := ledger.Send(ctx, mac, item)
	fmt.Println(entry.State, err)
	_, err = ledger.Send(ctx, mac, item)
	fmt.Println(errors.Is(err, urlscheme.ErrSent))
	// Output:
	// /usr/bin/open [-g pagico://addTask?title=Car%20maintenance]
	// opened <nil>
	// true
}
