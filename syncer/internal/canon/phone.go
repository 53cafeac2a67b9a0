package canon

import "strings"

// PhoneForms returns the ways in which people type the number that [Phone] shows
// as phone, up to spaces and other separators: with a plus or two zeros in front,
// with the zero of the national form in parentheses, and, if it is a number of the
// country of callingCode, without the country. The first is phone itself.
func PhoneForms(phone, callingCode string) []string {
	number, international := strings.CutPrefix(phone, "+")
	switch {
	case phone == "":
		return nil
	case !international:
		return []string{phone}
	}
	country := countryDigits(number)
	forms := []string{phone, "00" + number, "+" + number[:country] + "0" + number[country:]}
	if national, ours := strings.CutPrefix(number, callingCode); ours && callingCode != "" {
		forms = append(forms, "0"+national, national)
		if callingCode == "1" {
			forms = append(forms, number)
		}
	}
	return forms
}

// twoDigits are the country calling codes of two digits (ITU-T E.164); 1 and 7 have
// one digit, and all others three.
const twoDigits = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

// countryDigits is the length of the country calling code of a number.
func countryDigits(number string) int {
	switch {
	case strings.HasPrefix(number, "1"), strings.HasPrefix(number, "7"):
		return 1
	case len(number) >= 2 && strings.Contains(twoDigits, " "+number[:2]+" "):
		return 2
	}
	return min(3, len(number))
}
