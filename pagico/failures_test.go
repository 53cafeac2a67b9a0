package pagico_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico"
)

// everyCall makes every call of every service and gives each error to check.
func everyCall(t *testing.T, client *pagico.Client, check func(pagico.Operation, error)) {
	t.Helper()
	run := func(op pagico.Operation, errs ...error) {
		for _, err := range errs {
			check(op, err)
		}
	}
	callTasks(t, client, run)
	callProjectsAndLists(t, client, run)
	callContactsAndNotes(t, client, run)
	callEvents(t, client, run)
	callRest(t, client, run)
}

func TestEveryCallReportsTheServersProblem(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, problem(403, "insufficient-scope", "ask for more"))
	everyCall(t, client, func(op pagico.Operation, err error) {
		require.ErrorIs(t, err, pagico.ErrScope, op)
		e, isError := errors.AsType[*pagico.Error](err)
		require.True(t, isError)
		assert.Equal(t, op, e.Operation)
		assert.Equal(t, "req_1", e.RequestID)
		assert.NotErrorIs(t, err, pagico.ErrUncertain, op)
	})
}

func TestEveryCallReportsALostAnswer(t *testing.T) {
	t.Parallel()
	client, _ := setupWith(t, []pagico.Option{pagico.WithRetry(pagico.RetryPolicy{MaxRetries: -1})}, answer{err: errReset})
	everyCall(t, client, func(op pagico.Operation, err error) {
		require.ErrorIs(t, err, errReset, op)
		_, verb, _ := strings.Cut(string(op), ".")
		reads := verb == "" || verb == "list" || verb == "get"
		assert.Equal(t, !reads, errors.Is(err, pagico.ErrUncertain), op)
		assert.True(t, strings.HasPrefix(err.Error(), "pagico: "+string(op)+": "), err.Error())
	})
}

func TestEveryCallSurvivesALoginPage(t *testing.T) {
	t.Parallel()
	client, _ := setup(t, answer{status: 200, header: map[string]string{"Content-Type": "text/html"}, body: "<html>Sign in</html>"})
	everyCall(t, client, func(op pagico.Operation, err error) {
		require.ErrorIs(t, err, pagico.ErrAnswer, op)
	})
}
