// Package ghlspec reads the OpenAPI files that the vendor of GoHighLevel publishes
// (https://github.com/GoHighLevel/highlevel-api-docs) and checks requests and answers against them.
//
// # Where the files are
//
// [Folder] finds them: the folder that the environment variable GHL_OPENAPI_DIR names, or shared/ghl-openapi beside the
// repository. The folder has the layout of the vendor's repository: the files of the date versions in apps/, those of
// version 3 in apps/v3/, shared schemas in common/ and apps/v3/common/.
//
// # What is repaired
//
// The files do not load as they are. Two faults are repaired in memory, nothing else: examples have a form that OpenAPI
// does not allow, and the files of version 3 refer to a folder apps/common, which really is apps/v3/common. The
// documents are never validated as a whole, for that fails on every one of them.
//
// # What is checked
//
// [Operation.CheckRequest] and [Operation.CheckAnswer] return findings rather than an error, for the files are known to be
// wrong in places and the caller keeps the list of them. Properties and parameters that the files do not list are findings
// too, although OpenAPI allows them.
package ghlspec
