package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
)

func (c *cli) batch() *cobra.Command {
	var (
		kind, call, format, lang, on string
		out, archive                 string
		folders                      []string
		draft                        bool
		version                      int
	)
	cmd := &cobra.Command{
		Use:   "batch LIST.xlsx --kind KIND --out DIR|--zip FILE",
		Short: "按立项清单批量生成文书 / make a document for each row of an approval list",
		Long: `按立项清单逐行生成文书：每行按申报编号找到项目文件，核对后生成。一行有误不影响其他行；结果表 batch-result.xlsx 逐行列出结果和问题。中断后用同一命令继续，已生成且未变的不再生成。

Makes a document for each row of an approval list. The project of a row is the file that has its application number. What is wrong
with a row keeps no other from being made; batch-result.xlsx tells what became of each. Run it again to go on after an
interruption: what is there and would be the same is not made again. Exit 1 when a row was refused.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			kinds, found := app.ParseKinds(kind)
			if found.Failed() || len(kinds) != 1 {
				return fmt.Errorf("--kind %q: use application-form, recommendation-letter, review-notice or contract", kind)
			}
			req := app.Request{Kinds: kinds, Draft: draft, Version: version}
			var err error
			if req.DOCX, req.PDF, err = formats(format); err != nil {
				return err
			}
			if lang != "" && lang != "zh" && lang != "en" {
				return fmt.Errorf("--lang %q: use zh or en", lang)
			}
			req.Lang = lang
			if req.On, err = c.day(on); err != nil {
				return err
			}
			if (out == "") == (archive == "") {
				return errors.New("use --out with a folder or --zip with a file")
			}
			raw, err := readFile(args[0])
			if err != nil {
				return err
			}
			list, found := app.ReadApprovalRows(raw)
			found = named(filepath.Base(args[0]), found)
			if list == nil {
				return c.refuse(found)
			}
			c.report(found)
			if len(folders) == 0 {
				folders = []string{filepath.Dir(args[0])}
			}
			projects, err := c.listedProjects(folders, call)
			if err != nil {
				return err
			}
			a, err := c.offline()
			if err != nil {
				return err
			}
			b := &listBatch{cli: c, app: a, req: req, plan: a.PlanList(list, projects, req), dir: out}
			if archive != "" {
				b.dir = archive + ".parts"
			}
			if err := b.run(cmd.Context()); err != nil {
				return err
			}
			return b.finish(archive)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "kind", "", "application-form, recommendation-letter, review-notice or contract")
	flags.StringVar(&out, "out", "", "folder for the files and batch-result.xlsx")
	flags.StringVar(&archive, "zip", "", "ZIP file for them, in place of a folder")
	flags.StringArrayVar(&folders, "projects", nil, "folder of project files (*.json), may be given several times; the list's own folder when left out")
	flags.StringVar(&call, "call", "", "the call, in place of the one that the projects name")
	flags.StringVar(&format, "format", "docx,pdf", "docx, pdf or both")
	flags.BoolVar(&draft, "draft", false, "make drafts: failed rules and missing values do not stop them")
	flags.StringVar(&lang, "lang", "", "zh or en; the document's own language when left out")
	flags.StringVar(&on, "on", "", "day whose rules apply, YYYY-MM-DD; today when left out")
	flags.IntVar(&version, "doc-version", 1, "version number printed on the documents")
	return cmd
}

// listedProjects reads the project files of folders, in the order of their names. Other JSON files are passed over.
func (c *cli) listedProjects(folders []string, call string) ([]app.ListedProject, error) {
	var list []app.ListedProject
	for _, dir := range folders {
		if _, err := os.ReadDir(dir); err != nil {
			return nil, unreadable(dir, err)
		}
		names, err := filepath.Glob(filepath.Join(quoteGlob(dir), "*.json"))
		if err != nil {
			return nil, fmt.Errorf("--projects %q: %w", dir, err)
		}
		for _, name := range names {
			raw, err := readFile(name)
			if err != nil {
				c.report(problem.Of(err)) // its row is told that there is no project
				continue
			}
			number := projectNumber(raw)
			if number == "" {
				continue // no project, or none that a row could name
			}
			p, found := project.Decode(bytes.NewReader(raw))
			if p != nil && call != "" {
				p.Call = call
			}
			list = append(list, app.ListedProject{Name: filepath.Base(name), Number: number, Project: p, Findings: named(filepath.Base(name), found)})
		}
	}
	return list, nil
}

var appNoText = regexp.MustCompile(`"app_no"\s*:\s*"([^"\\]+)"`)

// projectNumber is the application number of a project file, "" for another file. A file with a fault of form has one, too, so that its row can be told.
func projectNumber(raw []byte) string {
	var head struct {
		Project struct {
			AppNo string `json:"app_no"`
		} `json:"project"`
	}
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	if json.Valid(raw) {
		json.Unmarshal(raw, &head) //nolint:errcheck // what is of another type stays empty, and Decode says so
		return head.Project.AppNo
	}
	if m := appNoText.FindSubmatch(raw); m != nil {
		return string(m[1])
	}
	return ""
}

// quoteGlob makes a path a pattern that matches it alone.
func quoteGlob(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(path)
}

// batchResult is the workbook that tells what became of each row.
const batchResult = "batch-result.xlsx"

// batchJournal tells, a line for each document that is whole on disk, what it was made from.
const batchJournal = "batch-journal.jsonl"

// madeDocument is a line of the journal.
type madeDocument struct {
	Fingerprint string       `json:"fingerprint"`
	Files       []madeFile   `json:"files"`
	Findings    problem.List `json:"findings,omitempty"`
}

type madeFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// listBatch makes the documents of a plan in a folder.
type listBatch struct {
	cli  *cli
	app  *app.App
	req  app.Request
	plan *app.ListPlan
	dir  string

	begun   time.Time
	mu      sync.Mutex
	done    int // rows
	journal *os.File
	fault   error // of a part outside; nothing more is begun
}

// run makes every document of the plan that is not there as it would be. It returns an error of a part outside, or of ctx.
func (b *listBatch) run(ctx context.Context) (err error) {
	b.begun = time.Now()
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return outside{err}
	}
	known, err := b.load()
	if err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(b.dir, batchJournal))
	begun := err == nil && info.Size() > 0
	if b.journal, err = os.OpenFile(filepath.Join(b.dir, batchJournal), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
		return outside{err}
	}
	defer func() {
		if e := b.journal.Close(); e != nil && err == nil {
			err = outside{e}
		}
	}()
	if begun { // a run that was killed may have left half a line, which the next one must not be joined to
		if _, err := b.journal.WriteString("\n"); err != nil {
			return outside{err}
		}
	}
	for i, r := range b.plan.Rows {
		if r.State == app.ListRefused {
			b.tell(i)
		}
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(b.plan.Documents)) {
		wg.Go(func() {
			for i := range next {
				b.document(ctx, i, known)
			}
		})
	}
	for i := range b.plan.Documents {
		next <- i
	}
	close(next)
	wg.Wait()
	switch {
	case b.fault != nil:
		return b.fault
	case ctx.Err() != nil:
		return outside{fmt.Errorf("interrupted after %d of %d rows; run it again to go on", b.done, len(b.plan.Rows))}
	}
	return nil
}

// load reads the journal; a last line that was cut off counts as not written.
func (b *listBatch) load() (map[string]madeDocument, error) {
	known := map[string]madeDocument{}
	f, err := os.Open(filepath.Join(b.dir, batchJournal))
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, outside{err}
	}
	defer f.Close() //nolint:errcheck // it was read
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var m madeDocument
		if json.Unmarshal(lines.Bytes(), &m) == nil && m.Fingerprint != "" {
			known[m.Fingerprint] = m
		}
	}
	if err := lines.Err(); err != nil {
		return nil, outside{err}
	}
	return known, nil
}

// there reports whether the files of a line are on disk as they were written.
func (b *listBatch) there(m madeDocument) bool {
	return len(m.Files) > 0 && !slices.ContainsFunc(m.Files, func(f madeFile) bool {
		data, err := os.ReadFile(filepath.Join(b.dir, filepath.Base(f.Name)))
		sum := sha256.Sum256(data)
		return err != nil || hex.EncodeToString(sum[:]) != f.SHA256
	})
}

// document makes one document: first its files, whole and on disk, then its line in the journal.
func (b *listBatch) document(ctx context.Context, i int, known map[string]madeDocument) {
	b.mu.Lock()
	stop := b.fault != nil
	b.mu.Unlock()
	if stop || ctx.Err() != nil {
		return
	}
	d := b.plan.Documents[i]
	m, state := known[d.Fingerprint], app.ListKept
	if !b.there(m) {
		files, found := b.app.Generate(ctx, d.Projects, b.req)
		if ctx.Err() != nil {
			return
		}
		if found.Failed() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.plan.Refuse(i, found)
			b.told(d)
			return
		}
		m, state = madeDocument{Fingerprint: d.Fingerprint, Findings: found}, app.ListMade
		var outs []output
		for _, f := range files {
			m.Files = append(m.Files, madeFile{f.Name, f.SHA256})
			outs = append(outs, output{path: filepath.Join(b.dir, f.Name), data: f.Data})
		}
		if err := writeAll(outs); err != nil {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.fault = cmp.Or(b.fault, err)
			return
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if state == app.ListMade {
		line, err := json.Marshal(m)
		if err == nil {
			_, err = b.journal.Write(append(line, '\n'))
		}
		if err = firstError(err, b.journal.Sync()); err != nil {
			b.fault = cmp.Or(b.fault, error(outside{err}))
			return
		}
	}
	for _, at := range d.Rows {
		row := &b.plan.Rows[at]
		row.State = state
		for _, f := range m.Files {
			row.Files = append(row.Files, f.Name)
		}
	}
	b.plan.Note(i, m.Findings)
	b.told(d)
}

func (b *listBatch) told(d app.ListDocument) {
	for _, at := range d.Rows {
		b.tell(at)
	}
}

// tell reports the progress and the findings of a row on stderr.
func (b *listBatch) tell(at int) {
	b.done++
	r := b.plan.Rows[at]
	c := b.cli
	if c.json {
		line, err := json.Marshal(map[string]any{"done": b.done, "rows": len(b.plan.Rows), "row": r.Row, "state": r.State})
		if err == nil {
			fmt.Fprintln(c.err, string(line))
		}
	} else {
		fmt.Fprintf(c.err, "[%d/%d] %s %s %s\n", b.done, len(b.plan.Rows), r.AppNo, r.No, r.State.Name().In(c.lang))
	}
	c.report(r.Findings)
}

// finish writes the table of results and, with an archive, puts everything into it; then it prints what became of each row.
func (b *listBatch) finish(archive string) error {
	rows := b.plan.Rows
	if err := b.sweep(); err != nil {
		return err
	}
	table, err := app.ListXLSX(rows, b.cli.lang)
	if err != nil {
		return err //nolint:wrapcheck // says so itself
	}
	if err := writeAll([]output{{path: filepath.Join(b.dir, batchResult), data: table}}); err != nil {
		return err
	}
	refused := 0
	for _, r := range rows {
		if r.State == app.ListRefused {
			refused++
		}
	}
	if archive != "" {
		if err := b.pack(archive, table); err != nil {
			return err
		}
		if refused == 0 { // else what is made serves the next run
			if err := os.RemoveAll(b.dir); err != nil {
				return outside{err}
			}
		}
	}
	for _, r := range rows {
		text := fmt.Sprintf("%d\t%s\t%s\t%s\t%s", r.Row, r.AppNo, r.No, r.State.Name().In(b.cli.lang), strings.Join(r.Files, " "))
		if err := b.cli.result(r, text); err != nil {
			return err
		}
	}
	if refused > 0 {
		return errFindings
	}
	return nil
}

// sweep removes what an earlier run left that was killed while it wrote.
func (b *listBatch) sweep() error {
	list, err := os.ReadDir(b.dir)
	if err != nil {
		return outside{err}
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), temporary) || !info.ModTime().Before(b.begun) {
			continue
		}
		if err := os.Remove(filepath.Join(b.dir, e.Name())); err != nil {
			return outside{err}
		}
	}
	return nil
}

// pack writes the files of all rows, in their order, and the table into a ZIP, which appears whole or not at all. The same files give the same bytes.
func (b *listBatch) pack(archive string, table []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(archive), temporary+"*")
	if err != nil {
		return outside{err}
	}
	defer func() {
		if err != nil {
			err = outside{errors.Join(err, os.Remove(f.Name()))}
		}
	}()
	z := zip.NewWriter(f)
	add := func(name string, data []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store}) // all are compressed already
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
	seen := map[string]bool{} // a letter stands in several rows
	for _, r := range b.plan.Rows {
		for _, name := range r.Files {
			if seen[name] {
				continue
			}
			seen[name] = true
			data, err := os.ReadFile(filepath.Join(b.dir, name))
			if err == nil {
				err = add(name, data)
			}
			if err != nil {
				return errors.Join(err, f.Close())
			}
		}
	}
	if err := firstError(add(batchResult, table), z.Close(), f.Chmod(0o644), f.Sync()); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), archive)
}
