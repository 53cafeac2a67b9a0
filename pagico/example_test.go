package pagico_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// exampleClient is a client of the reference server, which needs no network.
func exampleClient() (*pagico.Client, error) {
	srv := pagicotest.New()
	return pagico.New(srv.BaseURL(), pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
}

func ExampleTasksService_Create() {
	client, err := exampleClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	task, err := client.Tasks.Create(context.Background(), pagico.TaskCreate{
		Title:      "Call Ada",
		DueDate:    pagico.AllDay(2026, time.March, 4),
		Priority:   pagico.PriorityHigh,
		ExternalID: "ghl:loc1:task:9",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(task.Title, task.Status, task.DueDate)
	// Output: Call Ada open 2026-03-04
}

func ExampleTasksService_Update() {
	client, err := exampleClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	task, err := client.Tasks.Create(ctx, pagico.TaskCreate{Title: "Call Ada", Notes: "about the contract"})
	if err != nil {
		fmt.Println(err)
		return
	}
	patch := pagico.TaskUpdate{
		Status: pagico.Set(pagico.StatusInProgress), // changed
		Notes:  pagico.Null[string](),               // cleared; everything else is kept
	}
	task2, err := client.Tasks.Update(ctx, task.ID, patch, pagico.IfMatch(task.ETag))
	fmt.Printf("%s, notes %q, %v\n", task2.Status, task2.Notes, err)

	// The version has moved on, so a second writer with the old etag is told.
	_, err = client.Tasks.Update(ctx, task.ID, patch, pagico.IfMatch(task.ETag))
	fmt.Println(errors.Is(err, pagico.ErrPreconditionFailed))
	// Output:
	// inProgress, notes "", <nil>
	// true
}

func ExampleTasksService_Changes() {
	client, err := exampleClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	var since pagico.Watermark
	sync := func() {
		changes := client.Tasks.Changes(ctx, since, pagico.TaskQuery{})
		for task, err := range changes.All() {
			fmt.Println(task.Title, task.Deleted, err)
		}
		if next, ok := changes.Watermark(); ok {
			since = next // store it once the records have been dealt with
		}
	}
	task, created, err := client.Tasks.Upsert(ctx, pagico.TaskCreate{Title: "Call Ada", ExternalID: "e1"})
	fmt.Println(created, err)
	sync()
	fmt.Println(client.Tasks.Delete(ctx, task.ID))
	sync()
	sync() // nothing new
	// Output:
	// true <nil>
	// Call Ada false <nil>
	// <nil>
	// Call Ada true <nil>
}

func ExampleError() {
	client, err := exampleClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Tasks.Create(context.Background(), pagico.TaskCreate{
		Title: "Call Ada", Someday: true, DueDate: pagico.AllDay(2026, time.March, 4),
	})
	if e, ok := errors.AsType[*pagico.Error](err); ok && errors.Is(err, pagico.ErrValidation) {
		fmt.Println(e.Status, e.Errors[0].Pointer, e.Errors[0].Detail)
	}
	// Output: 422 #/someday must be false when dueDate is set
}

func ExampleRoutes() {
	routes := pagico.DefaultRoutes()
	routes.Operations[pagico.OpTasksUpdate] = pagico.Route{Method: "PUT", Path: "/todo/{id}", Scope: "todo"}
	delete(routes.Operations, pagico.OpWebhooksTest)

	client, err := pagico.New("https://gateway.example/v1", pagico.WithRoutes(routes))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.Capabilities().Has(pagico.OpTasksUpdate), client.Capabilities().Has(pagico.OpWebhooksTest))
	// Output: true false
}
