package api

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tripact/app"
	"tripact/problem"
)

// Problem is what an answer with a status of 400 and above holds (RFC 9457). Title and Detail are in the language that the
// request prefers, Chinese unless it says so; findings are in both.
type Problem struct {
	Type     string       `json:"type" doc:"Always about:blank: the status says it"`
	Title    string       `json:"title" doc:"What the status means"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail,omitempty" doc:"What was wrong with this request"`
	Instance string       `json:"instance,omitempty" doc:"The request's id, as the log of the service has it"`
	Findings problem.List `json:"findings,omitempty" doc:"Everything that is wrong, all at once"`

	detail problem.Text
	wait   time.Duration // before trying again, when not 0
}

// Error makes a Problem an error.
func (p *Problem) Error() string { return http.StatusText(p.Status) + ": " + p.detail.EN }

// GetStatus is the status that it is answered with.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is what it is sent as.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that go with it.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="tripact"`)
	}
	if p.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.wait+time.Second-1)/time.Second)))
	}
	return h
}

// titles are the names of statuses.
var titles = map[int]problem.Text{
	http.StatusBadRequest:            problem.T("请求有误", "Bad request"),
	http.StatusUnauthorized:          problem.T("尚未登录或令牌无效", "Not signed in, or the token does not work"),
	http.StatusForbidden:             problem.T("没有权限", "Not allowed"),
	http.StatusNotFound:              problem.T("没有找到", "Not found"),
	http.StatusMethodNotAllowed:      problem.T("此处不接受该方法", "Method not allowed here"),
	http.StatusConflict:              problem.T("与现有内容冲突", "Conflict with what is there"),
	http.StatusPreconditionFailed:    problem.T("内容已被他人更改", "Changed by somebody else meanwhile"),
	http.StatusRequestEntityTooLarge: problem.T("请求过大", "Request too large"),
	http.StatusUnsupportedMediaType:  problem.T("不支持的内容类型", "Content type not taken here"),
	http.StatusUnprocessableEntity:   problem.T("内容有误", "The content has faults"),
	http.StatusPreconditionRequired:  problem.T("缺少If-Match", "If-Match is missing"),
	http.StatusTooManyRequests:       problem.T("请求过于频繁", "Too many requests"),
	http.StatusInternalServerError:   problem.T("服务内部错误", "The service failed"),
	http.StatusServiceUnavailable:    problem.T("服务繁忙", "The service is busy"),
	http.StatusInsufficientStorage:   problem.T("存储空间已满", "No room left"),
}

// failure makes a Problem; it is in no language until it is answered.
func failure(status int, findings ...problem.Finding) *Problem {
	return &Problem{Type: "about:blank", Status: status, Findings: findings}
}

func (p *Problem) because(zh, en string) *Problem {
	p.detail = problem.T(zh, en)
	return p
}

// in returns p in a language, for one request.
func (p *Problem) in(lang, request string) *Problem {
	q := *p
	q.Title = titles[p.Status].In(lang)
	if q.Title == "" {
		q.Title = http.StatusText(p.Status)
	}
	q.Detail = p.detail.In(lang)
	if request != "" {
		q.Instance = "urn:request:" + request
	}
	return &q
}

// language is what a request prefers to read.
func language(accept string) string {
	for part := range strings.SplitSeq(accept, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch tag, _, _ = strings.Cut(strings.ToLower(tag), "-"); tag {
		case "zh":
			return "zh"
		case "en":
			return "en"
		}
	}
	return "zh"
}

// problem turns the error of a use case into what is answered. What the caller cannot help is logged, and not told.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	var already *Problem
	var wrong *problem.Error
	var busy *app.BusyError
	p := failure(http.StatusInternalServerError)
	switch {
	case errors.As(err, &already):
		p = already
	case errors.As(err, &wrong):
		p = failure(http.StatusUnprocessableEntity, wrong.Findings...)
	case app.Away(err): // before what a missing socket could be taken for
		p = failure(http.StatusServiceUnavailable).because("数据库或存储暂时没有响应，请稍后再试", "database or store do not answer at the moment; try again later")
		p.wait = 5 * time.Second
	case errors.Is(err, app.ErrSignedOut):
		p = failure(http.StatusUnauthorized)
	case errors.Is(err, app.ErrForbidden):
		p = failure(http.StatusForbidden)
	case errors.Is(err, fs.ErrNotExist):
		p = failure(http.StatusNotFound)
	case errors.Is(err, app.ErrConflict):
		p = failure(http.StatusConflict).because("请重新读取后再试", "read it again and repeat")
	case errors.Is(err, app.ErrPage):
		p = failure(http.StatusBadRequest).because("after不是上一页给出的值", "after is not what the page before gave")
	case errors.Is(err, app.ErrLastOwner):
		p = failure(http.StatusConflict).because("单位须保留一名管理成员的人", "somebody must go on looking after the members")
	case errors.As(err, &busy):
		p = failure(http.StatusServiceUnavailable).because("正在生成的文书过多，请稍后再试", "too many documents are being made; try again later")
		p.wait = busy.RetryAfter
	case app.Unfit(err):
		p = failure(http.StatusUnprocessableEntity).because("含有无法保存的字符或过大的数字", "it holds a character that cannot be kept, or a number that is too large")
	case app.Full(err):
		p = failure(http.StatusInsufficientStorage).because("存储空间已满，未保存任何内容；请通知管理员，腾出空间后再试", "there is no room left, and nothing was kept: tell who runs the service, and try again when there is")
	case errors.Is(err, context.DeadlineExceeded):
		p = failure(http.StatusServiceUnavailable).because("未能及时完成，请稍后再试", "it took too long; try again later")
		p.wait = 5 * time.Second
	}
	if p.Status >= http.StatusInternalServerError {
		s.failed(ctx, err)
	}
	return p.in(caller(ctx).lang, caller(ctx).request)
}

// failed puts on the log what went wrong here.
func (s *Server) failed(ctx context.Context, err error) {
	s.cfg.Log.ErrorContext(ctx, "request failed", slog.String("id", caller(ctx).request), slog.Any("error", err))
}

// refused are findings of which one fails, as an error.
func refused(found problem.List) error {
	if err := found.Err(); err != nil {
		return err
	}
	return nil
}

// write answers with a Problem outside of any operation.
func write(w http.ResponseWriter, r *http.Request, p *Problem) {
	c := caller(r.Context())
	p = p.in(c.lang, c.request)
	h := w.Header()
	h.Set("Content-Type", p.ContentType(""))
	maps.Copy(h, p.GetHeaders())
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) //nolint:errcheck // a reader who has gone
}

// What huma finds wrong with a request is told like everything else. It asks for this function in a variable of the package.
func init() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		c := caller(ctx.Context())
		p := failure(status)
		if status != http.StatusUnprocessableEntity || len(errs) == 0 {
			p.detail = problem.T("请求不符合接口说明", message)
		}
		for _, err := range errs {
			f := problem.Finding{
				Code: "api.request", Severity: problem.Fail, Message: problem.T("此处不符合接口说明", err.Error()),
				Fix: problem.Fix{ZH: "参照接口说明改正", EN: "see the description of the API"},
			}
			var detail huma.ErrorDetailer
			if errors.As(err, &detail) {
				d := detail.ErrorDetail()
				f.Path, f.Message.EN = pointer(d.Location), d.Message // never d.Value: it may be a secret
			}
			p.Findings.Add(f)
		}
		return p.in(c.lang, c.request)
	}
	huma.NewError = func(status int, message string, _ ...error) huma.StatusError {
		p := failure(status)
		p.detail = problem.T("请求不符合接口说明", message)
		return p.in("zh", "")
	}
}

// pointer makes a JSON Pointer of huma's name of a place, such as body.kinds[0]; places outside of the body keep their name.
func pointer(location string) string {
	rest, ok := strings.CutPrefix(location, "body")
	if !ok {
		return location
	}
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(rest, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(part))
	}
	return b.String()
}
