package project

import "slices"

// Derive fills the computed fields: months, ranks, sums, budget lines in printing order, rates, team totals and lists of
// names. Decode has called it; call it again after changing p. It computes from the given fields only, so calling it twice
// is calling it once. Sums that would not fit stay at the largest amount.
func (p *Project) Derive() {
	p.Project.Months = p.Project.Start.Through(p.Project.End)
	chinese := 0
	for i := range p.Members {
		m := &p.Members[i]
		m.No, m.CNRank = i+1, 0
		if m.Side == "CN" {
			chinese++
			m.CNRank = chinese
		}
	}
	p.Enterprise, p.PublicOnly = p.hasEnterprise(), p.publicOnly()
	p.PriorRD, p.PriorTrips = 0, 0
	for _, e := range p.Prior {
		switch e.Kind {
		case "rd":
			p.PriorRD = plus(p.PriorRD, e.Amount)
		case "exchange":
			p.PriorTrips = plus(p.PriorTrips, e.Amount)
		}
	}
	p.Team = teamTotals(p.Members)
	p.ByKind = byKind(p.Indicators)
	p.Budget.derive()
	p.PartnerNames, p.OverseasZH, p.OverseasEN, p.CountriesZH, p.CountriesEN, p.OverseasPIs = nil, nil, nil, nil, nil, nil
	for _, u := range p.Partners {
		p.PartnerNames = append(p.PartnerNames, u.NameCN)
	}
	for _, u := range p.Overseas {
		p.OverseasZH = append(p.OverseasZH, u.NameCN)
		p.OverseasEN = append(p.OverseasEN, u.NameEN)
		p.OverseasPIs = append(p.OverseasPIs, u.PI.Name)
		if c := Label("country", u.Country); !slices.Contains(p.CountriesZH, c.ZH) {
			p.CountriesZH = append(p.CountriesZH, c.ZH)
			p.CountriesEN = append(p.CountriesEN, c.EN)
		}
	}
	if c := p.Contract; c != nil {
		if c.Budget != nil {
			c.Budget.derive()
		}
		c.ByKind = byKind(p.ContractIndicators())
		c.PaySum, c.PayRate = 0, 0
		for _, pay := range c.Payments {
			c.PaySum = plus(c.PaySum, pay.Amount)
			c.PayRate += pay.Rate
		}
	}
}

// ContractBudget is the budget that the contract prints: its own, or else the application's.
func (p *Project) ContractBudget() *Budget {
	if p.Contract != nil && p.Contract.Budget != nil {
		return p.Contract.Budget
	}
	return &p.Budget
}

// ContractSchedule is the work plan that the contract prints: its own, or else the application's.
func (p *Project) ContractSchedule() []Stage {
	if p.Contract != nil && len(p.Contract.Schedule) > 0 {
		return p.Contract.Schedule
	}
	return p.Schedule
}

// ContractIndicators are the indicators that the contract prints: its own, or else the application's.
func (p *Project) ContractIndicators() []Indicator {
	if p.Contract != nil && len(p.Contract.Indicators) > 0 {
		return p.Contract.Indicators
	}
	return p.Indicators
}

// sum is the total of one year of funding; what comes from abroad stays outside.
func (s *Source) sum() Fen {
	return plus(s.Fiscal, s.District, s.LeadSelf, s.PartnerSelf, s.Loan, s.Other)
}

func (b *Budget) derive() {
	b.SourceSum = Source{}
	for i := range b.Sources {
		s := &b.Sources[i]
		s.Total = s.sum()
		t := &b.SourceSum
		t.Fiscal, t.District = plus(t.Fiscal, s.Fiscal), plus(t.District, s.District)
		t.LeadSelf, t.PartnerSelf = plus(t.LeadSelf, s.LeadSelf), plus(t.PartnerSelf, s.PartnerSelf)
		t.Loan, t.Other, t.Foreign = plus(t.Loan, s.Loan), plus(t.Other, s.Other), plus(t.Foreign, s.Foreign)
	}
	b.SourceSum.Total = b.SourceSum.sum()
	b.Total, b.Fiscal = b.SourceSum.Total, b.SourceSum.Fiscal
	b.Self = plus(b.SourceSum.LeadSelf, b.SourceSum.PartnerSelf)
	b.Other = plus(b.SourceSum.District, b.SourceSum.Loan, b.SourceSum.Other)
	b.FiscalRate = rate(b.Fiscal, b.Total)

	for i := range b.Spending {
		s := &b.Spending[i]
		s.Total, s.Level = plus(s.Fiscal, s.Self, s.Other), level(s.Code)
		for _, it := range schemes[b.Scheme] {
			if it.Code == s.Code {
				s.Name, s.NameEN = it.Label.ZH, it.Label.EN
			}
		}
	}
	b.Lines = lines(b.Scheme, b.Spending)

	var grant Fen
	for _, u := range b.Units {
		grant = plus(grant, u.Fiscal)
	}
	b.UnitSum, b.PartnerSum, b.Partners, b.Outward = UnitShare{}, UnitShare{}, nil, 0
	for i := range b.Units {
		u := &b.Units[i]
		u.Total = plus(u.Fiscal, u.Self, u.Other)
		u.Rate = rate(u.Fiscal, grant)
		u.Outward = u.Role != "lead" && u.Fiscal > 0
		b.UnitSum.count(u)
		if u.Outward {
			b.Outward = plus(b.Outward, u.Fiscal)
		}
		if u.Role == "partner" {
			b.Partners = append(b.Partners, *u)
			b.PartnerSum.count(u)
		}
	}
	b.UnitSum.Rate, b.PartnerSum.Rate = rate(b.UnitSum.Fiscal, grant), rate(b.PartnerSum.Fiscal, grant)
	b.PartnerSum.Outward = b.PartnerSum.Fiscal > 0

	b.EquipSum = 0
	for i := range b.Equipment {
		e := &b.Equipment[i]
		e.Amount = times(e.Price, e.Qty)
		b.EquipSum = plus(b.EquipSum, e.Amount)
	}
}

// count adds the amounts of row u to the sum s.
func (s *UnitShare) count(u *UnitShare) {
	s.Fiscal, s.Self, s.Other, s.Total = plus(s.Fiscal, u.Fiscal), plus(s.Self, u.Self), plus(s.Other, u.Other), plus(s.Total, u.Total)
}

func teamTotals(members []Member) TeamTotals {
	t := TeamTotals{Headcount: len(members)}
	for _, m := range members {
		switch m.Grade {
		case "senior":
			t.Senior++
		case "middle":
			t.Middle++
		case "junior":
			t.Junior++
		}
		switch m.Degree {
		case "doctor":
			t.Doctors++
		case "master":
			t.Masters++
		}
		if m.Side != "FO" {
			t.Chinese++
			continue
		}
		t.Overseas++
		i := slices.IndexFunc(t.Abroad, func(u UnitCount) bool { return u.Unit == m.Unit })
		if i < 0 {
			i = len(t.Abroad)
			t.Abroad = append(t.Abroad, UnitCount{Unit: m.Unit, UnitEN: m.UnitEN})
		}
		t.Abroad[i].Count++
	}
	return t
}

func byKind(list []Indicator) []IndicatorGroup {
	var groups []IndicatorGroup
	for _, c := range enums["indicator"] {
		g := IndicatorGroup{Kind: c.Code}
		for _, in := range list {
			if in.Kind == c.Code {
				g.Items = append(g.Items, in)
			}
		}
		if g.Count = len(g.Items); g.Count > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
