package pagico

// defaultScopes are what the routes need, and a refresh token.
func defaultScopes(r Routes) []string { return append(r.Scopes(), "offline_access") }
