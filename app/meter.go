package app

import (
	"time"

	"tripact/problem"
)

// Meter counts what an App does. Its methods are called by several goroutines, and their texts come from fixed sets.
type Meter interface {
	// Rendered is called for each document: outcome is "made", "refused" or "failed".
	Rendered(kind Kind, outcome string, took time.Duration)
	// Found is called for each finding of a document or a check.
	Found(severity problem.Severity)
	// Linked is called for each link: how is "signed", "created", "used", "gone" or "forged".
	Linked(how string)
	// Refused is called when the waiting room is full.
	Refused()
	// Delivered is called for each try to tell a webhook: outcome is "delivered", "again" or "failed".
	Delivered(outcome string)
}

// noMeter counts nothing.
type noMeter struct{}

func (noMeter) Rendered(Kind, string, time.Duration) {}
func (noMeter) Found(problem.Severity)               {}
func (noMeter) Linked(string)                        {}
func (noMeter) Refused()                             {}
func (noMeter) Delivered(string)                     {}
