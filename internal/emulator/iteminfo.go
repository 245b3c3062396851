package emulator

import (
	"strconv"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// itemInfo is what the storage API says of files and folders alike.
type itemInfo struct {
	Repo         string `json:"repo"`
	Path         string `json:"path"`
	Created      string `json:"created"`
	CreatedBy    string `json:"createdBy"`
	LastModified string `json:"lastModified"`
	ModifiedBy   string `json:"modifiedBy"`
	LastUpdated  string `json:"lastUpdated"`
}

func newItemInfo(i tree.Item) itemInfo {
	return itemInfo{
		Repo: i.Repo, Path: "/" + i.Path,
		Created: timestamp(i.Created), CreatedBy: i.CreatedBy,
		LastModified: timestamp(i.Modified), ModifiedBy: i.ModifiedBy,
		LastUpdated: timestamp(i.Updated),
	}
}

// timestamp writes a time with milliseconds and the zone of the server's clock.
func timestamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z07:00") }

type checksums struct {
	SHA1   string `json:"sha1,omitempty"`
	MD5    string `json:"md5,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// fileInfo is the answer about a file. Size is a string on the wire.
type fileInfo struct {
	itemInfo
	DownloadURI       string    `json:"downloadUri"`
	MimeType          string    `json:"mimeType"`
	Size              string    `json:"size"`
	Checksums         checksums `json:"checksums"`
	OriginalChecksums checksums `json:"originalChecksums"`
	URI               string    `json:"uri"`
}

func (s *Server) newFileInfo(c *call, i tree.Item) fileInfo {
	return fileInfo{
		itemInfo:          newItemInfo(i),
		DownloadURI:       s.baseURL(c.r) + "/" + i.Repo + "/" + i.Path,
		MimeType:          mimeType(i.Name()),
		Size:              strconv.FormatInt(i.Size, 10),
		Checksums:         checksums(i.Checksums),
		OriginalChecksums: checksums{SHA256: i.SHA256},
		URI:               s.uri(c, i.Repo, i.Path),
	}
}

func (s *Server) fileInfo(c *call, i tree.Item) error {
	return c.send("FileInfo", s.newFileInfo(c, i))
}

type child struct {
	URI    string `json:"uri"`
	Folder bool   `json:"folder"`
}

// folderInfo answers about a folder, with one level of children.
func (s *Server) folderInfo(c *call, at view, i tree.Item) error {
	children := []child{}
	for _, one := range at.children(i.Path) {
		children = append(children, child{URI: "/" + one.Name(), Folder: one.Folder})
	}
	return c.send("FolderInfo", struct {
		itemInfo
		Children []child `json:"children"`
		URI      string  `json:"uri"`
	}{newItemInfo(i), children, s.uri(c, i.Repo, i.Path)})
}

func mimeType(name string) string {
	switch {
	case strings.HasSuffix(name, ".json"):
		return "application/json"
	case strings.HasSuffix(name, ".txt"):
		return "text/plain"
	case strings.HasSuffix(name, ".xml"):
		return "application/xml"
	default:
		return "application/octet-stream"
	}
}
