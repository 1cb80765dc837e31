//go:build !linux

package storage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Server is the embedded S3 server, which runs on Linux only.
type Server struct{}

// Embedded fails: the embedded S3 server needs Linux. Set the address of an S3 service instead.
func Embedded(context.Context, string) (*Server, error) {
	return nil, fmt.Errorf("embedded storage: needs Linux; set the address of an S3 service instead: %w", errors.ErrUnsupported)
}

// Moved reports false.
func (s *Server) Moved() bool { return false }

// Done is never closed.
func (s *Server) Done() <-chan struct{} { return nil }

// Err returns nil.
func (s *Server) Err() error { return nil }

// Config returns no settings.
func (s *Server) Config(string) Config { return Config{} }

// Sync does nothing.
func (s *Server) Sync(context.Context, string) error { return nil }

// Close does nothing.
func (s *Server) Close() error { return nil }

// Front answers 404.
func (s *Server) Front() http.Handler { return http.NotFoundHandler() }
