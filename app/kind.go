package app

import (
	"tripact/problem"
	"tripact/programme"
)

// Kind is one of the four documents.
type Kind string

// The four documents, in the order of their stages.
const (
	ApplicationForm      Kind = "application-form"
	RecommendationLetter Kind = "recommendation-letter"
	ReviewNotice         Kind = "review-notice"
	Contract             Kind = "contract"
)

// Kinds lists the four documents in the order of their stages.
func Kinds() []Kind { return []Kind{ApplicationForm, RecommendationLetter, ReviewNotice, Contract} }

// ParseKinds reads a kind, or "all".
func ParseKinds(s string) ([]Kind, problem.List) {
	if s == "all" {
		return Kinds(), nil
	}
	for _, k := range Kinds() {
		if string(k) == s {
			return []Kind{k}, nil
		}
	}
	return nil, problem.List{{
		Code: "generate.kind", Severity: problem.Fail, Found: s,
		Message: problem.T("没有这种文书", "there is no such document"),
		Fix: problem.Fix{
			ZH: "请用 application-form、recommendation-letter、review-notice、contract 或 all",
			EN: "use application-form, recommendation-letter, review-notice, contract or all",
		},
	}}
}

// Name is the document's name.
func (k Kind) Name() problem.Text {
	switch k {
	case ApplicationForm:
		return problem.T("英文申报书", "Application form")
	case RecommendationLetter:
		return problem.T("推荐函", "Recommendation letter")
	case ReviewNotice:
		return problem.T("形式审查通知", "Format-review notice")
	case Contract:
		return problem.T("三方合同任务书", "Three-party task contract")
	}
	return problem.T(string(k), string(k))
}

// stage is the stage whose rules a final document of this kind must pass.
func (k Kind) stage() programme.Stage {
	switch k {
	case ApplicationForm:
		return programme.Application
	case RecommendationLetter:
		return programme.Recommending
	case ReviewNotice:
		return programme.FormatReview
	case Contract:
		return programme.ContractMaking
	}
	return programme.Application
}
