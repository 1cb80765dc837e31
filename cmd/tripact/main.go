// Command tripact fills, typesets, stores and hands out the documents of science-and-technology programmes.
//
// Exit codes: 0 done; 1 findings or refused input; 2 wrong usage; 3 a part outside failed (storage, database).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tripact/problem"
	"tripact/render"
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" { // what an operator sets holds
		render.TuneHeap()
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// cli is what every command needs: where results and findings go, the language of findings, and the clock.
type cli struct {
	out, err io.Writer
	json     bool
	lang     string
	fontsDir string
	now      func() time.Time
}

// errFindings is returned by a command that has reported its findings already and is refused.
var errFindings = errors.New("refused")

// outside marks an error of a part outside the program: storage, database, disk.
type outside struct{ error }

func (o outside) Unwrap() error { return o.error }

func run(args []string, stdout, stderr io.Writer) int {
	c := &cli{out: stdout, err: stderr, now: time.Now}
	root := &cobra.Command{
		Use:           "tripact",
		Short:         "科技计划项目文书：申报书、推荐函、形式审查通知、三方合同任务书 / documents of science-and-technology programmes",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().BoolVar(&c.json, "json", false, "results and findings as JSON lines")
	root.PersistentFlags().StringVar(&c.lang, "messages", defaultLang(), "language of findings: zh or en")
	root.PersistentFlags().StringVar(&c.fontsDir, "fonts", "", "folder of fonts to use instead of those in the program")
	root.AddCommand(c.demo(), c.serve(), c.generate(), c.batch(), c.check(), c.fill(), c.pdf(), c.template(), c.version())
	root.AddCommand(c.backup(), c.restore(), c.export(), c.owner(), c.migrate(), c.audit(), c.verify())
	root.SetArgs(args)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl+C ends the program at once
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFindings):
		return 1
	}
	if found := problem.Of(err); found != nil {
		c.report(found)
		return 1
	}
	fmt.Fprintf(stderr, "tripact: %v\n", err)
	if _, ok := errors.AsType[outside](err); ok {
		return 3
	}
	if _, ok := errors.AsType[*os.PathError](err); ok {
		return 1
	}
	fmt.Fprintln(stderr, "tripact: try tripact --help")
	return 2
}

// defaultLang is English unless the locale of the terminal is Chinese or not set to anything else.
func defaultLang() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" && v != "C" && v != "POSIX" && !strings.HasPrefix(v, "C.") {
			if strings.HasPrefix(v, "zh") {
				return "zh"
			}
			return "en"
		}
	}
	return "zh"
}

// report prints findings on stderr, one a line.
func (c *cli) report(found problem.List) {
	for _, f := range found {
		if c.json {
			line, err := json.Marshal(f)
			if err == nil {
				fmt.Fprintln(c.err, string(line))
			}
			continue
		}
		fmt.Fprintln(c.err, f.In(c.lang))
	}
}

// refuse reports findings and returns errFindings when one of them is a failure.
func (c *cli) refuse(found problem.List) error {
	c.report(found)
	if found.Failed() {
		return errFindings
	}
	return nil
}

// result prints one result: v as a JSON line with --json, else text.
func (c *cli) result(v any, text string) error {
	if !c.json {
		_, err := fmt.Fprintln(c.out, text)
		return err
	}
	enc := json.NewEncoder(c.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
