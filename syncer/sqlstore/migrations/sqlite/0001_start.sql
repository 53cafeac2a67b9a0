-- One row: whose tables these are, and their version.
CREATE TABLE sync_schema (
  product TEXT NOT NULL,
  version INTEGER NOT NULL
);

-- One row per connection. epoch counts the locks that were ever taken on it.
CREATE TABLE sync_connections (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  epoch INTEGER NOT NULL DEFAULT 0
);

-- past is 0 in an active link and the link's own id in every other one, so that
-- the unique indexes allow one active link per record and any number of others.
-- An empty id means that the link has no record on that side.
CREATE TABLE sync_links (
  conn INTEGER NOT NULL REFERENCES sync_connections (id),
  id INTEGER NOT NULL,
  past INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  ghl_kind TEXT NOT NULL,
  ghl_id TEXT NOT NULL,
  ghl_seen BLOB NOT NULL,
  pagico_kind TEXT NOT NULL,
  pagico_id TEXT NOT NULL,
  pagico_seen BLOB NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conn, id)
);

CREATE INDEX sync_links_state ON sync_links (conn, kind, state, id);

CREATE UNIQUE INDEX sync_links_ghl ON sync_links (conn, ghl_kind, ghl_id, past) WHERE ghl_id <> '';

CREATE UNIQUE INDEX sync_links_pagico ON sync_links (conn, pagico_kind, pagico_id, past) WHERE pagico_id <> '';

-- All that a scan asks of a link, so that it reads these indexes alone.
CREATE INDEX sync_heads_ghl ON sync_links (conn, ghl_kind, ghl_id, past, id, state, ghl_seen) WHERE ghl_id <> '';

CREATE INDEX sync_heads_pagico ON sync_links (conn, pagico_kind, pagico_id, past, id, state, pagico_seen) WHERE pagico_id <> '';

CREATE TABLE sync_intents (
  conn INTEGER NOT NULL REFERENCES sync_connections (id),
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conn, id)
);

-- body is the entry as JSON, sealed; hash is the one that the next entry needs.
CREATE TABLE sync_audit (
  conn INTEGER NOT NULL REFERENCES sync_connections (id),
  seq INTEGER NOT NULL,
  link INTEGER NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conn, seq)
);

CREATE INDEX sync_audit_link ON sync_audit (conn, link, seq);

CREATE TABLE sync_state (
  conn INTEGER NOT NULL REFERENCES sync_connections (id),
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (conn, name)
);
