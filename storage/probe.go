package storage

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"tripact/problem"

	"github.com/minio/minio-go/v7"
)

// probeKey holds one byte, put once by the first Probe of a bucket.
const probeKey = "probe/put-once"

// Reach reports whether the store answers and lets this program's keys at the bucket.
func (s *Store) Reach(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return fmt.Errorf("look for bucket %s: %w", s.bucket, err)
	}
	if !there {
		return fmt.Errorf("there is no bucket %s", s.bucket)
	}
	return nil
}

// Probe asks the bucket for the abilities that the product counts on and returns a warning for each that it lacks:
//
//	storage.versions.lacking         earlier versions are not kept
//	storage.lock.lacking             issued documents cannot be locked against removal
//	storage.conditional_put.lacking  "put only if absent" is not honoured
//
// None of them stops Put or SignLink, as keys are content addresses and Put looks before it puts. It leaves a one-byte
// object named probe/put-once. The error says that the store could not be asked.
func (s *Store) Probe(ctx context.Context) (problem.List, error) {
	lacking, err := s.Bucket(ctx)
	if err != nil {
		return nil, err
	}
	held, err := s.conditional(ctx)
	if err != nil {
		return nil, fmt.Errorf("probe storage: conditional put: %w", err)
	}
	if !held {
		lacking.Add(lack("storage.conditional_put.lacking",
			problem.T("存储服务不支持条件写入（If-None-Match）", "the store does not honour conditional puts (If-None-Match)"),
			problem.Fix{ZH: "可继续使用：写入前会先查询；建议升级存储服务", EN: "usable: puts look first; consider a newer store"}))
	}
	return lacking, nil
}

// Bucket is the part of Probe that writes nothing: what the bucket is set up to lack, versions and lock. It may be asked as often as one likes.
func (s *Store) Bucket(ctx context.Context) (problem.List, error) {
	var lacking problem.List
	versions, err := s.client.GetBucketVersioning(ctx, s.bucket)
	switch {
	case err != nil && !answered(err):
		return nil, fmt.Errorf("probe storage: versions: %w", err)
	case err != nil || !versions.Enabled():
		lacking.Add(lack("storage.versions.lacking",
			problem.T("存储桶未开启版本控制", "the bucket does not keep versions"),
			problem.Fix{ZH: "在存储桶上开启版本控制（Versioning）", EN: "turn versioning on for the bucket"}))
	}
	lock, _, _, _, err := s.client.GetObjectLockConfig(ctx, s.bucket)
	switch {
	case err != nil && !answered(err):
		return nil, fmt.Errorf("probe storage: object lock: %w", err)
	case err != nil || lock != "Enabled":
		lacking.Add(lack("storage.lock.lacking",
			problem.T("存储桶不支持对象锁定，已签发的文件可被删除", "the bucket has no object lock: issued documents can be removed"),
			problem.Fix{ZH: "新建存储桶时开启对象锁定（Object Lock）", EN: "create the bucket with object lock"}))
	}
	return lacking, nil
}

// conditional reports whether a put over an existing key is refused when it is asked to be.
func (s *Store) conditional(ctx context.Context) (bool, error) {
	for range 2 { // the first may be the one that makes the object
		options := minio.PutObjectOptions{ContentType: TypeText, DisableMultipart: true, SendContentMd5: true}
		options.SetMatchETagExcept("*")
		_, err := s.client.PutObject(ctx, s.bucket, probeKey, bytes.NewReader([]byte{'1'}), 1, options)
		switch {
		case hasStatus(err, http.StatusPreconditionFailed), hasStatus(err, http.StatusConflict):
			return true, nil
		case hasStatus(err, http.StatusNotImplemented):
			return false, nil
		case err != nil:
			return false, err
		}
	}
	return false, nil
}

// answered reports whether err is a store's answer that it has no such thing, not a failure to ask.
func answered(err error) bool {
	return hasStatus(err, http.StatusNotFound) || hasStatus(err, http.StatusNotImplemented) ||
		hasStatus(err, http.StatusBadRequest) || hasStatus(err, http.StatusMethodNotAllowed)
}

func lack(code string, message problem.Text, fix problem.Fix) problem.Finding {
	return problem.Finding{Code: code, Severity: problem.Warn, Message: message, Fix: fix}
}
