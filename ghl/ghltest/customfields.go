package ghltest

import (
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"slices"
	"strings"
)

const customFieldBody = "placeholder:s acceptedFormat:as isMultipleFile:b maxNumberOfFiles:n textBoxListOptions:a options:a position:n " +
	"model:e=contact|opportunity parentId:s fieldKey:s description:s "

func customFieldOps() []operation {
	op := area("locations", "/locations/{locationId}")
	const read, write = "locations/customFields.readonly", "locations/customFields.write"
	const readValues, writeValues = "locations/customValues.readonly", "locations/customValues.write"
	upload := op("POST", "/customFields/upload", "upload-file-customFields", write, 200, "", (*Server).uploadFile)
	upload.form = true
	return []operation{
		op("GET", "/customFields", "get-custom-fields", read, 200, "", (*Server).listCustomFields),
		op("POST", "/customFields", "create-custom-field", write, 201, customFieldBody+"name!:s dataType!:s", (*Server).createCustomField),
		op("GET", "/customFields/{id}", "get-custom-field", read, 200, "", (*Server).getCustomField),
		op("PUT", "/customFields/{id}", "update-custom-field", write, 200, customFieldBody+"name!:s", (*Server).updateCustomField),
		op("DELETE", "/customFields/{id}", "delete-custom-field", write, 200, "", (*Server).deleteCustomField),
		upload,
		op("GET", "/customValues", "get-custom-values", readValues, 200, "", (*Server).listCustomValues),
		op("POST", "/customValues", "create-custom-value", writeValues, 201, "name!:s value!:s", (*Server).createCustomValue),
		op("GET", "/customValues/{id}", "get-custom-value", readValues, 200, "", (*Server).getCustomValue),
		op("PUT", "/customValues/{id}", "update-custom-value", writeValues, 200, "name!:s value!:s", (*Server).updateCustomValue),
		op("DELETE", "/customValues/{id}", "delete-custom-value", writeValues, 200, "", (*Server).deleteCustomValue),
	}
}

// fieldWire is a custom field; the names differ from those of the create body, and live answers add the last few.
func fieldWire(f CustomField) object {
	o := object{"id": f.ID, "name": f.Name, "fieldKey": f.FieldKey, "placeholder": f.Placeholder, "dataType": f.DataType,
		"position": f.Position, "locationId": f.LocationID, "model": f.Model, "dateAdded": stamp(f.DateAdded), "documentType": "field",
		"standard": false, "scopes": []string{}}
	if f.PicklistOptions != nil {
		o["picklistOptions"] = f.PicklistOptions
	}
	set(o, "parentId", f.ParentID)
	maps.Copy(o, f.Extra)
	return o
}

func (s *Server) customFieldOf(c *call) (CustomField, *failure) {
	f, ok := s.customFields.get(c.path["id"])
	if !ok || f.LocationID != c.path["locationId"] {
		return f, s.childNotFound("Custom field", c.path["id"])
	}
	return f, nil
}

// listCustomFields answers contact fields unless model says otherwise.
func (s *Server) listCustomFields(c *call) (any, *failure) {
	model := c.query.Get("model")
	switch model {
	case "":
		model = "contact"
	case "contact", "opportunity", "all":
	default:
		return nil, unprocessable("model must be one of the following values: contact, opportunity, all")
	}
	out := []object{}
	for _, f := range s.customFields.live() {
		if f.LocationID == c.path["locationId"] && (model == "all" || f.Model == model) {
			out = append(out, fieldWire(f))
		}
	}
	return object{"customFields": out}, nil
}

func applyField(f *CustomField, body object) {
	for key, to := range map[string]*string{"name": &f.Name, "placeholder": &f.Placeholder, "dataType": &f.DataType,
		"model": &f.Model, "parentId": &f.ParentID, "fieldKey": &f.FieldKey} {
		if v := str(body[key]); v != "" {
			*to = v
		}
	}
	if v, ok := body["position"].(float64); ok {
		f.Position = int(v)
	}
	f.Extra = maps.Clone(f.Extra)
	if f.Extra == nil {
		f.Extra = object{}
	}
	if v, ok := body["options"]; ok {
		f.PicklistOptions = strs(v)
	}
	for in, out := range map[string]string{"isMultipleFile": "isMultiFileAllowed", "maxNumberOfFiles": "maxFileLimit",
		"acceptedFormat": "acceptedFormat", "textBoxListOptions": "picklistOptions", "description": "description"} {
		if v, ok := body[in]; ok {
			f.Extra[out] = v
		}
	}
}

func (s *Server) createCustomField(c *call) (any, *failure) {
	f := CustomField{ID: s.newID(), LocationID: c.path["locationId"], DateAdded: c.now}
	applyField(&f, c.body)
	s.seedCustomField(f, c.now)
	f, _ = s.customFields.get(f.ID)
	return object{"customField": fieldWire(f)}, nil
}

func (s *Server) getCustomField(c *call) (any, *failure) {
	f, missing := s.customFieldOf(c)
	if missing != nil {
		return nil, missing
	}
	return object{"customField": fieldWire(f)}, nil
}

func (s *Server) updateCustomField(c *call) (any, *failure) {
	f, missing := s.customFieldOf(c)
	if missing != nil {
		return nil, missing
	}
	applyField(&f, c.body)
	s.customFields.put(f.ID, f, false, c.now, 0)
	return object{"customField": fieldWire(f)}, nil
}

func (s *Server) deleteCustomField(c *call) (any, *failure) {
	f, missing := s.customFieldOf(c)
	if missing != nil {
		return nil, missing
	}
	s.customFields.put(f.ID, f, true, c.now, 0)
	return object{"succeded": true}, nil
}

// files reads a multipart body: its fields, and the name and size of each file.
func (c *call) files() (fields map[string]string, files map[string]int, f *failure) {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil, nil, fail(400, "Multipart: Boundary not found")
	}
	fields, files = map[string]string{}, map[string]int{}
	reader := multipart.NewReader(strings.NewReader(string(c.raw)), params["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, files, nil
		}
		if err != nil {
			return nil, nil, fail(400, "Unexpected end of form")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, fail(400, "Unexpected end of form")
		}
		if part.FileName() == "" {
			fields[part.FormName()] = string(data)
		} else {
			files[part.FileName()] = len(data)
		}
	}
}

func (s *Server) uploadFile(c *call) (any, *failure) {
	_, files, f := c.files()
	if f != nil {
		return nil, f
	}
	uploaded, meta := object{}, []object{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		url := "https://files.ghl.test/" + c.path["locationId"] + "/" + s.newID() + "/" + name
		uploaded[name] = url
		meta = append(meta, object{"fieldname": name, "originalname": name, "encoding": "7bit", "size": files[name], "url": url})
	}
	return object{"uploadedFiles": uploaded, "meta": meta}, nil
}

func customValueWire(o Object) object {
	out := o.wire("", "")
	out["documentType"] = "field"
	return out
}

func (s *Server) customValueOf(c *call) (Object, *failure) {
	return s.objectOf(c, CustomValues, "Custom value", c.path["id"])
}

func (s *Server) listCustomValues(c *call) (any, *failure) {
	out := []object{}
	for _, o := range s.listObjects(CustomValues, c.path["locationId"], nil) {
		out = append(out, customValueWire(o))
	}
	return object{"customValues": out}, nil
}

func (s *Server) createCustomValue(c *call) (any, *failure) {
	c.body["fieldKey"] = "{{ custom_values." + slug(str(c.body["name"])) + " }}"
	return object{"customValue": customValueWire(s.newObject(c, CustomValues, c.path["locationId"], c.body))}, nil
}

func (s *Server) getCustomValue(c *call) (any, *failure) {
	o, f := s.customValueOf(c)
	if f != nil {
		return nil, f
	}
	return object{"customValue": customValueWire(o)}, nil
}

func (s *Server) updateCustomValue(c *call) (any, *failure) {
	o, f := s.customValueOf(c)
	if f != nil {
		return nil, f
	}
	return object{"customValue": customValueWire(s.mergeObject(c, CustomValues, o, c.body))}, nil
}

func (s *Server) deleteCustomValue(c *call) (any, *failure) {
	o, f := s.customValueOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, CustomValues, o)
	if s.cfg.quirks.CustomValueSucceeded {
		return object{"succeeded": true}, nil
	}
	return object{"succeded": true}, nil
}
