package project

import (
	"io"
	"reflect"
	"time"

	"tripact/notation"
	"tripact/problem"
)

// DecodeReview reads the result of a format review from a file of its own, as strictly as Decode.
func DecodeReview(r io.Reader) (*Review, problem.List) { return decodePart[Review](r) }

// DecodeApproval reads one row of an approval document from a file of its own, as strictly as Decode.
func DecodeApproval(r io.Reader) (*Approval, problem.List) { return decodePart[Approval](r) }

func decodePart[T any](r io.Reader) (*T, problem.List) {
	d := &decoder{}
	root := d.read(r)
	if root == nil {
		return nil, d.list
	}
	part := new(T)
	d.object(root, reflect.ValueOf(part).Elem(), "")
	d.close()
	if d.list.Failed() {
		return nil, d.list
	}
	return part, d.list
}

// DateOf is the day of an instant in the documents' zone, Asia/Shanghai.
func DateOf(t time.Time) Date { return dateOf(t.In(notation.Zone)) }
