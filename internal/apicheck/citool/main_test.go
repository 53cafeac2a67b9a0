package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const events = `{"Action":"start","Package":"m/a"}
{"Action":"run","Package":"m/a","Test":"TestOne"}
{"Action":"output","Package":"m/a","Test":"TestOne","Output":"hello\n"}
{"Action":"pass","Package":"m/a","Test":"TestOne"}
{"Action":"skip","Package":"m/a","Test":"TestTwo"}
{"Action":"skip","Package":"m/empty"}
{"Action":"pass","Package":"m/a"}
`

func TestSkips(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ events, allow, wantErr string }{
		"not allowed":       {events: events, wantErr: "m/a TestTwo"},
		"allowed":           {events: events, allow: "m/a TestTwo # needs a printer\n"},
		"another test":      {events: events, allow: "m/b TestTwo # needs a printer\n", wantErr: "m/a TestTwo"},
		"reason is missing": {events: events, allow: "m/a TestTwo\n", wantErr: "REASON"},
		"nothing ran":       {events: `{"Action":"skip","Package":"m/empty"}`, wantErr: "no test ran"},
		"not JSON":          {events: "ok  m/a", wantErr: "read test events"},
		"comments only":     {events: strings.Replace(events, `"skip"`, `"pass"`, 1), allow: "# nothing\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			allow := filepath.Join(t.TempDir(), "allow.txt")
			require.NoError(t, os.WriteFile(allow, []byte(tc.allow), 0o600))
			var out bytes.Buffer
			err := run([]string{"skips", "-allow", allow, "-"}, strings.NewReader(tc.events), &out)
			if tc.wantErr != "" {
				require.ErrorContains(t, err, tc.wantErr)
				return
			}
			require.NoError(t, err)
			assert.Contains(t, out.String(), "passed")
		})
	}
}

const clean = `{"contacts":1,"tasks":1,"notes":1,"appointments":1,"pairs":1,"created":1,"updated":1,"deleted":1,` +
	`"conflicts":0,"ghlCalls":9,"pagicoCalls":9,"rateLimited":0,"drifted":0,"missing":0,"doubled":0,"secondPassWrites":0}`

func TestReceipt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ output, wantErr string }{
		"clean":           {output: "syncing\n" + clean + "\n"},
		"no last newline": {output: clean},
		"drifted":         {output: strings.Replace(clean, `"drifted":0`, `"drifted":2`, 1), wantErr: "drifted: want 0, got 2"},
		"second write":    {output: strings.Replace(clean, `Writes":0`, `Writes":1`, 1), wantErr: "secondPassWrites"},
		"key is missing":  {output: strings.Replace(clean, "doubled", "tripled", 1), wantErr: "doubled: want a number"},
		"did nothing":     {output: strings.Replace(clean, `"pairs":1`, `"pairs":0`, 1), wantErr: "pairs: want more than 0"},
		"text after it":   {output: clean + "\ndone\n", wantErr: "not one JSON object"},
		"null":            {output: "null", wantErr: "want a number"},
		"empty":           {output: "", wantErr: "no output"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := run([]string{"receipt", "-"}, strings.NewReader(tc.output), &out)
			if tc.wantErr != "" {
				require.ErrorContains(t, err, tc.wantErr)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestReceiptOfRealServices(t *testing.T) {
	t.Parallel()
	const counts = `{"contacts":1,"tasks":1,"notes":1,"appointments":1,"pairs":1,"created":%d,"linked":%d,"updated":0,"deleted":%d,"failures":%d,` +
		`"conflicts":0,"ghlCalls":9,"pagicoCalls":9,"rateLimited":0,"drifted":0,"missing":0,"doubled":0,"secondPassWrites":0}`
	for name, tc := range map[string]struct {
		run, output, wantErr string
	}{
		"first":               {run: "first", output: fmt.Sprintf(counts, 3, 2, 0, 0)},
		"first, made nothing": {run: "first", output: fmt.Sprintf(counts, 0, 2, 0, 0), wantErr: "created: want more than 0"},
		"first, deleted":      {run: "first", output: fmt.Sprintf(counts, 3, 2, 1, 0), wantErr: "deleted: want 0, got 1"},
		"first, failed":       {run: "first", output: fmt.Sprintf(counts, 3, 2, 0, 1), wantErr: "failures: want 0, got 1"},
		"again":               {run: "again", output: fmt.Sprintf(counts, 0, 0, 0, 0)},
		"again, made one":     {run: "again", output: fmt.Sprintf(counts, 1, 0, 0, 0), wantErr: "created: want 0, got 1"},
		"again, linked one":   {run: "again", output: fmt.Sprintf(counts, 0, 1, 0, 0), wantErr: "linked: want 0, got 1"},
		"another run":         {run: "never", output: fmt.Sprintf(counts, 0, 0, 0, 0), wantErr: `unknown run "never"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := run([]string{"receipt", "-run", tc.run, "-"}, strings.NewReader(tc.output), &out)
			if tc.wantErr != "" {
				require.ErrorContains(t, err, tc.wantErr)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"skips"}, {"dance", "-"}, {"skips", "no-such-file"}, {"skips", "-x", "-"}} {
		assert.Error(t, run(args, strings.NewReader(""), &bytes.Buffer{}), "%v", args)
	}
}
