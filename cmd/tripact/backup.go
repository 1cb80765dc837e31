package main

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tripact/storage/records"
)

// Names in a backup.
const (
	databaseFile = "tripact.db"
	manifestFile = "manifest.json"
	xattrPrefix  = "SCHILY.xattr." // as GNU tar, bsdtar and star write them
)

// manifest is the last entry of a backup: without it the backup is not whole.
type manifest struct {
	Format  int               `json:"format"`  // 1
	Program string            `json:"program"` // version that made it
	Made    time.Time         `json:"made"`
	Files   map[string]string `json:"files"` // SHA-256 in hex of each file, by its name
}

func (c *cli) backup() *cobra.Command {
	var config, data string
	cmd := &cobra.Command{
		Use:   "backup FILE.tar",
		Short: "备份数据目录，服务可照常运行 / back up the data folder, also while the service runs",
		Long: "The backup holds the embedded database as it is at one moment, every stored file with its attributes, and the keys of the data folder.\n" +
			"It opens everything that the service keeps: keep it as safe as the data folder. PostgreSQL and S3 services have backups of their own.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := readPlace(config, data)
			if err != nil {
				return err
			}
			if set.Database != "" {
				return errors.New("the database is PostgreSQL: back it up with pg_dump, and the bucket with the means of the S3 service")
			}
			m, err := c.writeBackup(cmd.Context(), set, args[0])
			if err != nil {
				return outside{fmt.Errorf("backup: %w", err)}
			}
			return c.result(m, fmt.Sprintf("%s  %d files", args[0], len(m.Files)))
		},
	}
	placeFlags(cmd, &config, &data)
	return cmd
}

func placeFlags(cmd *cobra.Command, config, data *string) {
	cmd.Flags().StringVar(config, "config", "", "YAML file with the settings of the service")
	cmd.Flags().StringVar(data, "data", "", "folder of the embedded database and store (default data)")
}

// readPlace reads where a service keeps things.
func readPlace(config, data string) (settings, error) {
	set := settings{Data: "data"}
	if config != "" {
		if err := readSettings(config, &set); err != nil {
			return settings{}, err
		}
	}
	if data != "" {
		set.Data = data
	}
	return set, nil
}

// writeBackup writes the backup to a file that is not there yet, and to all of it or none.
func (c *cli) writeBackup(ctx context.Context, set settings, to string) (_ manifest, err error) {
	if _, err := os.Lstat(to); err == nil {
		return manifest{}, fmt.Errorf("%s is there already", to)
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".tripact-backup-*") // mode 0600
	if err != nil {
		return manifest{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	b := &backupWriter{tar: tar.NewWriter(f), manifest: manifest{Format: 1, Program: programVersion(), Made: c.now().UTC(), Files: map[string]string{}}}
	err = b.all(ctx, set)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return manifest{}, err
	}
	return b.manifest, os.Rename(f.Name(), to)
}

type backupWriter struct {
	tar      *tar.Writer
	manifest manifest
}

// all writes the database first: what its rows name was stored before them, and is found afterwards.
func (b *backupWriter) all(ctx context.Context, set settings) error {
	tmp, err := os.MkdirTemp("", "tripact-backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // a copy that is in the backup by now
	snapshot := filepath.Join(tmp, databaseFile)
	if err := records.Snapshot(ctx, filepath.Join(set.Data, databaseFile), snapshot); err != nil {
		return err
	}
	if err := b.add(snapshot, databaseFile); err != nil {
		return err
	}
	if err := b.add(filepath.Join(set.Data, linkKeyFile), linkKeyFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if set.S3.Endpoint == "" {
		if err := b.tree(ctx, set.Data, "objects"); err != nil {
			return err
		}
	}
	data, err := json.MarshalIndent(b.manifest, "", " ")
	if err != nil {
		return err
	}
	if err := b.tar.WriteHeader(&tar.Header{Name: manifestFile, Mode: 0o600, Size: int64(len(data)), ModTime: b.manifest.Made}); err != nil {
		return err
	}
	if _, err := b.tar.Write(data); err != nil {
		return err
	}
	return b.tar.Close()
}

// tree adds a folder of the data folder. What comes and goes while the store runs is left out: its lock, its socket, and
// uploads that have no name yet.
func (b *backupWriter) tree(ctx context.Context, data, name string) error {
	return filepath.WalkDir(filepath.Join(data, name), func(p string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		rel, err := filepath.Rel(data, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() && strings.HasPrefix(d.Name(), ".sgwtmp") {
			return fs.SkipDir
		}
		if rel == name+"/lock" || !d.IsDir() && !d.Type().IsRegular() {
			return nil
		}
		err = b.add(p, rel)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// add adds a file, or a folder without what is in it, with its attributes. A stored file whose bytes are not what its name says stops the
// backup: a backup of damage would take the place of a good one.
func (b *backupWriter) add(file, name string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read from
	info, err := f.Stat()
	if err != nil {
		return err
	}
	xattrs, err := attributes(file)
	if err != nil {
		return err
	}
	h := &tar.Header{Name: name, Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Format: tar.FormatPAX, PAXRecords: map[string]string{}}
	for k, v := range xattrs {
		h.PAXRecords[xattrPrefix+k] = v
	}
	if info.IsDir() {
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
		return b.tar.WriteHeader(h)
	}
	h.Size = info.Size()
	if err := b.tar.WriteHeader(h); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(b.tar, sum), io.LimitReader(f, h.Size)); err != nil {
		return err
	}
	digest := hexOf(sum)
	if want, ok := digestInName(name); ok && want != digest {
		return fmt.Errorf("%s is damaged: its digest is %s", name, digest)
	}
	b.manifest.Files[name] = digest
	return nil
}

// digestInName returns the digest that the name of a stored file says.
func digestInName(name string) (string, bool) {
	_, key, ok := strings.Cut(name, "/sha256/")
	if !ok || !strings.HasPrefix(name, "objects/objects/") {
		return "", false
	}
	digest := strings.Replace(strings.TrimSuffix(key, path.Ext(key)), "/", "", 1)
	return digest, len(digest) == 2*sha256.Size
}

func hexOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
