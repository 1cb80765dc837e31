package storage

import (
	"slices"
	"strings"
)

// Media types of what is stored. Put takes one of these.
const (
	TypeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	TypeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	TypePDF  = "application/pdf"
	TypeZIP  = "application/zip"
	TypeJSON = "application/json"
	TypeXML  = "application/xml"
	TypeText = "text/plain; charset=utf-8"
	TypePNG  = "image/png"
	TypeJPEG = "image/jpeg"
)

// format ties a media type to the extension that keys and file names of its objects have.
type format struct{ ext, media string }

// formats is the format table: the only source of the Content-Type that a link answers with, so no caller and no
// uploaded file can have its bytes served as HTML.
func formats() []format {
	return []format{
		{".docx", TypeDOCX},
		{".xlsx", TypeXLSX},
		{".pdf", TypePDF},
		{".zip", TypeZIP},
		{".json", TypeJSON},
		{".xml", TypeXML},
		{".txt", TypeText},
		{".png", TypePNG},
		{".jpg", TypeJPEG},
	}
}

func formatOfType(media string) (format, bool) {
	return findFormat(func(f format) bool { return f.media == media })
}

// formatOfKey knows an object's format by the extension of its key.
func formatOfKey(key string) (format, bool) {
	return findFormat(func(f format) bool { return strings.HasSuffix(key, f.ext) })
}

func findFormat(is func(format) bool) (format, bool) {
	all := formats()
	i := slices.IndexFunc(all, is)
	if i < 0 {
		return format{}, false
	}
	return all[i], true
}
