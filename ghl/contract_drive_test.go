package ghl_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ghl-pagico/sdk-go/ghl"
)

// contractCall is one method of the client, callable with arguments made by reflection.
type contractCall struct {
	op         ghl.Operation
	generation ghl.APIVersion
	method     reflect.Value
	// names are the names of the parameters, without the receiver.
	names []string
}

// contractCalls finds the methods of the operation table, and those that call the same operation in another way. Operations
// that have none are returned by their ids.
func contractCalls(t *testing.T, c *ghl.Client, oauth *ghl.OAuth, v ghl.APIVersion) (calls []contractCall, missing []string) {
	t.Helper()
	names := parameterNames(t)
	others := map[string][]string{}
	for method, tag := range taggedMethods(t) {
		others[tag] = append(others[tag], method)
	}
	for _, op := range ghl.Operations() {
		service, method, _ := strings.Cut(op.Method, ".")
		field := reflect.ValueOf(c).Elem().FieldByName(service)
		if service == "OAuth" {
			field = reflect.ValueOf(oauth)
		}
		if !field.IsValid() {
			missing = append(missing, op.ID)
			continue
		}
		m := field.MethodByName(method)
		if !m.IsValid() {
			missing = append(missing, op.ID)
			continue
		}
		calls = append(calls, contractCall{op: op, generation: v, method: m, names: names[op.Method]})
		for _, other := range others[op.HTTPMethod+" "+op.Path] {
			if _, name, _ := strings.Cut(other, "."); name != method {
				calls = append(calls, contractCall{op: op, generation: v, method: field.MethodByName(name), names: names[other]})
			}
		}
	}
	return calls, missing
}

// parameterNames reads the names of the parameters of all methods, which reflection does not tell.
func parameterNames(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil {
				continue
			}
			var list []string
			for _, field := range fn.Type.Params.List {
				for _, ident := range field.Names {
					list = append(list, ident.Name)
				}
			}
			out[receiver(fn)+"."+fn.Name.Name] = list
		}
	}
	return out
}

// arguments makes arguments with every field set.
func (c contractCall) arguments(t *testing.T) []reflect.Value {
	t.Helper()
	typ := c.method.Type()
	require.Len(t, c.names, typ.NumIn(), c.op.Method)
	var args []reflect.Value
	for i := range typ.NumIn() {
		in := typ.In(i)
		variadic := typ.IsVariadic() && i == typ.NumIn()-1
		if in == reflect.TypeFor[context.Context]() || in == reflect.TypeFor[[]ghl.CallOption]() {
			continue
		}
		if variadic {
			in = in.Elem()
		}
		v := reflect.New(in).Elem()
		contractFill(t, v, c.op.Method, c.names[i])
		args = append(args, v)
	}
	if c.generation == ghl.V2 {
		for i := range args {
			contractBefore3(args[i].Addr().Interface())
		}
	}
	return args
}

// contractBefore3 changes what the date versions write in another way, and empties what they do not have.
func contractBefore3(arg any) {
	switch body := arg.(type) {
	case *ghl.ConversationUpdate:
		body.Feedback = ghl.Set[any](map[string]any{"key": "text"})
	case *ghl.OpportunityCreate:
		body.ForecastExpectedCloseDate, body.ForecastProbability = "", ghl.Opt[float64]{}
	case *ghl.OpportunityUpdate:
		body.ForecastExpectedCloseDate, body.ForecastProbability = ghl.Opt[string]{}, ghl.Opt[float64]{}
	case *ghl.OpportunityUpsert:
		body.ForecastExpectedCloseDate, body.ForecastProbability = ghl.Opt[string]{}, ghl.Opt[float64]{}
	case *ghl.InstalledLocationsQuery:
		body.RestrictToUser = ghl.Opt[bool]{}
	}
}

// alternatives makes the arguments that exclude what the first ones hold.
func (c contractCall) alternatives(t *testing.T) [][]reflect.Value {
	t.Helper()
	var out [][]reflect.Value
	change := func(i int, edit func(arg any)) {
		args := c.arguments(t)
		edit(args[i].Addr().Interface())
		out = append(out, args)
	}
	for i, arg := range c.arguments(t) {
		switch arg.Interface().(type) {
		case ghl.EventQuery:
			change(i, func(a any) { q := a.(*ghl.EventQuery); q.CalendarID, q.UserID = "", "text" })
			change(i, func(a any) { q := a.(*ghl.EventQuery); q.CalendarID, q.GroupID = "", "text" })
		case ghl.BlockSlotInput:
			change(i, func(a any) { b := a.(*ghl.BlockSlotInput); b.CalendarID, b.AssignedUserID = "", "text" })
		case ghl.FreeSlotQuery:
			change(i, func(a any) { a.(*ghl.FreeSlotQuery).UserIDs = []string{"text-1", "text-2"} })
		}
	}
	return out
}

// invoke calls the method and returns its values and its error. Of a list it takes the first three rows.
func (c contractCall) invoke(ctx context.Context, args []reflect.Value) ([]reflect.Value, error) {
	in := append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
	out := c.method.Call(in)
	last := out[len(out)-1]
	if last.Kind() == reflect.Func {
		var rows []reflect.Value
		for row, rowErr := range last.Seq2() {
			if err, ok := reflect.TypeAssert[error](rowErr); ok {
				return rows, err
			}
			if rows = append(rows, row); len(rows) == 3 {
				break
			}
		}
		return rows, nil
	}
	err, _ := reflect.TypeAssert[error](last)
	return out[:len(out)-1], err
}

// leastArguments takes away every field that the method does not insist on. Fields that are always sent keep their values,
// unless bare is set: then they are empty too.
func (c contractCall) leastArguments(ctx context.Context, t *testing.T, bare bool) []reflect.Value {
	t.Helper()
	args := c.arguments(t)
	refused := func() bool {
		_, err := c.invoke(ctx, args)
		return errors.Is(err, ghl.ErrInvalidArgument)
	}
	require.False(t, refused(), "%s refuses arguments with every field set", c.op.ID)
	for _, arg := range args {
		c.lessen(arg, false, bare, refused)
	}
	return args
}

// lessen empties a value, or those of its fields that may be left out when it is always sent itself.
func (c contractCall) lessen(v reflect.Value, always, bare bool, refused func() bool) {
	if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[time.Time]() || strings.HasPrefix(v.Type().Name(), "Opt[") {
		if !always {
			c.drop(v, refused)
		}
		return
	}
	for field := range v.Type().Fields() {
		tag := field.Tag.Get("json")
		if field.IsExported() {
			c.lessen(v.FieldByIndex(field.Index), !bare && tag != "" && !strings.Contains(tag, ",omit"), bare, refused)
		}
	}
}

func (c contractCall) drop(v reflect.Value, refused func() bool) {
	old := reflect.ValueOf(v.Interface())
	v.SetZero()
	if refused() {
		v.Set(old)
	}
}
