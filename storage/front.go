package storage

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// embeddedBucket is the one bucket of the embedded server.
const embeddedBucket = "tripact"

// Prefix is the path below which (*Server).Front serves links: the path of the embedded server's bucket.
const Prefix = "/" + embeddedBucket + "/"

// headKey marks, in a request's context, that its HEAD became a GET.
type headKey struct{}

// front passes signed reads below Prefix on to the UNIX socket of an S3 server; see (*Server).Front.
func front(socket string) http.Handler {
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", socket)
			},
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       90 * time.Second,
			ResponseHeaderTimeout: time.Minute,
			DisableCompression:    true, // stored bytes go out as they are, with their length
		},
		Rewrite:        passOn,
		ModifyResponse: guard,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			refuse(w, http.StatusBadGateway)
		},
		// The proxy's own messages hold the URL, and with it a working signature.
		ErrorLog: log.New(io.Discard, "", 0), //nolint:forbidigo // nothing is logged
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed)
		case len(r.URL.Path) <= len(Prefix) || !strings.HasPrefix(r.URL.Path, Prefix):
			refuse(w, http.StatusNotFound)
		case r.URL.Query().Get("X-Amz-Signature") == "":
			refuse(w, http.StatusForbidden)
		case r.Method == http.MethodHead:
			proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), headKey{}, true)))
		default:
			proxy.ServeHTTP(w, r)
		}
	})
}

// passOn sends the request to the socket with nothing of the caller's session.
func passOn(p *httputil.ProxyRequest) {
	p.Out.URL.Scheme, p.Out.URL.Host = "http", "s3"
	p.Out.Host = p.In.Host
	p.Out.Method = http.MethodGet // the method is signed, and links are signed for GET
	for _, h := range []string{"Cookie", "Authorization", "Referer"} {
		p.Out.Header.Del(h)
	}
}

// guard makes an answer harmless to look at, and a refusal readable.
func guard(r *http.Response) error {
	if r.StatusCode == http.StatusBadRequest {
		// S3 says 400 where the query does not even look like a signature, 403 where it is not one.
		r.StatusCode = http.StatusForbidden
	}
	if r.StatusCode > http.StatusBadRequest {
		text := refusal(r.StatusCode)
		replaceBody(r, io.NopCloser(strings.NewReader(text)))
		r.ContentLength = int64(len(text))
		r.Header = http.Header{"Content-Type": {TypeText}, "Content-Length": {strconv.Itoa(len(text))}}
	}
	if r.Header.Get("Content-Encoding") == "aws-chunked" {
		// The coding of the upload, which the server keeps and tells although the stored bytes are not in it.
		r.Header.Del("Content-Encoding")
	}
	protect(r.Header)
	if r.Request.Context().Value(headKey{}) != nil {
		replaceBody(r, http.NoBody)
	}
	return nil
}

func replaceBody(r *http.Response, body io.ReadCloser) {
	r.Body.Close() //nolint:errcheck // the rest is not wanted
	r.Body = body
}

// protect says what a browser may not do with an answer.
func protect(h http.Header) {
	h.Del("Server")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
}

func refuse(w http.ResponseWriter, status int) {
	protect(w.Header())
	w.Header().Set("Content-Type", TypeText)
	w.WriteHeader(status)
	io.WriteString(w, refusal(status)) //nolint:errcheck // the caller has gone
}

// refusal is what people read in place of a file.
func refusal(status int) string {
	switch status {
	case http.StatusForbidden:
		return "下载链接已过期、被改动或无效，请重新获取。\nThis link has expired, was altered or is not valid. Please get a new one.\n"
	case http.StatusNotFound:
		return "没有这个文件。\nThere is no such file.\n"
	case http.StatusMethodNotAllowed:
		return "此链接只能用于下载。\nThis link can only be read.\n"
	case http.StatusRequestedRangeNotSatisfiable:
		return "请求的范围超出文件大小。\nThe range asked for lies outside the file.\n"
	}
	return "文件暂时无法读取，请稍后再试。\nThe file cannot be read at the moment. Please try again later.\n"
}
