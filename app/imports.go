package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/storage/records"
)

// ApprovalImport is what became of an approval list that was sent in.
type ApprovalImport struct {
	Rows     []ListRow    `json:"rows"`               // in the order of the list
	Findings problem.List `json:"findings,omitempty"` // about the list as a whole
	Batch    *Batch       `json:"batch,omitempty"`    // that makes the documents of its rows
}

// ImportApprovals takes an approval list (see ReadApprovalRows) and gives each project on record of a call the approval of its row, as a new
// revision. Rows name projects by their application numbers. A row whose approval does not stand at the stage of approval on that
// day, or whose project is not there, is refused with its findings; the others go on. All that is kept is kept in one transaction.
//
// With check set nothing is kept, and the rows tell what would be. With documents set, a batch of their kind is started for the rows that were
// not refused; its Projects and On are filled in here.
//
// What is wrong with the list as a whole is a *problem.Error. Other errors: ErrForbidden, ErrConflict when a project was changed meanwhile.
func (a *App) ImportApprovals(ctx context.Context, who Principal, call string, data []byte, on project.Date, check bool, documents *BatchRequest) (ApprovalImport, error) {
	if err := who.need(WriteApproval); err != nil {
		return ApprovalImport{}, err
	}
	if documents != nil {
		if err := who.need(documents.Kind.makes()); err != nil {
			return ApprovalImport{}, err
		}
	}
	if _, found := a.bundle(&project.Project{Call: call}); found.Failed() {
		return ApprovalImport{}, found.Err()
	}
	list, found := ReadApprovalRows(data)
	if list == nil {
		return ApprovalImport{}, found.Err()
	}
	var out ApprovalImport
	err := a.cfg.Records.Together(ctx, func(ctx context.Context) error {
		out = ApprovalImport{Rows: list.rows(), Findings: found}
		var ids []string
		for i := range out.Rows {
			row := &out.Rows[i]
			if err := a.importApproval(ctx, who, call, list, i, row, on, check); err != nil {
				return err
			}
			if row.State != ListRefused {
				ids = append(ids, row.ProjectID)
			}
		}
		if check || documents == nil || len(ids) == 0 {
			return nil
		}
		request := *documents
		request.Projects, request.On = ids, on.String()
		b, err := a.StartBatch(ctx, who, request)
		out.Batch = &b
		return err
	})
	if err != nil {
		return ApprovalImport{}, err
	}
	return out, nil
}

// importApproval gives the project of a row its approval. Errors are those of the records; all else is told in the row.
func (a *App) importApproval(ctx context.Context, who Principal, call string, list *ApprovalRows, i int, row *ListRow, on project.Date, check bool) error {
	if row.AppNo == "" {
		row.refuse(listFault("list.app_no", problem.T("本行没有申报编号，无法找到项目", "the row has no application number, by which its project is found"), row.No,
			problem.T("在清单中增加“申报编号”一列", "add a column with application numbers to the list")))
		return nil
	}
	rec, err := a.cfg.Records.ProjectByNumber(ctx, who.viewer(), call, row.AppNo)
	if errors.Is(err, records.ErrNotFound) {
		row.refuse(listFault("list.project", problem.T("没有找到本行的项目", "there is no project for this row"), row.AppNo,
			problem.T("先录入项目数据，或核对申报编号", "save the project first, or check the application number")))
		return nil
	}
	if err != nil {
		return err
	}
	row.ProjectID, row.State = rec.ID, ListKept
	p, found := project.Decode(bytes.NewReader(rec.Payload))
	row.refuse(found...)
	if p == nil || row.State == ListRefused {
		row.State = ListRefused
		return nil
	}
	before, err := json.Marshal(p.Approval)
	if err != nil {
		return fmt.Errorf("approval of %s: %w", rec.ID, err)
	}
	approval, found := list.Of(i, p)
	row.refuse(found...)
	if approval == nil || row.Findings.Failed() {
		row.State = ListRefused
		return nil
	}
	p.Approval = approval
	p.Derive()
	row.refuse(a.Check(p, programme.Approving, on)...)
	after, err := json.Marshal(approval)
	if err != nil {
		return fmt.Errorf("approval of %s: %w", rec.ID, err)
	}
	if row.State == ListRefused || bytes.Equal(before, after) {
		return nil
	}
	row.State = ListWaiting
	if check {
		return nil
	}
	_, found, err = a.SavePart(ctx, who, rec.ID, PartApproval, after, rec.Revision)
	row.State = ListMade
	row.refuse(found...)
	return err
}
