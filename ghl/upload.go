package ghl

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"strconv"
)

// form collects the fields of a multipart body, in order.
type form struct{ fields [][2]string }

func (f *form) field(name, value string) {
	if value != "" {
		f.fields = append(f.fields, [2]string{name, value})
	}
}

func (f *form) number(name string, n int) {
	if n > 0 {
		f.field(name, strconv.Itoa(n))
	}
}

// encode writes fields and files and returns the body with its content type.
func (f *form) encode(files []File) ([]byte, string, error) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, kv := range f.fields {
		if err := w.WriteField(kv[0], kv[1]); err != nil {
			return nil, "", err
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile(cmp.Or(file.Field, "fileAttachment"), file.Name)
		if err != nil {
			return nil, "", err
		}
		if file.Content == nil {
			continue
		}
		if _, err := io.Copy(part, file.Content); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return buf.Bytes(), w.FormDataContentType(), nil
}

// upload sends a multipart body and reads the addresses of the stored files.
func (c *Client) upload(ctx context.Context, id opID, params []string, f form, files []File, opts []CallOption) (Upload, error) {
	body, contentType, err := f.encode(files)
	if err != nil {
		return Upload{}, invalid(operations[id].ID, "the files cannot be read: %w", err)
	}
	resp, err := c.send(ctx, id, args{params: params, payload: body, contentType: contentType}, opts)
	if err != nil {
		return Upload{}, err
	}
	var out struct {
		Files map[string]string `json:"uploadedFiles"`
		Meta  []json.RawMessage `json:"meta"`
		SIDs  []string          `json:"twilioMediaSids"`
	}
	err = decodeInto(id, resp, &out)
	return Upload{Files: out.Files, Meta: out.Meta, TwilioMediaSIDs: out.SIDs}, err
}
