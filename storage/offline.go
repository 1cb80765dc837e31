package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Offline returns what reads objects from the folder of an embedded store without its server, which may be running in another process: an object is one
// file, put once. It gives the errors of Store.Get.
func Offline(dir string) func(context.Context, Object) ([]byte, error) {
	return func(ctx context.Context, o Object) ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !filepath.IsLocal(filepath.FromSlash(o.Key)) || !strings.HasPrefix(o.Key, keyPrefix) {
			return nil, fmt.Errorf("read %s: %w", o.Key, fs.ErrNotExist)
		}
		f, err := os.Open(filepath.Join(dir, "objects", embeddedBucket, filepath.FromSlash(o.Key)))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", o.Key, err)
		}
		defer f.Close() //nolint:errcheck // only read from
		data, err := io.ReadAll(io.LimitReader(f, o.Size+1))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", o.Key, err)
		}
		sum := sha256.Sum256(data)
		if int64(len(data)) != o.Size || hex.EncodeToString(sum[:]) != o.SHA256 {
			return nil, fmt.Errorf("read %s: %w", o.Key, ErrDamaged)
		}
		return data, nil
	}
}
