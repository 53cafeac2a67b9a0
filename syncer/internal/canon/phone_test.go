package canon_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/ghl-pagico/sdk-go/syncer/internal/canon"
)

func TestPhoneForms(t *testing.T) {
	t.Parallel()
	assert.Empty(t, canon.PhoneForms("", "41"))
	assert.Equal(t, []string{"ext 12"}, canon.PhoneForms("ext 12", "41"))
	assert.Equal(t, []string{"0791234567"}, canon.PhoneForms("0791234567", ""))
	assert.Equal(t, []string{"+41791234567", "0041791234567", "+410791234567"}, canon.PhoneForms("+41791234567", "49"))
	assert.Equal(t, []string{"+41791234567", "0041791234567", "+410791234567", "0791234567", "791234567"}, canon.PhoneForms("+41791234567", "41"))
	assert.Equal(t, []string{"+423791234567", "00423791234567", "+4230791234567"}, canon.PhoneForms("+423791234567", ""))
	assert.Contains(t, canon.PhoneForms("+15551234567", "1"), "15551234567")
}

// typed keeps what a phone number is compared by where only separators are ignored.
func typed(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// However people type a number, it is one of the forms of its canonical form.
func TestPhoneFormsKnowHowPeopleType(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom([]string{"1", "7", "41", "44", "49", "423", "971"}).Draw(t, "country")
		national := rapid.StringMatching(`[1-9][0-9]{7,9}`).Draw(t, "national")
		spaced := national[:2] + rapid.SampledFrom([]string{"", " ", "-", "/", "."}).Draw(t, "separator") + national[2:]
		ways := []string{"+" + country + " " + spaced, "00" + country + spaced, "(+" + country + ") " + spaced, "+" + country + " (0)" + spaced}
		callingCode := rapid.SampledFrom([]string{"", country, "33"}).Draw(t, "callingCode")
		if callingCode == country {
			ways = append(ways, "0"+spaced, "(0"+national[:1]+") "+national[1:], spaced)
			if country == "1" && len(national) == 10 {
				ways = append(ways, "1-"+spaced)
			}
		}
		as := rapid.SampledFrom(ways).Draw(t, "typed")
		shown := canon.Phone(as, callingCode).AsText()
		assert.Contains(t, canon.PhoneForms(shown, callingCode), typed(as), "shown as %s", shown)
	})
}
