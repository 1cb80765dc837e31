package programme

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"go.yaml.in/yaml/v3"

	"tripact/problem"
	"tripact/project"
)

// Rule is one clause of the notice. Several checks may belong to it, and an attachment may be asked for by it; a person
// decides at its Stages, beside the checks where it has some. A rule of neither kind binds nobody (info).
type Rule struct {
	ID          string           `yaml:"id"`     // NB-I.1.7
	Clause      problem.Text     `yaml:"clause"` // where it stands: 一、专题一“支持额度”
	Words       problem.Text     `yaml:"words"`  // a few of its words, to find it by
	How         How              `yaml:"how"`
	Severity    problem.Severity `yaml:"severity"`
	Defect      string           `yaml:"defect,opt"`  // what a breach is, code of project's enum "finding_kind"; see Rule.Kind
	Requirement problem.Text     `yaml:"requirement"` // what it asks for, in one sentence
	Note        problem.Text     `yaml:"note,opt"`    // on reading it: where the two texts differ, what they leave open
	Stages      []Stage          `yaml:"stages,opt"`  // at which a person decides, or looks beside the checks
	When        string           `yaml:"when,opt"`    // the projects that a person decides about (CEL, bool); empty: all
	From        project.Date     `yaml:"from,opt"`    // in force from this day; empty: ever since
	To          project.Date     `yaml:"to,opt"`      // up to and including this day; empty: without end
	Checks      []RuleCheck      `yaml:"checks,opt"`
}

// Kind is what a breach of the rule is, a code of project's enum "finding_kind": as the call says, else a matter of completeness where an
// attachment is asked for, and of validity elsewhere. Who or what is not eligible cannot be corrected; the rest can.
func (r *Rule) Kind() string {
	switch {
	case r.Defect != "":
		return r.Defect
	case r.How == Attached:
		return "completeness"
	}
	return "validity"
}

// How tells what decides a rule.
type How string

// Kinds of rules.
const (
	Auto       How = "auto"       // the data decide
	Attached   How = "attachment" // a file must be there; a person may have to look at it
	Manual     How = "manual"     // a person decides
	Background How = "info"       // fixes a parameter, constrains nobody
)

// RuleCheck is one test of a rule. All expressions are CEL; texts may hold {expressions}.
type RuleCheck struct {
	Stages   []Stage          `yaml:"stages"`
	Batch    string           `yaml:"batch,opt"` // compares the projects of a batch: "each" in turn with the others, or "once" for all
	Each     string           `yaml:"each,opt"`  // list whose items are tested one by one as "it": "pfo", "agreement.signatories", "top"
	When     string           `yaml:"when,opt"`  // tested only where this holds
	Require  string           `yaml:"require"`   // must hold
	Path     string           `yaml:"path"`      // JSON Pointer to the value at fault; "*" is the index of the item
	Found    string           `yaml:"found,opt"`
	Severity problem.Severity `yaml:"severity,opt"` // when it differs from the rule's
	Message  problem.Text     `yaml:"message"`
	Fix      problem.Text     `yaml:"fix"`
}

// compiled holds the programs of a call.
type compiled struct {
	checks []program
	batch  []program               // checks that compare projects
	whens  map[string]cel.Program  // by id, of rules that a person decides about some projects only
	names  map[string]problemTexts // display file names by kind
}

type problemTexts struct{ zh, en phrase }

// program is one check, compiled.
type program struct {
	rule     *Rule
	check    *RuleCheck
	severity problem.Severity
	when     cel.Program // nil: always
	require  cel.Program
	found    cel.Program // nil: nothing
	message  problemTexts
	fix      problemTexts
}

// phrase is text with expressions in it: parts[0] programs[0] parts[1] …
type phrase struct {
	parts    []string
	programs []cel.Program
}

// compiler turns the expressions of one call into programs and reports what is wrong with them.
type compiler struct {
	*decoder
	model *model
	env   *cel.Env            // without "it"
	each  map[string]*cel.Env // with "it" or the batch, by list and batch
}

func newCompiler(d *decoder) (*compiler, error) {
	m, err := newModel(reflect.TypeFor[project.Project](), reflect.TypeFor[Call](), reflect.TypeFor[Peer]())
	if err != nil {
		return nil, err
	}
	env, err := newEnv(m, nil, false)
	if err != nil {
		return nil, err
	}
	return &compiler{decoder: d, model: m, env: env, each: make(map[string]*cel.Env)}, nil
}

// envFor returns the environment of a check.
func (c *compiler) envFor(each string, batch bool, path string) *cel.Env {
	if each == "" && !batch {
		return c.env
	}
	key := fmt.Sprintf("%s %t", each, batch)
	if env, ok := c.each[key]; ok {
		return env
	}
	var item *types.Type
	if t, ok := itemType(each); ok {
		item = celType(t)
	} else if each != "" {
		c.mistake(path+"/each", problem.Tf("“%s”不是项目数据中的列表", "%q is not a list in the project", each), problem.T(`写列表的字段名，如 pfo、members、agreement.signatories，或 top`, `write the name of a list, such as pfo, members, agreement.signatories, or top`))
		return nil
	}
	env, err := newEnv(c.model, item, batch)
	if err != nil {
		c.mistake(path+"/each", problem.Tf("无法建立表达式环境：%v", "no environment for expressions: %v", err), problem.Text{})
		return nil
	}
	c.each[key] = env
	return env
}

// expression compiles text, which must give one of the wanted types; nil when it is wrong, which is then reported.
func (c *compiler) expression(env *cel.Env, text, path string, want ...*types.Type) cel.Program {
	return c.expressionAt(env, text, path, 0, want...)
}

func (c *compiler) expressionAt(env *cel.Env, text, path string, shift int, want ...*types.Type) cel.Program {
	if len(text) > maxExpression {
		c.mistake(path, problem.Tf("表达式超过 %d 个字符", "the expression is longer than %d characters", maxExpression), problem.T("拆成几项检查", "split it into several checks"))
		return nil
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			c.celFault(path, text, e.Location.Line(), e.Location.Column()+shift, e.Message)
		}
		return nil
	}
	if !slices.ContainsFunc(want, ast.OutputType().IsExactType) {
		names := make([]string, len(want))
		for i, t := range want {
			names[i] = t.String()
		}
		c.celFault(path, text, 1, shift, fmt.Sprintf("gives %s, want %s", ast.OutputType(), strings.Join(names, " or ")))
		return nil
	}
	p, err := env.Program(ast, cel.CostLimit(c.limit(env)), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		c.celFault(path, text, 1, shift, err.Error())
		return nil
	}
	return p
}

// limit is the cost limit of expressions in env: those that go through a batch may take longer.
func (c *compiler) limit(env *cel.Env) uint64 {
	if slices.ContainsFunc(env.Variables(), func(v *decls.VariableDecl) bool { return v.Name() == varOthers }) {
		return batchCostLimit
	}
	return costLimit
}

// celFault reports an error at a place within an expression. line counts from 1, col from 0.
func (c *compiler) celFault(path, text string, line, col int, message string) {
	if c.malformed(path) {
		return
	}
	n := c.at[path]
	c.fault("call.expression", n, path, problem.Tf("表达式有误：%s", "wrong expression: %s", message),
		problem.T("对照字段词典改正字段名、类型和括号（tripact template fields）", "compare names, types and brackets with the field dictionary (tripact template fields)"))
	f := &c.list[len(c.list)-1]
	f.Found, f.Context = "", text
	if n == nil {
		return
	}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0: // the text starts in the line below
		f.Place.Row, f.Place.Col = f.Place.Row+line, 0
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		f.Place.Col += col + 1
	default:
		f.Place.Col += col
	}
}

// phrase compiles text with {expressions}.
func (c *compiler) phrase(env *cel.Env, text, path string) phrase {
	var ph phrase
	rest, at := text, 0
	for {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			ph.parts = append(ph.parts, rest)
			return ph
		}
		size := strings.IndexByte(rest[open:], '}')
		if size < 0 {
			c.mistake(path, problem.T("“{”没有对应的“}”", `"{" is never closed`), problem.T("补上“}”", `add "}"`))
			return ph
		}
		ph.parts = append(ph.parts, rest[:open])
		expr := rest[open+1 : open+size]
		p := c.expressionAt(env, expr, path, utf8.RuneCountInString(text[:at+open+1]), types.StringType, types.IntType)
		ph.programs = append(ph.programs, p)
		at += open + size + 1
		rest = rest[open+size+1:]
	}
}

func (c *compiler) texts(env *cel.Env, t problem.Text, path string) problemTexts {
	return problemTexts{zh: c.phrase(env, t.ZH, path+"/zh"), en: c.phrase(env, t.EN, path+"/en")}
}

// rules compiles all checks of the call: those of one project, and those that compare the projects of a batch.
func (c *compiler) rules(call *Call) (checks, batch []program) {
	for i := range call.Rules {
		r := &call.Rules[i]
		if r.When != "" {
			call.compiled.whens[r.ID] = c.expression(c.env, r.When, fmt.Sprintf("/rules/%d/when", i), types.BoolType)
		}
		for j := range r.Checks {
			check, path := &r.Checks[j], fmt.Sprintf("/rules/%d/checks/%d", i, j)
			env := c.envFor(check.Each, check.Batch != "", path)
			if env == nil {
				continue
			}
			p := program{rule: r, check: check, severity: r.Severity}
			if check.Severity != "" {
				p.severity = check.Severity
			}
			if check.When != "" {
				p.when = c.expression(env, check.When, path+"/when", types.BoolType)
			}
			p.require = c.expression(env, check.Require, path+"/require", types.BoolType)
			if check.Found != "" {
				p.found = c.expression(env, check.Found, path+"/found", types.StringType, types.IntType, types.BoolType)
			}
			p.message = c.texts(env, check.Message, path+"/message")
			p.fix = c.texts(env, check.Fix, path+"/fix")
			if !knownPath(check.Path) {
				c.mistake(path+"/path", problem.T("项目数据中没有这个位置", "the project has no such place"), problem.T("写 JSON 指针，如 /project/requested、/pfo/*/country", "write a JSON Pointer such as /project/requested or /pfo/*/country"))
			} else if strings.Contains(check.Path, "*") && check.Each == "" {
				c.mistake(path+"/path", problem.T("位置含“*”，但没有 each", `the path holds "*" but the check has no each`), problem.T("写明 each 或去掉“*”", `name the list in each, or take out "*"`))
			}
			if check.Batch != "" {
				batch = append(batch, p)
			} else {
				checks = append(checks, p)
			}
		}
	}
	return checks, batch
}

// run evaluates the check and gives its findings.
func (p *program) run(c *Call, pr *project.Project, vars map[string]any) problem.List {
	if p.check.Each == "" {
		if f, bad := p.test(c, vars, p.check.Path); bad {
			return problem.List{f}
		}
		return nil
	}
	var list problem.List
	values, paths := items(c, pr, p.check.Each)
	for i, v := range values {
		scope := make(map[string]any, len(vars)+1)
		for k, x := range vars {
			scope[k] = x
		}
		scope[varItem] = v
		path := p.check.Path
		if _, tail, ok := strings.Cut(path, "*"); ok {
			path = paths[i] + tail
		}
		if f, bad := p.test(c, scope, path); bad {
			list.Add(f)
		}
	}
	return list
}

func (p *program) test(c *Call, vars map[string]any, path string) (problem.Finding, bool) {
	f := problem.Finding{Code: p.rule.ID, Severity: p.severity, Path: path, Clause: c.Cite(p.rule)}
	if p.when != nil {
		v, _, err := p.when.Eval(vars)
		if err != nil {
			return p.undecided(f, err), true
		}
		if v != types.True {
			return f, false
		}
	}
	v, _, err := p.require.Eval(vars)
	if err != nil {
		return p.undecided(f, err), true
	}
	if v == types.True {
		return f, false
	}
	if p.found != nil {
		if v, _, err = p.found.Eval(vars); err != nil {
			return p.undecided(f, err), true
		}
		f.Found = plain(v)
	}
	if f.Message, err = p.message.say(vars); err != nil {
		return p.undecided(f, err), true
	}
	fix, err := p.fix.say(vars)
	if err != nil {
		return p.undecided(f, err), true
	}
	f.Fix = problem.Fix{ZH: fix.ZH, EN: fix.EN}
	return f, true
}

// undecided is the finding for a rule that could not be evaluated; such a project is not let through.
func (p *program) undecided(f problem.Finding, err error) problem.Finding {
	f.Severity = problem.Fail
	f.Message = problem.Tf("规则无法判定：%v", "the rule could not be decided: %v", err)
	f.Fix = problem.Fix{ZH: "先改正其他问题；仍出现时检查通知文件中这条规则的表达式", EN: "mend the other findings first; if it stays, look at this rule's expression in the call file"}
	return f
}

func (t problemTexts) say(vars map[string]any) (problem.Text, error) {
	zh, err := t.zh.say(vars)
	if err != nil {
		return problem.Text{}, err
	}
	en, err := t.en.say(vars)
	return problem.Text{ZH: zh, EN: en}, err
}

func (ph phrase) say(vars map[string]any) (string, error) {
	var b strings.Builder
	for i, part := range ph.parts {
		b.WriteString(part)
		if i < len(ph.programs) {
			v, _, err := ph.programs[i].Eval(vars)
			if err != nil {
				return "", err //nolint:wrapcheck // worded for people by the caller
			}
			b.WriteString(plain(v))
		}
	}
	return b.String(), nil
}

// plain writes a value for people.
func plain(v ref.Val) string {
	switch v := v.(type) {
	case types.String:
		return string(v)
	case types.Bool:
		if v {
			return "是 / yes"
		}
		return "否 / no"
	default:
		return fmt.Sprint(v.Value())
	}
}
