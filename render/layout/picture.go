package layout

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// wholePNG reports whether a PNG file has all its chunks, with the sums that they say.
func wholePNG(data []byte) bool {
	for at := 8; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n > len(data)-at-12 || crc32.ChecksumIEEE(data[at+4:at+8+n]) != binary.BigEndian.Uint32(data[at+8+n:]) {
			return false
		}
		if string(data[at+4:at+8]) == "IEND" {
			return true
		}
		at += 12 + n
	}
	return false
}

// JPEGFrame reports whether a JPEG file is progressive, and whether it has its end. Decoding a progressive one takes four times the
// memory of its pixels.
func JPEGFrame(data []byte) (progressive, whole bool) {
	for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
		switch data[at+1] { // the marker
		case 0xFF: // filling
			at++
			continue
		case 0xC2:
			progressive = true
		case 0xDA: // the scan
			return progressive, bytes.LastIndex(data[at:], []byte{0xFF, 0xD9}) >= 0
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	return progressive, false
}

// MaxProgressive is the number of pixels up to which progressive JPEG files, and those in print colours, are decoded.
const MaxProgressive = 16 << 20
