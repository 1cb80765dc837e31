package programme

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"tripact/notation"
	"tripact/project"
)

// Limits of one expression: a rule over the largest project that is accepted stays far below costLimit, and a rule that
// would not end is stopped by it.
const (
	maxExpression = 4000 // characters
	costLimit     = 500_000

	// A check over a batch costs in proportion to the batch; this is enough for 2,000 projects.
	batchCostLimit = 50_000_000
)

// model is the CEL view of the project's and the call's Go types. A part that is missing reads as its zero value, and
// has() tells that it is missing, as CEL defines for protocol messages; so no rule can stumble over a nil pointer.
//
// Go to CEL: bool, string kinds and dates → bool, string (ISO dates compare as strings); integer kinds, money in fen →
// int; instants → timestamp; slices and maps → list and map; structs → a message named as the Go type.
type model struct {
	*types.Registry
	structs map[string]reflect.Type
}

func newModel(roots ...reflect.Type) (*model, error) {
	reg, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("CEL types: %w", err)
	}
	m := &model{Registry: reg, structs: make(map[string]reflect.Type)}
	for _, t := range roots {
		m.register(t)
	}
	return m, nil
}

func (m *model) register(t reflect.Type) {
	switch t.Kind() { //nolint:exhaustive // only these hold further types
	case reflect.Pointer, reflect.Slice, reflect.Map:
		m.register(t.Elem())
	case reflect.Struct:
		if isScalar(t) || m.structs[t.Name()] != nil {
			return
		}
		m.structs[t.Name()] = t
		for i := range t.NumField() {
			if name, _ := fieldName(t.Field(i)); name != "" {
				m.register(t.Field(i).Type)
			}
		}
	}
}

var (
	typeMonth  = reflect.TypeFor[project.Month]()
	typeMoment = reflect.TypeFor[project.Time]()
)

// isScalar tells structs that stand for one value.
func isScalar(t reflect.Type) bool {
	return t == typeTime || t == typeMoment || t == typeDate || t == typeMonth
}

// celType returns the CEL type of a Go type.
func celType(t reflect.Type) *types.Type {
	switch t {
	case typeTime, typeMoment:
		return types.TimestampType
	case typeDate, typeMonth:
		return types.StringType
	}
	switch t.Kind() { //nolint:exhaustive // the kinds that the data uses
	case reflect.Bool:
		return types.BoolType
	case reflect.String:
		return types.StringType
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return types.IntType
	case reflect.Pointer:
		return celType(t.Elem())
	case reflect.Slice:
		return types.NewListType(celType(t.Elem()))
	case reflect.Map:
		return types.NewMapType(celType(t.Key()), celType(t.Elem()))
	case reflect.Struct:
		return types.NewObjectType(t.Name())
	default:
		panic(fmt.Sprintf("programme: no CEL type for %s", t))
	}
}

// FindStructType implements types.Provider.
func (m *model) FindStructType(name string) (*types.Type, bool) {
	if t, ok := m.structs[name]; ok {
		return types.NewTypeTypeWithParam(celType(t)), true
	}
	return m.Registry.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (m *model) FindStructFieldNames(name string) ([]string, bool) {
	t, ok := m.structs[name]
	if !ok {
		return m.Registry.FindStructFieldNames(name)
	}
	var names []string
	for i := range t.NumField() {
		if n, _ := fieldName(t.Field(i)); n != "" {
			names = append(names, n)
		}
	}
	return names, true
}

// FindStructFieldType implements types.Provider.
func (m *model) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	t, ok := m.structs[name]
	if !ok {
		return m.Registry.FindStructFieldType(name, field)
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if n, _ := fieldName(f); n != field {
			continue
		}
		get := func(target any) (reflect.Value, error) {
			v := reflect.ValueOf(target)
			for v.Kind() == reflect.Pointer {
				v = v.Elem()
			}
			if v.Type() != t {
				return reflect.Value{}, fmt.Errorf("%s: not a %s", v.Type(), t)
			}
			return v.Field(i), nil
		}
		return &types.FieldType{
			Type: celType(f.Type),
			IsSet: func(target any) bool {
				v, err := get(target)
				return err == nil && !v.IsZero()
			},
			GetFrom: func(target any) (any, error) {
				v, err := get(target)
				if err != nil {
					return nil, err
				}
				if v.Kind() == reflect.Pointer && v.IsNil() {
					v = reflect.Zero(v.Type().Elem())
				}
				return v.Interface(), nil
			},
		}, true
	}
	return nil, false
}

// NativeToValue implements types.Adapter.
func (m *model) NativeToValue(value any) ref.Val {
	switch v := value.(type) {
	case nil:
		return types.NullValue
	case ref.Val:
		return v
	case time.Time:
		return types.Timestamp{Time: v}
	case project.Time:
		return types.Timestamp{Time: v.Time}
	case project.Date:
		return types.String(v.String())
	case project.Month:
		return types.String(v.String())
	}
	v := reflect.ValueOf(value)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch v.Kind() { //nolint:exhaustive // the kinds that celType knows
	case reflect.Bool:
		return types.Bool(v.Bool())
	case reflect.String:
		return types.String(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return types.Int(v.Int())
	case reflect.Slice:
		return types.NewDynamicList(m, v.Interface())
	case reflect.Map:
		return types.NewDynamicMap(m, v.Interface())
	case reflect.Struct:
		if m.structs[v.Type().Name()] == v.Type() {
			return record{v: v, t: celType(v.Type())}
		}
	}
	return m.Registry.NativeToValue(value)
}

// record is a Go struct as a CEL value. Fields are read through the FieldTypes of model.
type record struct {
	v reflect.Value
	t *types.Type
}

// ConvertToNative implements ref.Val.
func (r record) ConvertToNative(t reflect.Type) (any, error) {
	if r.v.Type() == t {
		return r.v.Interface(), nil
	}
	return nil, fmt.Errorf("no conversion from %s to %s", r.t, t)
}

// ConvertToType implements ref.Val.
func (r record) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return r.t
	}
	return types.NewErr("no conversion from %s to %s", r.t, t.TypeName())
}

// Equal implements ref.Val.
func (r record) Equal(other ref.Val) ref.Val {
	o, ok := other.(record)
	return types.Bool(ok && reflect.DeepEqual(r.v.Interface(), o.v.Interface()))
}

// Type implements ref.Val.
func (r record) Type() ref.Type { return r.t }

// Value implements ref.Val.
func (r record) Value() any { return r.v.Interface() }

// Names that expressions see beside the project's own top-level fields.
const (
	varProject  = "p"        // the whole project, for has(p.agreement)
	varCall     = "call"     // the call's parameters
	varCallID   = "call_id"  // the call named in the project
	varTopic    = "topic"    // the project's topic; zero when the call has none such
	varCategory = "category" // what the topic says of the project's category; zero when it takes none such
	varOn       = "on"       // day of the check, ISO date
	varStage    = "stage"    // stage of the check
	varFiled    = "filed"    // day on which the application was filed, else the day of the check
	varTop      = "top"      // core members: the first of the Chinese side, as many as the call says
	varUnits    = "units"    // the undertaking Chinese units: lead and partners
	varAgreed   = "agreed"   // the contract's budget, or the application's where the contract leaves it out
	varItem     = "it"       // the item at hand, in a check with "each"
	varBatch    = "batch"    // in a check over a batch, its projects
	varOthers   = "others"   // in a check over a batch, its other projects
)

// newEnv returns the environment that all expressions of a call are checked in; item is the CEL type of "it", or nil;
// batch adds the projects of a batch.
func newEnv(m *model, item *types.Type, batch bool) (*cel.Env, error) {
	opts := []cel.EnvOption{
		cel.CustomTypeProvider(m), cel.CustomTypeAdapter(m),
		cel.Variable(varProject, celType(reflect.TypeFor[project.Project]())),
		cel.Variable(varCall, celType(reflect.TypeFor[Call]())),
		cel.Variable(varTopic, celType(reflect.TypeFor[Topic]())),
		cel.Variable(varCategory, celType(reflect.TypeFor[Category]())),
		cel.Variable(varTop, celType(reflect.TypeFor[[]project.Member]())),
		cel.Variable(varUnits, celType(reflect.TypeFor[[]project.Unit]())),
		cel.Variable(varAgreed, celType(reflect.TypeFor[project.Budget]())),
		cel.Variable(varOn, types.StringType), cel.Variable(varFiled, types.StringType),
		cel.Variable(varStage, types.StringType), cel.Variable(varCallID, types.StringType),
		textFunction("yuan", types.IntType, func(v ref.Val) ref.Val { return types.String(notation.Yuan(v.Value().(int64))) }),
		textFunction("wan", types.IntType, func(v ref.Val) ref.Val { return types.String(notation.Wan(v.Value().(int64))) }),
		textFunction("rate", types.IntType, func(v ref.Val) ref.Val { return types.String(notation.Percent(int(v.Value().(int64)))) }),
		textFunction("clock", types.TimestampType, func(v ref.Val) ref.Val {
			return types.String(v.Value().(time.Time).In(notation.Zone).Format("2006-01-02 15:04:05"))
		}),
		textFunction("day", types.TimestampType, func(v ref.Val) ref.Val {
			return types.String(project.Time{Time: v.Value().(time.Time)}.Date().String())
		}),
		cel.Function("label", cel.Overload("label_text_text", []*types.Type{types.StringType, types.StringType}, types.StringType,
			cel.BinaryBinding(func(enum, code ref.Val) ref.Val {
				if t := project.Label(enum.Value().(string), code.Value().(string)); t.ZH != t.EN {
					return types.String(t.ZH + " / " + t.EN)
				}
				return code
			}))),
		textFunction("month_end", types.StringType, func(v ref.Val) ref.Val {
			m, err := project.ParseMonth(v.Value().(string))
			if err != nil {
				return types.String("")
			}
			return types.String(m.Last().String())
		}),
		// months counts both ends, as project periods are; days counts midnights, as terms are (Civil Code art. 201).
		countFunction("months", func(a, b time.Time) int64 {
			return int64(b.Year()-a.Year())*12 + int64(b.Month()-a.Month()) + 1
		}),
		countFunction("days", func(a, b time.Time) int64 { return int64(b.Sub(a) / (24 * time.Hour)) }),
	}
	root := reflect.TypeFor[project.Project]()
	for i := range root.NumField() {
		if name, _ := fieldName(root.Field(i)); name != "" && name != varCall {
			opts = append(opts, cel.Variable(name, celType(root.Field(i).Type)))
		}
	}
	if item != nil {
		opts = append(opts, cel.Variable(varItem, item))
	}
	if batch {
		peers := celType(reflect.TypeFor[[]Peer]())
		opts = append(opts, cel.Variable(varBatch, peers), cel.Variable(varOthers, peers))
	}
	env, err := cel.NewCustomEnv(append([]cel.EnvOption{cel.StdLib()}, opts...)...)
	if err != nil {
		return nil, fmt.Errorf("CEL environment: %w", err)
	}
	return env, nil
}

// textFunction declares a function of one value that gives text.
func textFunction(name string, arg *types.Type, f func(ref.Val) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_"+arg.TypeName(), []*types.Type{arg}, types.StringType, cel.UnaryBinding(f)))
}

// countFunction declares a function of two dates or months; it gives 0 when one of them is missing or is not a date.
func countFunction(name string, f func(a, b time.Time) int64) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_text_text", []*types.Type{types.StringType, types.StringType}, types.IntType,
		cel.BinaryBinding(func(a, b ref.Val) ref.Val {
			from, _, _, errA := notation.ParseDate(a.Value().(string))
			to, _, _, errB := notation.ParseDate(b.Value().(string))
			if errA != nil || errB != nil {
				return types.Int(0)
			}
			return types.Int(f(from, to))
		})))
}

// activation gives expressions their values.
func activation(c *Call, p *project.Project, stage Stage, on project.Date) map[string]any {
	vars := map[string]any{varProject: p, varCall: c, varCallID: p.Call, varStage: string(stage), varOn: on.String()}
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		name, _ := fieldName(v.Type().Field(i))
		if name == "" || name == varCall {
			continue
		}
		f := v.Field(i)
		if f.Kind() == reflect.Pointer && f.IsNil() {
			f = reflect.Zero(f.Type().Elem())
		}
		vars[name] = f.Interface()
	}
	topic, _ := c.Topic(p.Project.Topic)
	vars[varTopic], vars[varCategory] = topic, topic.category(p.Project.Category)
	var top []project.Member
	for _, i := range coreMembers(c, p) {
		top = append(top, p.Members[i])
	}
	vars[varTop] = top
	vars[varUnits] = append([]project.Unit{p.Lead}, p.Partners...)
	vars[varAgreed] = p.Budget
	if p.Contract != nil && p.Contract.Budget != nil {
		vars[varAgreed] = *p.Contract.Budget
	}
	filed := on
	if !p.Project.SubmittedAt.IsZero() {
		filed = p.Project.SubmittedAt.Date()
	}
	vars[varFiled] = filed.String()
	return vars
}

// coreMembers returns the indexes in Members of the first members of the Chinese side.
func coreMembers(c *Call, p *project.Project) []int {
	var at []int
	for i, m := range p.Members {
		if m.Side == "CN" && len(at) < c.Team.Top {
			at = append(at, i)
		}
	}
	return at
}

// items returns the values and JSON Pointers of the list that "each" names: "top" or a path of JSON names to a list.
func items(c *Call, p *project.Project, each string) (values []any, paths []string) {
	if each == varTop {
		for _, i := range coreMembers(c, p) {
			values, paths = append(values, p.Members[i]), append(paths, fmt.Sprintf("/members/%d", i))
		}
		return values, paths
	}
	v, at := reflect.ValueOf(p).Elem(), ""
	for name := range strings.SplitSeq(each, ".") {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return nil, nil
			}
			v = v.Elem()
		}
		v, at = v.FieldByIndex(fieldIndex(v.Type(), name)), at+"/"+name
	}
	for i := range v.Len() {
		values, paths = append(values, v.Index(i).Interface()), append(paths, fmt.Sprintf("%s/%d", at, i))
	}
	return values, paths
}

// itemType returns the Go type of the items that "each" names, and whether it names a list.
func itemType(each string) (reflect.Type, bool) {
	if each == varTop {
		return reflect.TypeFor[project.Member](), true
	}
	t := reflect.TypeFor[project.Project]()
	for name := range strings.SplitSeq(each, ".") {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return nil, false
		}
		index := fieldIndex(t, name)
		if index == nil {
			return nil, false
		}
		t = t.FieldByIndex(index).Type
	}
	if t.Kind() != reflect.Slice {
		return nil, false
	}
	return t.Elem(), true
}

func fieldIndex(t reflect.Type, name string) []int {
	for i := range t.NumField() {
		if n, _ := fieldName(t.Field(i)); n == name && n != "" {
			return []int{i}
		}
	}
	return nil
}

// knownPath tells whether a JSON Pointer, "*" standing for any index, leads to a field of the project.
func knownPath(path string) bool {
	t := reflect.TypeFor[project.Project]()
	if path == "" {
		return true
	}
	if path[0] != '/' {
		return false
	}
	for token := range strings.SplitSeq(path[1:], "/") {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case t.Kind() == reflect.Slice:
			if token != "*" && strings.Trim(token, "0123456789") != "" {
				return false
			}
			t = t.Elem()
		case t.Kind() == reflect.Struct && fieldIndex(t, token) != nil:
			t = t.FieldByIndex(fieldIndex(t, token)).Type
		default:
			return false
		}
	}
	return true
}
