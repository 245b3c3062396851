package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The estate of a cell has the signatures that it says.
func TestEstates(t *testing.T) {
	for missing, want := range map[float64][2]int{0: {0, 0}, 10: {20, 80}, 100: {500, 500}} {
		s, err := cell{Size: 500, Missing: missing}.server()
		if err != nil {
			t.Fatal(err)
		}
		j := newJudge(s.Tree())
		if got := len(j.wants); len(j.items) != 500 || got < want[0] || got > want[1] {
			t.Errorf("of %d images %d have no signature, want about %g %% of 500", len(j.items), got, missing)
		}
	}
}

func TestBlobsAreMountedWhereTheCellSaysSo(t *testing.T) {
	for mount, want := range map[bool]int{true: http.StatusCreated, false: http.StatusAccepted} {
		s, err := cell{Size: 1, Mount: mount}.server()
		if err != nil {
			t.Fatal(err)
		}
		var blob, image string
		for path := range files(s.Tree(), sourceKey) {
			if at := folderOf(path); strings.Contains(path, "/sha256__") {
				blob, image = strings.Replace(path[strings.LastIndex(path, "/")+1:], "__", ":", 1), at.Image
			}
		}
		r := httptest.NewRequest(http.MethodPost, "/v2/target/other/blobs/uploads/?mount="+blob+"&from=source/"+image, nil)
		r.SetBasicAuth(user, password)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != want {
			t.Errorf("status of a mount = %d %s, want %d where mount is %v", w.Code, w.Body, want, mount)
		}
	}
}
