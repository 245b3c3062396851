package page_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/page"
)

// luminance is the relative one of a colour "#rrggbb" (WCAG 2.2).
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatalf("colour %q: %v", colour, err)
	}
	linear := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

// Text can be read, in both schemes, by who sees contrasts badly (WCAG 2.2, AA).
func TestContrast(t *testing.T) {
	light, dark, ok := strings.Cut(page.Style(), "@media screen and (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark scheme")
	}
	dark, _, _ = strings.Cut(dark, "* {")
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			colours[m[1]] = m[2]
		}
		readable := func(ink, ground string) {
			t.Helper()
			a, b := luminance(t, colours[ink]), luminance(t, colours[ground])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s on %s has the contrast %.2f, want 4.5", scheme, ink, ground, ratio)
			}
		}
		for _, ink := range []string{"text", "quiet", "link", "good", "warn", "bad", "none", "run"} {
			readable(ink, "ground")
			readable(ink, "card")
		}
		for _, tone := range []string{"good", "warn", "bad", "none", "run"} {
			readable(tone, tone+"-ground")
			readable("text", tone+"-ground")
		}
	}
}
