package ghltest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ghl-pagico/sdk-go/ghl/ghltest"
)

func Example() {
	noon := time.Date(2026, 7, 20, 12, 0, 0, 0, time.UTC)
	s := ghltest.New(ghltest.WithClock(func() time.Time { return noon }))
	s.Seed(ghltest.World{Contacts: []ghltest.Contact{{ID: "adaLovelace000000001", FirstName: "Ada"}}})

	req, _ := http.NewRequest(http.MethodPost, s.URL()+"/contacts/adaLovelace000000001/tasks",
		strings.NewReader(`{"title":"Call Ada","dueDate":"2026-07-21T09:00:00Z","completed":false}`))
	req.Header.Set("Authorization", "Bearer "+s.Token())
	req.Header.Set("Version", "2021-07-28")

	s.Inject(ghltest.DropAfter("create-task")) // the task is made, the answer is lost
	_, err := s.Client().Do(req)
	fmt.Println(err != nil, len(s.TasksOf("adaLovelace000000001")))
	s.ClearFaults()

	again, _ := http.NewRequest(http.MethodGet, s.URL()+"/contacts/adaLovelace000000001/tasks", nil)
	again.Header = req.Header
	res, err := s.Client().Do(again)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println(res.Status, strings.Contains(string(body), `"dueDate":"2026-07-21T09:00:00.000Z"`))
	fmt.Println(s.Calls("create-task"), res.Header.Get("X-RateLimit-Remaining"))
	// Output:
	// true 1
	// 200 OK true
	// 1 98
}
