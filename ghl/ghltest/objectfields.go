package ghltest

import "strings"

const objectFieldTypes = "dataType!:e=TEXT|LARGE_TEXT|NUMERICAL|PHONE|MONETORY|CHECKBOX|SINGLE_OPTIONS|MULTIPLE_OPTIONS|DATE|TEXTBOX_LIST|" +
	"FILE_UPLOAD|RADIO|EMAIL "

const objectFieldBody = "locationId!:s name:s description:s placeholder:s showInForms!:b options:a acceptedFormats:any maxFileLimit:n "

// objectFieldOps are the custom fields of custom objects and companies.
func objectFieldOps() []operation {
	op := area("custom-fields", "/custom-fields")
	const read, write = "locations/customFields.readonly", "locations/customFields.write"
	return []operation{
		op("GET", "/{id}", "get-custom-field-by-id", read, 200, "", (*Server).getObjectField),
		op("PUT", "/{id}", "update-custom-field", write, 200, objectFieldBody, (*Server).updateObjectField),
		op("DELETE", "/{id}", "delete-custom-field", write, 200, "", (*Server).deleteObjectField),
		op("GET", "/object-key/{objectKey}", "get-custom-fields-by-object-key", read, 200, "", (*Server).listObjectFields, "locationId"),
		op("POST", "/folder", "create-custom-field-folder", write, 201, "objectKey!:s name!:s locationId!:s", (*Server).createFolder),
		op("PUT", "/folder/{id}", "update-custom-field-folder", write, 200, "name!:s locationId!:s", (*Server).updateFolder),
		op("DELETE", "/folder/{id}", "delete-custom-field-folder", write, 200, "", (*Server).deleteFolder, "locationId"),
		op("POST", "/", "create-custom-field", write, 201, objectFieldBody+objectFieldTypes+"fieldKey!:s objectKey!:s allowCustomOption:b parentId!:s",
			(*Server).createObjectField),
	}
}

func (s *Server) objectFieldOf(c *call) (Object, *failure) {
	return s.objectOf(c, ObjectFields, "Custom field", c.path["id"])
}

func (s *Server) createObjectField(c *call) (any, *failure) {
	key := str(c.body["objectKey"])
	if key != "business" && !strings.HasPrefix(key, "custom_object") {
		return nil, fail(400, "Custom fields of %s are not managed here", key)
	}
	o := s.newObject(c, ObjectFields, str(c.body["locationId"]), c.body)
	return object{"field": o.wire("dateAdded", "dateUpdated")}, nil
}

func (s *Server) getObjectField(c *call) (any, *failure) {
	o, f := s.objectFieldOf(c)
	if f != nil {
		return nil, f
	}
	return object{"field": o.wire("dateAdded", "dateUpdated")}, nil
}

func (s *Server) updateObjectField(c *call) (any, *failure) {
	o, f := s.objectFieldOf(c)
	if f != nil {
		return nil, f
	}
	return object{"field": s.mergeObject(c, ObjectFields, o, c.body).wire("dateAdded", "dateUpdated")}, nil
}

func (s *Server) deleteObjectField(c *call) (any, *failure) {
	o, f := s.objectFieldOf(c)
	if f != nil {
		return nil, f
	}
	s.dropObject(c, ObjectFields, o)
	return object{"succeded": true, "id": o.ID, "key": o.Fields["fieldKey"]}, nil
}

func (s *Server) listObjectFields(c *call) (any, *failure) {
	mine := func(o Object) bool { return o.Fields["objectKey"] == c.path["objectKey"] }
	location := c.query.Get("locationId")
	return object{"fields": wires(s.listObjects(ObjectFields, location, mine), "dateAdded", "dateUpdated"),
		"folders": wires(s.listObjects(ObjectFolders, location, mine), "dateAdded", "dateUpdated")}, nil
}

func (s *Server) createFolder(c *call) (any, *failure) {
	return s.newObject(c, ObjectFolders, str(c.body["locationId"]), c.body).wire("", ""), nil
}

func (s *Server) updateFolder(c *call) (any, *failure) {
	o, f := s.objectOf(c, ObjectFolders, "Folder", c.path["id"])
	if f != nil {
		return nil, f
	}
	return s.mergeObject(c, ObjectFolders, o, c.body).wire("", ""), nil
}

func (s *Server) deleteFolder(c *call) (any, *failure) {
	o, f := s.objectOf(c, ObjectFolders, "Folder", c.path["id"])
	if f != nil {
		return nil, f
	}
	s.dropObject(c, ObjectFolders, o)
	return object{"succeded": true, "id": o.ID, "key": o.Fields["objectKey"]}, nil
}
