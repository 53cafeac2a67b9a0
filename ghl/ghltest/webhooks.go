package ghltest

import "time"

// oauthPrefix starts every access token that the token endpoint makes.
const oauthPrefix = "eyJ"

// App is a marketplace app.
type App struct {
	ClientID, ClientSecret string
	Scopes                 []string
}

// Webhooks configures delivery.
type Webhooks struct {
	URL     string
	Headers map[string]string
}

func (s *Server) contactChanged(_, _ Contact, _ bool, _ time.Time)         {}
func (s *Server) taskChanged(_, _ Task, _ bool, _ time.Time)               {}
func (s *Server) noteChanged(_, _ Note, _ bool, _ time.Time)               {}
func (s *Server) appointmentChanged(_, _ Appointment, _ bool, _ time.Time) {}
func (s *Server) objectChanged(_ Collection, _, _ Object, _ bool, _ time.Time) {
}
