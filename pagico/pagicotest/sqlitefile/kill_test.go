package sqlitefile_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/pagicotest"
)

// childFile names the file that a child process serves.
const childFile = "SQLITEFILE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		if err := serve(path); err != nil {
			panic(err) // on standard error, which is the parent's
		}
	}
	m.Run()
}

// serve is the child: it prints its address and serves until it is killed.
func serve(path string) error {
	file, err := openFile(path)
	if err != nil {
		return err
	}
	srv, err := pagicotest.Open(file)
	if err != nil {
		return err
	}
	if _, err := os.Stdout.WriteString(httptest.NewServer(srv).URL + "\n"); err != nil {
		return err
	}
	select {}
}

// start runs a child and returns its base URL and how to kill it.
func start(t *testing.T, path string) (base string, kill func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(line, "http://"), line)
	return strings.TrimSpace(line) + pagicotest.BasePath, func() {
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // it says that the process was killed
	}
}

// TestKilledServer kills a server in the middle of creates, again and again. What was answered must be there, and a
// create that was repeated with its key must not be there twice.
func TestKilledServer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	answered := map[string]string{} // title to id
	for round := range 6 {
		base, kill := start(t, path)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := range 1000 {
				title := fmt.Sprintf("r%d-%d", round, i)
				id, ok := create(t, base, title)
				if !ok {
					return
				}
				answered[title] = id
				if i == 20+round*7 {
					go kill()
				}
			}
		}()
		<-done
	}
	base, kill := start(t, path)
	for title, id := range answered {
		again, ok := create(t, base, title)
		assert.True(t, ok)
		assert.Equal(t, id, again, "the key still has its answer")
	}
	kill()
	srv, file := open(t, path)
	defer func() { assert.NoError(t, file.Close()) }()
	stored := map[string]string{}
	for _, task := range srv.Snapshot().Tasks {
		assert.Empty(t, stored[task.Title], "%s is there twice", task.Title)
		stored[task.Title] = task.ID
	}
	for title, id := range answered {
		assert.Equal(t, id, stored[title], title)
	}
	assert.Greater(t, len(answered), 100)
}

func create(t *testing.T, base, title string) (id string, ok bool) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/tasks", strings.NewReader(`{"title":"`+title+`"}`))
	if err != nil {
		return "", false
	}
	req.Header.Set("Authorization", "Bearer "+pagicotest.DefaultToken)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", `"`+title+`"`)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", false
	}
	defer func() { _ = resp.Body.Close() }()
	var body struct{ ID string }
	if json.NewDecoder(resp.Body).Decode(&body) != nil || resp.StatusCode != http.StatusCreated {
		return "", false
	}
	return body.ID, true
}
