package ghltest

// BodyOf returns the properties that an operation's body may and must have; ok is false when its body is free or absent.
func BodyOf(family, id string) (all, required []string, ok bool) {
	for _, op := range routes() {
		if op.family != family || op.id != id || op.body == nil || op.body.open {
			continue
		}
		for _, p := range op.body.props {
			all = append(all, p.name)
			if p.required {
				required = append(required, p.name)
			}
		}
		return all, required, true
	}
	return nil, nil, false
}

// QueryOf returns the query parameters that an operation requires.
func QueryOf(family, id string) []string {
	for _, op := range routes() {
		if op.family == family && op.id == id {
			return op.query
		}
	}
	return nil
}
