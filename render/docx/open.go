package docx

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf16"

	"tripact/problem"
)

// Limits bound what Open reads. Sizes are bytes.
type Limits struct {
	Packed   int64 // the file
	Unpacked int64 // all entries together, counted while reading
	Part     int64 // one entry
	Entries  int
	Ratio    int64 // unpacked to packed of one entry, checked beyond 1 MiB
}

const maxPart = 64 << 20

// DefaultLimits are the limits of Open.
func DefaultLimits() Limits {
	return Limits{Packed: 32 << 20, Unpacked: 256 << 20, Part: maxPart, Entries: 2000, Ratio: 200}
}

// Open reads a Word package (.docx, .dotx, .docm) under DefaultLimits. It copies what it keeps of data's XML and shares
// the rest, so data must not change afterwards. The error is a *problem.Error whose findings say what kind of file it
// is instead, or what is damaged.
func Open(data []byte) (*Package, error) { return OpenLimited(data, DefaultLimits()) }

// OpenLimited is Open with limits of the caller.
func OpenLimited(data []byte, lim Limits) (*Package, error) {
	o := opener{lim: lim}
	p := o.open(data)
	if err := o.found.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

type opener struct {
	lim   Limits
	found problem.List
	total int64
}

func (o *opener) refuse(code, zh, en, fixZH, fixEN string, args ...any) {
	o.found.Add(problem.Finding{
		Code: code, Severity: problem.Fail, Message: problem.Tf(zh, en, args...),
		Fix: problem.Fix{ZH: fixZH, EN: fixEN},
	})
}

func (o *opener) damaged(part string, err error) {
	f := problem.Finding{
		Code: "docx.open.damaged", Severity: problem.Fail,
		Message: problem.Tf("文件已损坏或不完整（%[1]v）", "the file is damaged or cut short (%[1]v)", err),
		Fix:     problem.Fix{ZH: "重新获取或用 Word、WPS 修复后另存", EN: "get the file again, or repair it in Word or WPS and save it"},
	}
	if part != "" {
		f.Place = &problem.Place{Part: part}
		f.Message = problem.Tf("文件内的“%[1]s”已损坏（%[2]v）", "%[1]s inside the file is damaged (%[2]v)", part, err)
	}
	o.found.Add(f)
}

func (o *opener) limit(name, zh, en string, args ...any) {
	o.found.Add(problem.Finding{
		Code: "docx.limit." + name, Severity: problem.Fail, Message: problem.Tf(zh, en, args...),
		Fix: problem.Fix{ZH: "压缩图片或拆分文件", EN: "compress its pictures or split the file"},
	})
}

func (o *opener) open(data []byte) *Package {
	if o.foreign(data) {
		return nil
	}
	if int64(len(data)) > o.lim.Packed {
		o.limit("packed", "文件大于 %[1]d MiB", "the file is larger than %[1]d MiB", o.lim.Packed>>20)
		return nil
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are checked here, one finding each
		o.damaged("", err)
		return nil
	}
	if len(z.File) > o.lim.Entries {
		o.limit("entries", "文件内的部件多于 %[1]d 个", "the file has more than %[1]d entries", o.lim.Entries)
		return nil
	}
	p := &Package{index: make(map[string]int, len(z.File)), rels: map[string][]Rel{}}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 {
			continue // a folder is not a part
		}
		if !safeName(f.Name) {
			o.refuse("docx.open.name", "文件内有不安全的部件名 %[1]q", "an entry has the unsafe name %[1]q",
				"用 Word 或 WPS 重新另存", "save the file again in Word or WPS", f.Name)
			continue
		}
		if p.at(f.Name) != nil {
			o.refuse("docx.open.duplicate", "部件 %[1]q 出现两次", "entry %[1]q is there twice",
				"用 Word 或 WPS 重新另存", "save the file again in Word or WPS", f.Name)
			continue
		}
		part, ok := o.read(f)
		if !ok {
			if o.total > o.lim.Unpacked {
				return nil
			}
			continue
		}
		p.append(part)
	}
	if o.found.Failed() {
		return nil
	}
	return o.structure(p)
}

// foreign recognises files that are not Word packages by their first bytes.
func (o *opener) foreign(data []byte) bool {
	saveAs := [2]string{"用 Word 或 WPS 打开并另存为 .docx", "open it in Word or WPS and save it as .docx"}
	switch {
	case len(data) == 0:
		o.refuse("docx.open.empty", "文件是空的", "the file is empty", "重新获取文件", "get the file again")
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		// A compound file: an encrypted package holds a stream of that name (MS-OFFCRYPTO 2.3), else it is Word 97-2003.
		if bytes.Contains(data, utf16le("EncryptedPackage")) {
			o.refuse("docx.open.password", "文件设有打开密码", "the file is protected by a password",
				"在 Word 或 WPS 中取消打开密码后另存", "remove the password in Word or WPS and save it")
			return true
		}
		o.refuse("docx.open.doc", "这是旧版 .doc 等二进制格式，不是 .docx", "this is an old binary format such as .doc, not .docx", saveAs[0], saveAs[1])
	case bytes.HasPrefix(data, []byte("{\\rtf")):
		o.refuse("docx.open.rtf", "这是 RTF 文件，不是 .docx", "this is an RTF file, not .docx", saveAs[0], saveAs[1])
	case bytes.HasPrefix(data, []byte("%PDF")):
		o.refuse("docx.open.pdf", "这是 PDF 文件，不是 .docx", "this is a PDF file, not .docx", "请提供 Word 文件", "provide the Word file")
	case bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), 256)], "\uFEFF \r\n\t"), []byte("<")):
		o.refuse("docx.open.markup", "这是 HTML 或 XML 文本，不是 .docx", "this is HTML or XML text, not .docx", saveAs[0], saveAs[1])
	case !bytes.HasPrefix(data, []byte("PK")):
		o.refuse("docx.open.format", "这不是 .docx 文件", "this is not a .docx file", saveAs[0], saveAs[1])
	default:
		return false
	}
	return true
}

func utf16le(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// safeName refuses names that lead outside the package or that mean different things to different programs.
func safeName(name string) bool {
	if name == "" || len(name) > 1024 || strings.HasPrefix(name, "/") || path.Clean(name) != name || strings.ContainsAny(name, "\\:\x00") {
		return false
	}
	return name != ".." && !strings.HasPrefix(name, "../")
}

func (o *opener) read(f *zip.File) (*Part, bool) {
	if f.Flags&1 != 0 {
		o.refuse("docx.open.password", "文件设有打开密码", "the file is protected by a password",
			"取消密码后另存", "remove the password and save it")
		return nil, false
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		o.damaged(f.Name, fmt.Errorf("compression method %d is not allowed in a Word file", f.Method))
		return nil, false
	}
	rr, err := f.OpenRaw()
	if err != nil {
		o.damaged(f.Name, err)
		return nil, false
	}
	raw, err := io.ReadAll(rr)
	if err != nil || uint64(len(raw)) != f.CompressedSize64 {
		o.damaged(f.Name, errors.Join(io.ErrUnexpectedEOF, err))
		return nil, false
	}
	rc, err := f.Open()
	if err != nil {
		o.damaged(f.Name, err)
		return nil, false
	}
	defer rc.Close() //nolint:errcheck // reading from memory: nothing to lose
	// The sizes in the headers are only claims: what counts is what comes out.
	limit := min(o.lim.Part, o.lim.Unpacked-o.total, max(1<<20, o.lim.Ratio*int64(len(raw))))
	var buf bytes.Buffer
	buf.Grow(int(min(uint64(limit), f.UncompressedSize64)) + bytes.MinRead) //nolint:gosec // limit bounds it
	n, err := buf.ReadFrom(io.LimitReader(rc, limit+1))
	o.total += n
	if n > limit {
		switch limit {
		case o.lim.Part:
			o.limit("part", "部件“%[1]s”解压后大于 %[2]d MiB", "%[1]s unpacks to more than %[2]d MiB", f.Name, o.lim.Part>>20)
		case max(1<<20, o.lim.Ratio*int64(len(raw))):
			o.limit("ratio", "部件“%[1]s”的压缩比超过 %[2]d，疑为压缩炸弹", "%[1]s unpacks to more than %[2]d times its size, like a bomb", f.Name, o.lim.Ratio)
		default:
			o.total = o.lim.Unpacked + 1
			o.limit("unpacked", "文件解压后大于 %[1]d MiB", "the file unpacks to more than %[1]d MiB", o.lim.Unpacked>>20)
		}
		return nil, false
	}
	if err != nil {
		o.damaged(f.Name, err)
		return nil, false
	}
	data := buf.Bytes()
	return &Part{Name: f.Name, Data: data, packed: &packed{method: f.Method, crc: f.CRC32, size: uint64(len(data)), data: raw}}, true
}

func (o *opener) structure(p *Package) *Package {
	ct := p.at(typesName)
	if ct == nil {
		o.notWord(p)
		return nil
	}
	for i, e := range p.entries {
		if data, ok := fromUTF16(e.Data); ok && (e.XML() || e.Name == typesName) {
			p.entries[i] = &Part{Name: e.Name, Data: data, packed: e.packed}
		}
	}
	ct = p.at(typesName)
	var err error
	if p.types, err = readTypes(ct.Data); err != nil {
		o.found.Add(xmlFinding(ct.Name, err))
		return nil
	}
	exists := func(name string) bool { return p.at(name) != nil }
	for _, e := range p.entries {
		e.ContentType = p.types.of(e.Name)
		if e.XML() && HasDTD(e.Data) {
			o.found.Add(xmlFinding(e.Name, &SyntaxError{DTD: true}))
			continue
		}
		source, ok := relsSource(e.Name)
		if !ok {
			continue
		}
		rels, err := readRels(e.Data, source, exists)
		if err != nil {
			o.found.Add(xmlFinding(e.Name, err))
			continue
		}
		p.rels[key(source)] = rels
	}
	if o.found.Failed() {
		return nil
	}
	for _, r := range p.rels[""] {
		if r.Is("officeDocument") && !r.External && exists(r.Target) {
			p.main = r.Target
			break
		}
	}
	m := p.at(p.main)
	if m == nil || !strings.Contains(m.ContentType, "word") {
		o.notWord(p)
		return nil
	}
	return p
}

// notWord names what a ZIP is that is not a Word file.
func (o *opener) notWord(p *Package) {
	kind := [2]string{"ZIP 压缩包", "a ZIP archive"}
	switch {
	case p.at("mimetype") != nil && strings.Contains(string(p.at("mimetype").Data), "opendocument"):
		kind = [2]string{"OpenDocument（如 .odt）文件", "an OpenDocument file such as .odt"}
	case p.at("xl/workbook.xml") != nil || p.at("xl/workbook.bin") != nil:
		kind = [2]string{"Excel 工作簿", "an Excel workbook"}
	case p.at("ppt/presentation.xml") != nil:
		kind = [2]string{"PowerPoint 演示文稿", "a PowerPoint presentation"}
	case p.at(typesName) != nil:
		kind = [2]string{"没有 Word 正文的 Office 文件", "an Office file without a Word document in it"}
	}
	o.found.Add(problem.Finding{
		Code: "docx.open.notword", Severity: problem.Fail,
		Message: problem.T("这是"+kind[0]+"，不是 .docx", "this is "+kind[1]+", not .docx"),
		Fix:     problem.Fix{ZH: "提供 Word 文件（.docx）", EN: "provide a Word file (.docx)"},
	})
}

// fromUTF16 converts XML in UTF-16 with a byte order mark to UTF-8 and mends its declaration.
func fromUTF16(data []byte) ([]byte, bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	default:
		return nil, false
	}
	u := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		u = append(u, order.Uint16(data[i:]))
	}
	s := string(utf16.Decode(u))
	if strings.HasPrefix(s, "<?xml") {
		if head, rest, ok := strings.Cut(s, "?>"); ok {
			s = strings.NewReplacer("UTF-16LE", "UTF-8", "UTF-16BE", "UTF-8", "UTF-16", "UTF-8", "utf-16", "UTF-8").Replace(head) + "?>" + rest
		}
	}
	return []byte(s), true
}

// Findings tells what is worth knowing about an opened package before it is used: macros, which are never run, and
// parts that Word would fetch from elsewhere, which this program never does. All are warnings.
func (p *Package) Findings() problem.List {
	var l problem.List
	for _, e := range p.entries {
		if strings.Contains(e.ContentType, "vbaProject") || hasExt(e.Name, "vbaProject.bin") {
			l.Add(problem.Finding{
				Code: "docx.macro", Severity: problem.Warn, Place: &problem.Place{Part: e.Name},
				Message: problem.T("文件带有宏；本程序不会运行宏", "the file holds macros; they are never run here"),
				Fix:     problem.Fix{ZH: "另存为不带宏的 .docx", EN: "save it as .docx without macros"},
			})
		}
		source, ok := relsSource(e.Name)
		if !ok {
			continue
		}
		for _, r := range p.rels[key(source)] {
			if !r.External || r.Is("hyperlink") {
				continue
			}
			l.Add(problem.Finding{
				Code: "docx.external", Severity: problem.Warn, Place: &problem.Place{Part: source}, Found: r.Target,
				Message: problem.T("文件引用了外部内容（图片、模板等），打开时会从外部读取", "the file refers to content outside it, such as a picture or template, that Word fetches when opening it"),
				Fix:     problem.Fix{ZH: "在 Word 中把外部内容嵌入文件", EN: "embed the content in the file"},
			})
		}
	}
	return l
}
