package storage

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"       //nolint:depguard // the types of the backend interface
	"github.com/aws/aws-sdk-go-v2/service/s3/types" //nolint:depguard // the types of the backend interface
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3response"
)

// anchored is the part of a posix backend that the product uses, each call made on a thread that stands in the
// object folder: the posix backend names every bucket by a path relative to the working directory. What is not
// forwarded here (multipart uploads, bucket policies, web sites, …) answers 501 NotImplemented.
type anchored struct {
	backend.BackendUnsupported
	posix backend.Backend
	at    *threads
}

var _ backend.Backend = anchored{}

// do makes a call that sets *err itself, or sets it when the server has stopped.
func (a anchored) do(err *error, call func()) {
	if stopped := a.at.run(call); stopped != nil {
		*err = stopped
	}
}

func (a anchored) String() string { return a.posix.String() }

func (a anchored) Shutdown() { a.posix.Shutdown() }

func (a anchored) NormalizeObjectKey(bucket, object string) string {
	return a.posix.NormalizeObjectKey(bucket, object) // works on the names alone
}

func (a anchored) CreateBucket(ctx context.Context, in *s3.CreateBucketInput, acl []byte) (err error) {
	a.do(&err, func() { err = a.posix.CreateBucket(ctx, in, acl) })
	return err
}

func (a anchored) ListBuckets(ctx context.Context, in s3response.ListBucketsInput) (out s3response.ListAllMyBucketsResult, err error) {
	a.do(&err, func() { out, err = a.posix.ListBuckets(ctx, in) })
	return out, err
}

func (a anchored) HeadBucket(ctx context.Context, in *s3.HeadBucketInput) (out *s3.HeadBucketOutput, err error) {
	a.do(&err, func() { out, err = a.posix.HeadBucket(ctx, in) })
	return out, err
}

func (a anchored) GetBucketAcl(ctx context.Context, in *s3.GetBucketAclInput) (out []byte, err error) { //nolint:revive // the interface spells it so
	a.do(&err, func() { out, err = a.posix.GetBucketAcl(ctx, in) })
	return out, err
}

func (a anchored) GetBucketVersioning(ctx context.Context, bucket string) (out s3response.GetBucketVersioningOutput, err error) {
	a.do(&err, func() { out, err = a.posix.GetBucketVersioning(ctx, bucket) })
	return out, err
}

func (a anchored) PutBucketVersioning(ctx context.Context, bucket string, status types.BucketVersioningStatus) (err error) {
	a.do(&err, func() { err = a.posix.PutBucketVersioning(ctx, bucket, status) })
	return err
}

func (a anchored) GetBucketPolicy(ctx context.Context, bucket string) (out []byte, err error) {
	a.do(&err, func() { out, err = a.posix.GetBucketPolicy(ctx, bucket) })
	return out, err
}

func (a anchored) GetBucketOwnershipControls(ctx context.Context, bucket string) (out types.ObjectOwnership, err error) {
	a.do(&err, func() { out, err = a.posix.GetBucketOwnershipControls(ctx, bucket) })
	return out, err
}

func (a anchored) GetBucketCors(ctx context.Context, bucket string) (out []byte, err error) {
	a.do(&err, func() { out, err = a.posix.GetBucketCors(ctx, bucket) })
	return out, err
}

func (a anchored) GetBucketTagging(ctx context.Context, bucket string) (out map[string]string, err error) {
	a.do(&err, func() { out, err = a.posix.GetBucketTagging(ctx, bucket) })
	return out, err
}

func (a anchored) GetObjectLockConfiguration(ctx context.Context, bucket string) (out []byte, err error) {
	a.do(&err, func() { out, err = a.posix.GetObjectLockConfiguration(ctx, bucket) })
	return out, err
}

func (a anchored) PutObjectLockConfiguration(ctx context.Context, bucket string, config []byte) (err error) {
	a.do(&err, func() { err = a.posix.PutObjectLockConfiguration(ctx, bucket, config) })
	return err
}

func (a anchored) PutObject(ctx context.Context, in s3response.PutObjectInput) (out s3response.PutObjectOutput, err error) {
	a.do(&err, func() { out, err = a.posix.PutObject(ctx, in) })
	return out, err
}

func (a anchored) HeadObject(ctx context.Context, in *s3.HeadObjectInput) (out *s3.HeadObjectOutput, err error) {
	a.do(&err, func() { out, err = a.posix.HeadObject(ctx, in) })
	return out, err
}

func (a anchored) GetObject(ctx context.Context, in *s3.GetObjectInput) (out *s3.GetObjectOutput, err error) {
	a.do(&err, func() { out, err = a.posix.GetObject(ctx, in) })
	return out, err
}

func (a anchored) GetObjectAttributes(ctx context.Context, in *s3.GetObjectAttributesInput) (out s3response.GetObjectAttributesResponse, err error) {
	a.do(&err, func() { out, err = a.posix.GetObjectAttributes(ctx, in) })
	return out, err
}

func (a anchored) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (out s3response.CopyObjectOutput, err error) {
	a.do(&err, func() { out, err = a.posix.CopyObject(ctx, in) })
	return out, err
}

func (a anchored) ListObjects(ctx context.Context, in *s3.ListObjectsInput) (out s3response.ListObjectsResult, err error) {
	a.do(&err, func() { out, err = a.posix.ListObjects(ctx, in) })
	return out, err
}

func (a anchored) ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input) (out s3response.ListObjectsV2Result, err error) {
	a.do(&err, func() { out, err = a.posix.ListObjectsV2(ctx, in) })
	return out, err
}

func (a anchored) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput) (out s3response.ListVersionsResult, err error) {
	a.do(&err, func() { out, err = a.posix.ListObjectVersions(ctx, in) })
	return out, err
}

func (a anchored) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (out *s3.DeleteObjectOutput, err error) {
	a.do(&err, func() { out, err = a.posix.DeleteObject(ctx, in) })
	return out, err
}

func (a anchored) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput) (out s3response.DeleteResult, err error) {
	a.do(&err, func() { out, err = a.posix.DeleteObjects(ctx, in) })
	return out, err
}

func (a anchored) GetObjectTagging(ctx context.Context, bucket, object, version string) (out map[string]string, err error) {
	a.do(&err, func() { out, err = a.posix.GetObjectTagging(ctx, bucket, object, version) })
	return out, err
}

func (a anchored) PutObjectRetention(ctx context.Context, bucket, object, version string, retention []byte) (err error) {
	a.do(&err, func() { err = a.posix.PutObjectRetention(ctx, bucket, object, version, retention) })
	return err
}

func (a anchored) GetObjectRetention(ctx context.Context, bucket, object, version string) (out []byte, err error) {
	a.do(&err, func() { out, err = a.posix.GetObjectRetention(ctx, bucket, object, version) })
	return out, err
}

func (a anchored) PutObjectLegalHold(ctx context.Context, bucket, object, version string, on bool) (err error) {
	a.do(&err, func() { err = a.posix.PutObjectLegalHold(ctx, bucket, object, version, on) })
	return err
}

func (a anchored) GetObjectLegalHold(ctx context.Context, bucket, object, version string) (out *bool, err error) {
	a.do(&err, func() { out, err = a.posix.GetObjectLegalHold(ctx, bucket, object, version) })
	return out, err
}
