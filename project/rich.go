package project

import (
	"encoding/json"
	"errors"
	"strings"
)

// Rich is text of several paragraphs. In JSON it is an array of paragraphs, or one string whose lines are the paragraphs;
// blank lines are left out.
type Rich []string

// String joins the paragraphs with line ends.
func (r Rich) String() string { return strings.Join(r, "\n") }

// MarshalJSON writes an array, [] for none.
func (r Rich) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]string(r))
}

// UnmarshalJSON reads an array of strings, a string, or null.
func (r *Rich) UnmarshalJSON(data []byte) error {
	var list []string
	if json.Unmarshal(data, &list) == nil {
		*r = list
		return nil
	}
	var s string
	if json.Unmarshal(data, &s) != nil {
		return errors.New("text: neither an array of paragraphs nor a string")
	}
	*r = paragraphs(s)
	return nil
}

func paragraphs(s string) Rich {
	var r Rich
	for line := range strings.Lines(s) {
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) != "" {
			r = append(r, line)
		}
	}
	return r
}
