package doctor_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/doctor"
)

func TestReadToken(t *testing.T) {
	claims := func(text string) string { return "e30." + base64.RawURLEncoding.EncodeToString([]byte(text)) + ".c2ln" }
	for token, want := range map[string]struct {
		user string
		ends time.Time
	}{
		claims(`{"sub":"jfac@01abc/users/ci","exp":1800000000}`):  {"ci", time.Unix(1_800_000_000, 0)},
		claims(`{"sub":"jfrt@01abc/users/a/b\u001b","exp":null}`): {"a/b", time.Time{}},
		claims(`{"sub":"jfrt@01abc","exp":1e300}`):                {},
		claims(`{"sub":"jfac@01abc/users/ci","exp":-1}`):          {"ci", time.Time{}},
		claims(`{"sub":7}`): {},
		claims(`[]`):        {},
		"a.*.c":             {},
		"cmVmdGtuOjAxOjE4MDAwMDAwMDA6YWJjZGVmZ2hpamtsbW5vcHFyc3R1": {},
		"": {},
	} {
		user, ends := doctor.ReadToken(token)
		if user != want.user || !ends.Equal(want.ends) {
			t.Errorf("ReadToken(%s) = %q, %v, want %q, %v", token, user, ends, want.user, want.ends)
		}
	}
}
