package pagicotest_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// A client and a person change the same task; the client's old entity tag is refused.
func Example() {
	ctx := context.Background()
	srv := pagicotest.New()
	client, err := pagico.New(srv.BaseURL(), pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
	if err != nil {
		log.Fatal(err)
	}
	task, err := client.Tasks.Create(ctx, pagico.TaskCreate{Title: "Call Ada"})
	if err != nil {
		log.Fatal(err)
	}
	if err := srv.EditTask(task.ID, func(t *pagicotest.Task) { t.Status = "completed" }); err != nil {
		log.Fatal(err)
	}
	_, err = client.Tasks.Update(ctx, task.ID, pagico.TaskUpdate{Title: pagico.Set("Call Ada back")}, pagico.IfMatch(task.ETag))
	fmt.Println(err != nil)
	now, _ := srv.Task(task.ID)
	fmt.Println(now.Title, now.Status, now.Progress)
	// Output:
	// true
	// Call Ada completed 100
}

// The answer to a create is lost after the task was made. The client repeats it with its idempotency key.
func ExampleServer_Inject() {
	srv := pagicotest.New()
	srv.Inject(pagicotest.Fault{Operation: "tasks.create", Drop: true, AfterCommit: true, Times: 1})
	client, err := pagico.New(srv.BaseURL(), pagico.WithToken(pagicotest.DefaultToken),
		pagico.WithHTTPClient(&http.Client{Transport: srv.Transport()}),
		pagico.WithRetry(pagico.RetryPolicy{MinWait: time.Millisecond, MaxWait: time.Millisecond}))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Tasks.Create(context.Background(), pagico.TaskCreate{Title: "Call Ada"}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("requests:", srv.Count("tasks.create"))
	fmt.Println("tasks:", len(srv.Snapshot().Tasks))
	// Output:
	// requests: 2
	// tasks: 1
}
