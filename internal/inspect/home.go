package inspect

import (
	"fmt"
	"strings"
)

// Home is a repository as clients name it: a key or, of a registry, a prefix.
type Home struct {
	Address    Address
	Repository string
}

// Inside takes what names a home off the front of a reference as docker clients
// write it, HOST/REPOSITORY/IMAGE or REPOSITORY.HOST/IMAGE: it is what people have
// at hand. It returns a reference of another form as it is. An error tells of a
// home's host with a repository that is none of the homes.
func Inside(reference string, homes []Home) (string, error) {
	image, known := "", ""
	for _, h := range homes {
		for _, front := range h.fronts() {
			// The longest name counts: a prefix may begin with another.
			if rest, ok := strings.CutPrefix(reference, front); ok && (image == "" || len(rest) < len(image)) {
				image = rest
			}
		}
		if strings.HasPrefix(reference, h.Address.Host+"/") {
			known = h.Address.Host
		}
	}
	switch {
	case image != "":
		return image, nil
	case known != "":
		return "", fmt.Errorf("parse %.200q: of %s no pair has a repository that this begins with: name the image alone, "+
			"by its path inside the repositories", reference, known)
	default:
		return reference, nil
	}
}

// fronts are what names of images in the home may begin with.
func (h Home) fronts() []string {
	switch {
	case h.Address.Host == "":
		return nil
	case h.Repository == "":
		return []string{h.Address.Host + "/"}
	default:
		return []string{h.Address.Host + "/" + h.Repository + "/", h.Repository + "." + h.Address.Host + "/"}
	}
}
