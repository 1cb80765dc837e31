// Package storage keeps immutable objects in any S3 service and makes signed links to them. An S3 server for a single
// machine is built in (Embedded); the code that talks to it is the code that talks to every other service.
//
// An object's key is the SHA-256 of its bytes, so it is put once and never overwritten, and what a key reads can be
// proved. A record of an object (in package records) is written after the object.
package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Config tells where objects are kept. Endpoint, Bucket, AccessKey and SecretKey are required; a zero value of the
// others works.
type Config struct {
	Endpoint string // base URL of the S3 service, without a path: "https://s3.example.org"
	Socket   string // path of a UNIX socket to dial in place of the endpoint's address
	Public   string // base URL that links are signed for; Endpoint when empty. Its host is signed: it cannot be rewritten later
	Region   string // us-east-1 when empty. Never asked from the service, so that signing works offline
	Bucket   string

	AccessKey, SecretKey string // for reading and writing
	// LinkAccessKey and LinkSecretKey sign links; AccessKey and SecretKey when empty. A key that may only GetObject
	// on the bucket is enough.
	LinkAccessKey, LinkSecretKey string

	Lookup string // how URLs name the bucket: "path" (also when empty) or "dns"
	Create bool   // make the bucket, with versions and object lock, when it is not there

	// Absent, if set, reports whether nothing is under key as far as can be seen without asking the service; Put then sends without asking
	// first. The service must refuse a put under a key that is taken when it is asked to, in buckets that keep versions too, as another may be faster.
	Absent func(key string) bool

	// Sync, if set, is called before Put says that an object is stored, and returns when the object at key is on disk, with key "" when
	// all is that was written before the call.
	Sync func(ctx context.Context, key string) error
}

// Object names stored bytes for ever.
type Object struct {
	Key       string // sha256/ab/cdef….pdf: the address of the content
	Size      int64  // bytes
	SHA256    string // 64 lower-case hex digits
	VersionID string // the version that was stored, "" where the bucket has no versions
}

// ErrDamaged means that what is stored under a key is not what the key says.
var ErrDamaged = errors.New("the stored object is not what its key says")

// Store keeps objects in one bucket. It holds no state of its own and is safe for concurrent use, also by several
// processes on one bucket.
type Store struct {
	client *minio.Client
	signer *minio.Client // made for the public URL; only signs, sends nothing
	plain  *http.Client  // asks as a stranger
	bucket string
	local  bool // the service is on this machine, behind a socket
	absent func(key string) bool
	sync   func(ctx context.Context, key string) error
}

// Open returns the store that c describes. The bucket must exist, or is made where c.Create says so.
func Open(ctx context.Context, c Config) (*Store, error) {
	s, err := newStore(c)
	if err != nil {
		return nil, fmt.Errorf("open storage: %w", err)
	}
	if err := s.ensureBucket(ctx, c); err != nil {
		return nil, fmt.Errorf("open storage: bucket %s at %s: %w", c.Bucket, c.Endpoint, err)
	}
	return s, nil
}

func newStore(c Config) (*Store, error) {
	if c.Public == "" {
		c.Public = c.Endpoint
	}
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	if c.LinkAccessKey == "" {
		c.LinkAccessKey, c.LinkSecretKey = c.AccessKey, c.SecretKey
	}
	var missing []string
	for _, f := range []struct{ name, value string }{
		{"endpoint", c.Endpoint}, {"bucket", c.Bucket}, {"access key", c.AccessKey}, {"secret key", c.SecretKey},
	} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	if missing != nil {
		return nil, fmt.Errorf("settings are missing: %s", strings.Join(missing, ", "))
	}
	lookup := minio.BucketLookupPath
	switch c.Lookup {
	case "", "path":
	case "dns":
		lookup = minio.BucketLookupDNS
	default:
		return nil, fmt.Errorf(`bucket lookup %q is not "path" or "dns"`, c.Lookup)
	}
	options := minio.Options{
		Creds:        credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Region:       c.Region,
		BucketLookup: lookup,
		// minio-go sends a checksum header only with this set; Put sees to it that no trailer is ever sent.
		TrailingHeaders: true,
		MaxRetries:      4,
	}
	client, transport, err := dial(c.Endpoint, options, c.Socket)
	if err != nil {
		return nil, fmt.Errorf("endpoint: %w", err)
	}
	options.Creds = credentials.NewStaticV4(c.LinkAccessKey, c.LinkSecretKey, "")
	signer, _, err := dial(c.Public, options, "")
	if err != nil {
		return nil, fmt.Errorf("public address: %w", err)
	}
	if c.Sync == nil {
		c.Sync = func(context.Context, string) error { return nil }
	}
	s := &Store{
		client: client, signer: signer, plain: &http.Client{Transport: transport, Timeout: 10 * time.Second}, bucket: c.Bucket,
		local: c.Socket != "", absent: c.Absent, sync: c.Sync,
	}
	return s, nil
}

// dial makes a client for the base URL; nothing is sent yet.
func dial(base string, options minio.Options, socket string) (*minio.Client, http.RoundTripper, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, nil, fmt.Errorf("%q is not an http or https address", u.Redacted())
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return nil, nil, fmt.Errorf("%q must be a scheme, a host and a port only: S3 signs paths from the root", u.Redacted())
	}
	options.Secure = u.Scheme == "https"
	transport, err := minio.DefaultTransport(options.Secure)
	if err != nil {
		return nil, nil, err
	}
	if socket != "" {
		transport.Proxy = nil
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", socket)
			if errors.Is(err, fs.ErrNotExist) { // a server that is away, and no object that there is not
				err = &net.OpError{Op: "dial", Net: "unix", Err: errors.New("nobody listens at " + socket)}
			}
			return conn, err
		}
	}
	options.Transport = transport
	client, err := minio.New(u.Host, &options)
	return client, transport, err
}

func (s *Store) ensureBucket(ctx context.Context, c Config) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return fmt.Errorf("look for it (needs s3:ListBucket): %w", err)
	}
	if !c.Create {
		if !there {
			return errors.New("there is none; create it with versioning and object lock")
		}
		return nil
	}
	if !there {
		err := s.client.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: c.Region, ObjectLocking: true})
		if err != nil && !hasCode(err, "BucketAlreadyOwnedByYou") {
			return fmt.Errorf("create it: %w", err)
		}
	}
	// Again each time: a process may have been killed between the two.
	if err := s.client.EnableVersioning(ctx, s.bucket); err != nil {
		return fmt.Errorf("keep versions: %w", err)
	}
	return s.sync(ctx, "")
}

// Put stores data (not empty), whose media type must be one of this package's Type constants, and returns where it is.
// It is idempotent: the same bytes and type have one key, and are sent only when nothing is there yet. When Put returns
// without an error the object is whole, has the digest that its key says, and is on disk.
func (s *Store) Put(ctx context.Context, data []byte, contentType string) (Object, error) {
	f, ok := formatOfType(contentType)
	if !ok {
		return Object{}, fmt.Errorf("store: media type %q is not one that is kept", contentType)
	}
	if len(data) == 0 {
		return Object{}, errors.New("store: there are no bytes to keep")
	}
	sum := sha256.Sum256(data)
	want := Object{Key: keyOf(sum, f), Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	o, err := s.putOnce(ctx, want, data, f)
	if err != nil {
		return Object{}, fmt.Errorf("store %s: %w", want.Key, err)
	}
	if err := s.sync(ctx, want.Key); err != nil {
		return Object{}, fmt.Errorf("store %s: %w", want.Key, err)
	}
	return o, nil
}

const keyPrefix = "sha256/"

func keyOf(sum [sha256.Size]byte, f format) string {
	digest := hex.EncodeToString(sum[:])
	return keyPrefix + digest[:2] + "/" + digest[2:] + f.ext
}

// putOnce looks before it puts: Ceph ignores the condition on a put in buckets that keep versions, and a service that refuses one early may
// close the connection while the bytes are still being sent. It need not where it can be seen that nothing is there.
func (s *Store) putOnce(ctx context.Context, want Object, data []byte, f format) (Object, error) {
	const tries = 3
	for i := 1; ; i++ {
		if i > 1 || s.absent == nil || !s.absent(want.Key) {
			if o, err := s.Stat(ctx, want); !errors.Is(err, fs.ErrNotExist) {
				return o, err
			}
		}
		version, err := s.upload(ctx, want, data, f)
		switch {
		case err == nil:
			want.VersionID = version
			return want, nil
		case i < tries && (hasStatus(err, http.StatusPreconditionFailed) || hasStatus(err, http.StatusConflict)):
			// Another writer was first. It put the same bytes: look.
		case i < tries && ctx.Err() == nil && broken(err):
			// A server that refuses a put early may close the connection while the bytes are still being sent: look again.
		default:
			return Object{}, err
		}
	}
}

// upload sends data under want.Key unless something is there, and has the service check want.SHA256.
func (s *Store) upload(ctx context.Context, want Object, data []byte, f format) (version string, err error) {
	sum, err := hex.DecodeString(want.SHA256)
	if err != nil {
		return "", fmt.Errorf("digest: %w", err)
	}
	options := minio.PutObjectOptions{
		ContentType:      f.media,
		DisableMultipart: true,
		// Ceph checks Content-MD5 and object lock asks for it. Nobody stands between this program and a service behind a socket,
		// and that checks the SHA-256: further digests of the bytes are left out there.
		SendContentMd5:       !s.local,
		DisableContentSha256: s.local,
		UserMetadata: map[string]string{
			// Lower case: then it goes out as the header itself, not as x-amz-meta-…, and keeps minio-go from adding a trailer, whose
			// signed form versitygw refuses over plain HTTP.
			"x-amz-checksum-sha256": base64.StdEncoding.EncodeToString(sum),
			// Once more as own metadata, as Ceph 16 drops the header.
			"sha256": want.SHA256,
		},
	}
	options.SetMatchETagExcept("*")
	info, err := s.client.PutObject(ctx, s.bucket, want.Key, bytes.NewReader(data), int64(len(data)), options)
	if err != nil {
		return "", err
	}
	if info.Size != int64(len(data)) {
		return "", fmt.Errorf("%d bytes stored of %d: %w", info.Size, len(data), ErrDamaged)
	}
	return info.VersionID, nil
}

// Stat returns the object as it is stored, and the version that is current where o.VersionID is empty. The error is
// fs.ErrNotExist when there is none, ErrDamaged when its size or digest is not o's. The digest is the one recorded at
// the put; the bytes are read only where a copy between buckets has lost it.
func (s *Store) Stat(ctx context.Context, o Object) (Object, error) {
	info, err := s.client.StatObject(ctx, s.bucket, o.Key, minio.StatObjectOptions{VersionID: o.VersionID})
	if err != nil {
		return Object{}, fmt.Errorf("look at %s: %w", o.Key, known(err))
	}
	digest := info.UserMetadata["Sha256"]
	if info.Size != o.Size || digest != "" && digest != o.SHA256 {
		return Object{}, fmt.Errorf("look at %s: %d bytes with digest %q: %w", o.Key, info.Size, digest, ErrDamaged)
	}
	o.VersionID = info.VersionID
	if digest == "" {
		if _, err := s.Get(ctx, o); err != nil {
			return Object{}, err
		}
	}
	return o, nil
}

// Get returns the bytes of o, whose size and digest it has checked. The error is fs.ErrNotExist when there are none,
// ErrDamaged when they are not o's.
func (s *Store) Get(ctx context.Context, o Object) (_ []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read %s: %w", o.Key, known(err))
		}
	}()
	body, err := s.client.GetObject(ctx, s.bucket, o.Key, minio.GetObjectOptions{VersionID: o.VersionID})
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck // only read from
	// One byte more than there should be shows that there is more, without reading all of it.
	data, err := io.ReadAll(io.LimitReader(body, o.Size+1))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if int64(len(data)) != o.Size || hex.EncodeToString(sum[:]) != o.SHA256 {
		return nil, ErrDamaged
	}
	return data, nil
}

// known puts fs.ErrNotExist before the answers of S3 that mean it.
func known(err error) error {
	if hasStatus(err, http.StatusNotFound) {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}

// broken reports whether err is no answer of the service, but of the connection to it while it was used.
func broken(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op != "dial" || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

func hasStatus(err error, status int) bool {
	e, ok := errors.AsType[minio.ErrorResponse](err)
	return ok && e.StatusCode == status
}

// Away reports whether an error says that the store did not answer, or could not: the same call may do well later.
func Away(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if e, ok := errors.AsType[minio.ErrorResponse](err); ok {
		return e.StatusCode == http.StatusBadGateway || e.StatusCode == http.StatusServiceUnavailable || e.StatusCode == http.StatusGatewayTimeout
	}
	_, network := errors.AsType[*net.OpError](err)
	_, asked := errors.AsType[*url.Error](err)
	return network || asked || errors.Is(err, io.ErrUnexpectedEOF)
}

// Full reports whether an error says that the store has no room left.
func Full(err error) bool {
	// MinIO says XMinioStorageFull with this status; Ceph says QuotaExceeded with 403.
	return hasStatus(err, http.StatusInsufficientStorage) || hasCode(err, "QuotaExceeded")
}

func hasCode(err error, code string) bool {
	e, ok := errors.AsType[minio.ErrorResponse](err)
	return ok && e.Code == code
}
