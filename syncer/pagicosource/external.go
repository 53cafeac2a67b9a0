package pagicosource

import (
	"strconv"
	"strings"

	"github.com/ghl-pagico/sdk-go/pagico"
	"github.com/ghl-pagico/sdk-go/syncer"
)

// maxGenerations bounds how often a record is made anew under one external id.
const maxGenerations = 9

// externalID names the n-th record made from a twin, counted from 1. It is empty
// when there is no twin, or no location to name it by.
func (s *Source) externalID(kind syncer.Kind, twin string, n int) string {
	if twin == "" || s.location == "" {
		return ""
	}
	id := "ghl:" + s.location + ":" + string(kind) + ":" + twin
	if n > 1 {
		id += "#" + strconv.Itoa(n)
	}
	return id
}

// twin reads the external id of a record; foreign ones name no twin.
func (s *Source) twin(kind syncer.Kind, externalID string) string {
	if s.location == "" {
		return ""
	}
	twin, ok := strings.CutPrefix(externalID, "ghl:"+s.location+":"+string(kind)+":")
	if !ok {
		return ""
	}
	id, generation, numbered := strings.Cut(twin, "#")
	if numbered {
		if n, err := strconv.Atoi(generation); err != nil || n < 2 {
			return ""
		}
	}
	return id
}

// links are the links of a new record.
func (s *Source) links(kind syncer.Kind, twin string) []pagico.Link {
	address := s.address(kind, twin)
	if address == "" {
		return nil
	}
	return []pagico.Link{{URL: address, Title: "GoHighLevel", Rel: pagico.RelSource}}
}

func (s *Source) address(kind syncer.Kind, twin string) string {
	if s.twinURL == nil || twin == "" {
		return ""
	}
	return s.twinURL(kind, twin)
}
