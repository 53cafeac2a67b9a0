package transport_test

import (
	"strings"
	"testing"

	"github.com/ghl-pagico/sdk-go/internal/transport"
)

// BenchmarkRedact masks bodies of the longest kind that an error keeps, 64 KiB.
func BenchmarkRedact(b *testing.B) {
	for name, piece := range map[string]string{
		"page": `<div class="cf-error-details"><p>The web server reported a bad gateway error.</p><a href="https://example.com/a?b=c">x</a></div>` + "\n",
		"json": `{"message":"The e-mail is taken","field":"email","code":"duplicate","id":"ocQHyuzHvysMo5N5VsXc","token":"abcdefghijklmnop"},`,
		// What starts again and again like a secret must not make the time grow faster than the text.
		"letters": "abcdefghijklmnopqrstuvwxyz0123456789", "names": "a_b_c_d-e-f_g_token_", "blanks": "token                    ",
		"bearer": "bearer bearer ", "b": "b-", "bearers": "bearer-", "pit": "pit-a_-", "eyJ": "eyJ-", "dots": "eyJabcdef.", "code": "code:",
		"token": "token:", "equals": "token==", "urls": "http://", "slashes": "://", "quotes": `token:"`, "basic": "token: basic ",
	} {
		text := strings.Repeat(piece, 64<<10/len(piece)+1)[:64<<10]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				transport.Redact(text)
			}
		})
	}
}
