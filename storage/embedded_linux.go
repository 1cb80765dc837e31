package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
	"golang.org/x/sys/unix"
)

const (
	embeddedRegion = "us-east-1"
	workers        = 16      // threads that may be inside the file system at once
	maxCopy        = 5 << 30 // S3's own limit; the backend's zero value refuses every copy
	maxSocketPath  = 103     // sun_path holds 108 bytes on Linux, 104 elsewhere, with the NUL
)

// Server is an S3 server (versitygw, posix backend) that runs inside this process, on a UNIX socket that only this
// user can reach. Each object is a plain file below dir/objects. All methods are safe for concurrent use.
type Server struct {
	dir    string
	socket string
	keys   keys
	moved  bool

	sidecar bool // metadata of objects lies beside them, not in extended attributes

	lock    *os.File
	scratch string // temporary folder of the socket, "" when the socket is in dir
	threads *threads
	home    string // the working directory to go back to when moved

	cancel context.CancelFunc
	done   chan struct{}
	err    error // why it ended; read after done
	once   sync.Once
}

// keys are the root credentials of one data folder.
type keys struct {
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
}

// Embedded starts an S3 server over the folder dir, which is made if need be. ctx bounds only the start; the server
// runs until Close. What is kept in dir: objects, versions (older versions), credentials.json (mode 0600, made at the
// first start), sidecar (only where the file system has no extended attributes) and s3.sock.
//
// One server per folder and one per process: a second one is refused. To start takes milliseconds.
//
// Each thread of the server has a working directory of its own, so that of the process stays as it is. Where the
// system refuses that (unshare(2), as in containers with a strict seccomp filter) the working directory of the whole
// process is the object folder until Close, and Moved tells so: such a program must make its paths absolute first.
//
// While the backend is set up, for less than a millisecond, os.Stdout is replaced, as versitygw prints to it.
// Call Embedded before other goroutines print.
func Embedded(ctx context.Context, dir string) (*Server, error) {
	return embedded(ctx, dir, startThreads)
}

func embedded(ctx context.Context, dir string, start func(int, string) (*threads, error)) (_ *Server, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("embedded storage: %w", err)
	}
	s := &Server{dir: abs, done: make(chan struct{})}
	defer func() {
		if err != nil {
			s.release()
			err = fmt.Errorf("embedded storage in %s: %w", dir, err)
		}
	}()
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return nil, err
	}
	if err := s.lockDir(); err != nil {
		return nil, err
	}
	if s.keys, err = loadKeys(filepath.Join(abs, "credentials.json")); err != nil {
		return nil, err
	}
	if err := s.placeSocket(); err != nil {
		return nil, err
	}
	be, err := s.backend(start)
	if err != nil {
		return nil, err
	}
	if err := s.serve(ctx, be); err != nil {
		return nil, err // a server that has been released must not be closed
	}
	return s, nil
}

// lockDir keeps a second process out: two gateways over one folder would both believe to be the one writer.
func (s *Server) lockDir() error {
	f, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		err = errors.Join(fmt.Errorf("the folder is in use by another tripact: %w", err), f.Close())
		return err
	}
	s.lock = f
	return nil
}

// loadKeys reads the root credentials, or makes them. A half-written file cannot be left: it is renamed into place.
func loadKeys(path string) (keys, error) {
	var k keys
	data, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(data, &k); err != nil || k.AccessKey == "" || k.SecretKey == "" {
			return keys{}, fmt.Errorf("%s does not hold an access key and a secret key", path)
		}
		return k, os.Chmod(path, 0o600)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return keys{}, err
	}
	random := make([]byte, 28)
	rand.Read(random) // never fails: it ends the program instead
	k = keys{AccessKey: "tripact" + hex.EncodeToString(random[:4]), SecretKey: hex.EncodeToString(random[4:])}
	data, err = json.MarshalIndent(k, "", "  ")
	if err != nil {
		return keys{}, err
	}
	return k, writeFile(path, append(data, '\n'))
}

// writeFile puts data at path as a whole, mode 0600, and does not return before it is on disk.
func writeFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFS(filepath.Dir(path))
}

// placeSocket chooses a socket path short enough for the system and clears what a killed process left there.
func (s *Server) placeSocket() error {
	s.socket = filepath.Join(s.dir, "s3.sock")
	if len(s.socket) > maxSocketPath {
		if err := s.makeScratch(); err != nil {
			return err
		}
		s.socket = filepath.Join(s.scratch, "s3.sock")
		if len(s.socket) > maxSocketPath {
			return fmt.Errorf("the path %s is too long for a socket; use a shorter folder or TMPDIR", s.socket)
		}
	}
	if err := os.Remove(s.socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// makeScratch makes a folder of the system's temporary folder that only this user can enter. Its name follows from the
// data folder, so that what a killed process left is used again; a folder of that name that is not ours is not.
func (s *Server) makeScratch() (err error) {
	sum := sha256.Sum256([]byte(s.dir))
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("tripact-%d-%x", os.Getuid(), sum[:8]))
	err = os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) && private(dir) {
		err = nil
	}
	if errors.Is(err, fs.ErrExist) {
		dir, err = os.MkdirTemp("", "tripact-")
	}
	if err == nil {
		s.scratch = dir
	}
	return err
}

// private reports whether dir is a real folder of this user that nobody else can enter.
func private(dir string) bool {
	var st unix.Stat_t
	err := unix.Lstat(dir, &st)
	return err == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR && int(st.Uid) == os.Getuid() && st.Mode&0o077 == 0
}

// backend opens the posix backend on threads that stand in the object folder.
func (s *Server) backend(start func(int, string) (*threads, error)) (anchored, error) {
	objects, versions := filepath.Join(s.dir, "objects"), filepath.Join(s.dir, "versions")
	for _, d := range []string{objects, versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return anchored{}, err
		}
	}
	opt := posix.PosixOpts{VersioningDir: versions, CopyObjectThreshold: maxCopy}
	opt.SetNewDirPerm(0o700)
	opt.SetNewFilePerm(0o600)
	store, err := metadata(s.dir, &opt)
	if err != nil {
		return anchored{}, err
	}
	s.sidecar = opt.SideCarDir != ""
	s.threads, err = start(workers, objects)
	if err != nil {
		// No thread of its own: the whole process goes to the object folder.
		if s.home, err = os.Getwd(); err != nil {
			return anchored{}, err
		}
		s.moved = true
	}
	var be *posix.Posix
	stopped := s.threads.run(func() {
		quietly(func() { be, err = posix.New(objects, store, opt) })
	})
	if err := errors.Join(stopped, err); err != nil {
		return anchored{}, err
	}
	return anchored{posix: be, at: s.threads}, nil
}

// metadata keeps object metadata in extended attributes, or beside the objects where the file system has none.
// A folder that began with a sidecar keeps it, also on a file system that could do without.
func metadata(dir string, opt *posix.PosixOpts) (meta.MetadataStorer, error) {
	sidecar := filepath.Join(dir, "sidecar")
	_, err := os.Stat(sidecar)
	if errors.Is(err, fs.ErrNotExist) && (meta.XattrMeta{}).Test(dir) == nil {
		return meta.XattrMeta{}, nil
	}
	if err := os.MkdirAll(sidecar, 0o700); err != nil {
		return nil, err
	}
	opt.SideCarDir = sidecar
	return meta.NewSideCar(sidecar)
}

// quietly runs f with standard output closed to it: results on standard output are for programs to read.
func quietly(f func()) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		f()
		return
	}
	out := os.Stdout
	os.Stdout = null
	defer func() {
		os.Stdout = out
		null.Close() //nolint:errcheck // nothing was written that could be lost
	}()
	f()
}

// serve runs the gateway and returns when it listens, or why it does not.
func (s *Server) serve(ctx context.Context, be anchored) error {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	up := make(chan struct{})
	config := &embedgw.Config{
		RootUserAccess:    s.keys.AccessKey,
		RootUserSecret:    s.keys.SecretKey,
		Region:            embeddedRegion,
		Ports:             []string{s.socket},
		SocketPerm:        "0600",
		MaxConnections:    4096,
		MaxRequests:       1024,
		MultipartMaxParts: 10000,
		Quiet:             true,
		KeepAlive:         true,
		DisableACLs:       true,
		IAMService: auth.NewIAMServiceSingle(auth.Account{
			Access: s.keys.AccessKey, Secret: s.keys.SecretKey, Role: auth.RoleAdmin,
		}),
		S3Options: []s3api.Option{s3api.WithOnListen(sync.OnceFunc(func() { close(up) }))},
	}
	go func() {
		defer close(s.done)
		s.err = embedgw.RunVersityGW(life, be, config)
	}()
	select {
	case <-up:
		return nil
	case <-s.done:
		if s.err == nil {
			s.err = errors.New("the server ended before it listened")
		}
		return s.err
	case <-ctx.Done():
		cancel()
		<-s.done
		return ctx.Err()
	}
}

// Moved reports whether the working directory of the process is the object folder until Close; see Embedded.
func (s *Server) Moved() bool { return s.moved }

// Done is closed when the server has ended, by Close or by a fault that Err tells.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err returns why the server ended, nil while it runs and after an ordinary Close.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Config returns the settings that Open needs to use this server. public is the base URL under which people reach
// Front, without a path, such as "https://tripact.example.org" or "http://localhost:8080": links are signed for it.
func (s *Server) Config(public string) Config {
	return Config{
		Endpoint:  "http://" + embeddedBucket + ".invalid",
		Socket:    s.socket,
		Public:    public,
		Region:    embeddedRegion,
		Bucket:    embeddedBucket,
		AccessKey: s.keys.AccessKey,
		SecretKey: s.keys.SecretKey,
		Create:    true,
		Absent:    s.absent,
		Sync:      s.Sync,
	}
}

// Front serves the signed links of this server on the product's own address. It lets through GET and HEAD of
// Prefix{key} with a signature in the query, and nothing else: cookies and Authorization stay behind, Host goes on as
// it came, because it is signed. Mount it at Prefix.
//
// HEAD of a link is answered as GET without the body. At an S3 service itself a link made for GET refuses HEAD (403),
// though previewers and download managers begin with it.
//
// A refused link gets a sentence in Chinese and English instead of S3's XML, which would name the access key and
// what was signed. Answers may not be sniffed, framed, run or kept by shared caches.
func (s *Server) Front() http.Handler { return front(s.socket) }

// absent sees in the folder whether an object is there.
func (s *Server) absent(key string) bool {
	_, err := os.Lstat(filepath.Join(s.dir, "objects", embeddedBucket, filepath.FromSlash(key)))
	return errors.Is(err, fs.ErrNotExist)
}

// Sync returns when the current version of the object at key is on disk, or, with key "", all that the server has stored. versitygw itself does not
// ask for it: an object whose put was answered survives the death of the process, but not a power cut.
//
// One object is its file, with the metadata in extended attributes, and the names in the folders above it; to ask for these alone does not wait for what
// else the file system has to write. Where the metadata lies in a sidecar everything is asked for.
func (s *Server) Sync(_ context.Context, key string) error {
	if key == "" || s.sidecar || !filepath.IsLocal(key) {
		return syncFS(s.dir)
	}
	bucket := filepath.Join(s.dir, "objects", embeddedBucket)
	for path := filepath.Join(bucket, filepath.FromSlash(key)); ; path = filepath.Dir(path) {
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("sync: %w", err)
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("sync %s: %w", path, err)
		}
		if path == bucket {
			return nil
		}
	}
}

func syncFS(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	defer f.Close() //nolint:errcheck // opened for reading
	if err := unix.Syncfs(int(f.Fd())); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}

// Close ends the server after the requests under way and frees the folder. It may be called more than once.
func (s *Server) Close() error {
	s.once.Do(func() {
		s.cancel()
		<-s.done
		s.release()
	})
	if errors.Is(s.err, context.Canceled) {
		return nil
	}
	return s.err
}

// release gives back what the start took. The lock goes last.
func (s *Server) release() {
	if s.cancel != nil {
		s.cancel()
	}
	s.threads.stop()
	if s.moved {
		os.Chdir(s.home) //nolint:errcheck // the old folder may be gone; there is no better place then
	}
	if s.scratch != "" {
		os.RemoveAll(s.scratch) //nolint:errcheck // a leftover socket in the system's temporary folder harms nobody
	}
	if s.lock != nil {
		s.lock.Close() //nolint:errcheck // nothing was written
	}
}
