package storage

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"tripact/problem"
)

// MaxLinkAge is the longest life of a signed link: S3 signatures end after seven days.
const MaxLinkAge = 7 * 24 * time.Hour

// LinkOptions says how a link answers.
type LinkOptions struct {
	// FileName is what the file is called when it is saved, in any script. CleanFileName is applied, with the
	// extension of the object's format. Empty gives "document".
	FileName string
	// Age is how long the link reads the object, at least a second, at most MaxLinkAge; parts of a second are dropped.
	// It counts from the clock of this machine and is judged by the clock of the store.
	Age time.Duration
}

// SignLink returns a URL that reads o, in the version that was stored, until l.Age has passed; it needs no other
// credential, and any change to it is refused. It answers with o's media type and, always, as a file to save. Nothing is
// sent to the store: a link to an object that is not there is made too, and answers 404.
//
// A link cannot be taken back; give a short Age. Age out of range is a *problem.Error.
func (s *Store) SignLink(ctx context.Context, o Object, l LinkOptions) (string, error) {
	if l.Age < time.Second || l.Age > MaxLinkAge {
		return "", problem.List{{
			Code:     "storage.link.age",
			Severity: problem.Fail,
			Message:  problem.T("下载链接的有效期须在 1 秒至 7 天（168 小时）之间", "a link lives between 1 second and 7 days (168 hours)"),
			Found:    l.Age.String(),
			Fix:      problem.Fix{ZH: "改用不超过 168h 的有效期", EN: "ask for at most 168h"},
		}}.Err()
	}
	f, ok := formatOfKey(o.Key)
	if !ok {
		return "", fmt.Errorf("sign a link: %q is not the key of a stored document", o.Key)
	}
	query := url.Values{
		"response-content-disposition": {disposition(CleanFileName(l.FileName, f.ext), f.ext)},
		"response-content-type":        {f.media},
		"response-cache-control":       {"private, no-store"},
	}
	if o.VersionID != "" {
		query.Set("versionId", o.VersionID)
	}
	u, err := s.signer.Presign(ctx, http.MethodGet, s.bucket, o.Key, l.Age.Truncate(time.Second), query)
	if err != nil {
		return "", fmt.Errorf("sign a link to %s: %w", o.Key, err)
	}
	return u.String(), nil
}

// Attachment returns the media type and the Content-Disposition with which o is given out under a file name, in any
// script: those of its links, for a program that hands out the bytes itself.
func Attachment(o Object, fileName string) (mediaType, contentDisposition string, err error) {
	f, ok := formatOfKey(o.Key)
	if !ok {
		return "", "", fmt.Errorf("%q is not the key of a stored document", o.Key)
	}
	return f.media, disposition(CleanFileName(fileName, f.ext), f.ext), nil
}
