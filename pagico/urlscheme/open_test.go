package urlscheme_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/pagico/urlscheme"
)

func TestMacRunsOpenByArgumentVector(t *testing.T) {
	t.Parallel()
	var ran []string
	mac := urlscheme.Mac{Run: func(_ context.Context, path string, args ...string) error {
		ran = append([]string{path}, args...)
		return nil
	}}
	require.NoError(t, mac.Ready())
	link, err := urlscheme.AddTask{Title: `$(rm -rf ~); "x"`}.Link()
	require.NoError(t, err)
	require.NoError(t, mac.Open(t.Context(), link))
	assert.Equal(t, []string{"/usr/bin/open", "-g", string(link)}, ran)
}

func TestMacOpensNoOtherScheme(t *testing.T) {
	t.Parallel()
	mac := urlscheme.Mac{Run: func(context.Context, string, ...string) error {
		t.Error("the program was run")
		return nil
	}}
	for _, link := range []urlscheme.Link{"", "-a", "file:///etc/passwd", "https://x.example/?title=x", "pagico://addTask?title=x y"} {
		err := mac.Open(t.Context(), link)
		require.ErrorIs(t, err, urlscheme.ErrInvalid)
		require.ErrorIs(t, err, urlscheme.ErrNotOpened)
	}
}

func TestMacPassesTheRunnersErrorOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("exit status 1")
	mac := urlscheme.Mac{Run: func(context.Context, string, ...string) error { return broken }}
	err := mac.Open(t.Context(), "pagico://addTask?title=x")
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, urlscheme.ErrNotOpened, "an exit status does not tell")
}

func TestOtherSystemsGetTheLinkBack(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "darwin" {
		require.NoError(t, urlscheme.Mac{}.Ready())
		return
	}
	const link = urlscheme.Link("pagico://addTask?title=Private")
	require.ErrorIs(t, urlscheme.Mac{}.Ready(), urlscheme.ErrNotSupported)
	err := urlscheme.Mac{}.Open(t.Context(), link)
	require.ErrorIs(t, err, urlscheme.ErrNotSupported)
	require.ErrorIs(t, err, urlscheme.ErrNotOpened)
	unsupported, ok := errors.AsType[*urlscheme.NotSupportedError](err)
	require.True(t, ok)
	assert.Equal(t, link, unsupported.Link)
	assert.NotContains(t, err.Error(), "Private")
}

func TestProgramsAreRunWithoutAShell(t *testing.T) {
	t.Parallel()
	err := urlscheme.RunProgram(t.Context(), "/no/such/program")
	require.ErrorIs(t, err, urlscheme.ErrNotOpened, "it did not start")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, urlscheme.RunProgram(ended, os.Args[0]), urlscheme.ErrNotOpened)

	require.NoError(t, urlscheme.RunProgram(t.Context(), os.Args[0], "-test.run=^$"))
	err = urlscheme.RunProgram(t.Context(), os.Args[0], "-test.count", "pagico://addTask?title=Private")
	require.Error(t, err)
	require.NotErrorIs(t, err, urlscheme.ErrNotOpened, "it did start")
	assert.NotContains(t, err.Error(), "Private", "the link stays out of errors")
	assert.Contains(t, err.Error(), `invalid value "LINK`)
	assert.Less(t, len(err.Error()), 300)
}
