-- One row: whose tables these are, and their version.
CREATE TABLE sync_schema (
  product TEXT NOT NULL,
  version INTEGER NOT NULL
);

-- One row per connection. epoch counts the locks that were ever taken on it.
CREATE TABLE sync_connections (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  epoch BIGINT NOT NULL DEFAULT 0
);

-- past is 0 in an active link and the link's own id in every other one, so that
-- the unique indexes allow one active link per record and any number of others.
-- An empty id means that the link has no record on that side.
CREATE TABLE sync_links (
  conn BIGINT NOT NULL REFERENCES sync_connections (id),
  id BIGINT NOT NULL,
  past BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  ghl_kind TEXT COLLATE "C" NOT NULL,
  ghl_id TEXT COLLATE "C" NOT NULL,
  ghl_seen BYTEA NOT NULL,
  pagico_kind TEXT COLLATE "C" NOT NULL,
  pagico_id TEXT COLLATE "C" NOT NULL,
  pagico_seen BYTEA NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conn, id)
);

CREATE INDEX sync_links_state ON sync_links (conn, kind, state, id);

-- These two also hold all that a scan asks of a link.
CREATE UNIQUE INDEX sync_links_ghl ON sync_links (conn, ghl_kind, ghl_id, past) INCLUDE (id, state, ghl_seen) WHERE ghl_id <> '';

CREATE UNIQUE INDEX sync_links_pagico ON sync_links (conn, pagico_kind, pagico_id, past) INCLUDE (id, state, pagico_seen)
  WHERE pagico_id <> '';

CREATE TABLE sync_intents (
  conn BIGINT NOT NULL REFERENCES sync_connections (id),
  id TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conn, id)
);

-- body is the entry as JSON, sealed; hash is the one that the next entry needs.
CREATE TABLE sync_audit (
  conn BIGINT NOT NULL REFERENCES sync_connections (id),
  seq BIGINT NOT NULL,
  link BIGINT NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (conn, seq)
);

CREATE INDEX sync_audit_link ON sync_audit (conn, link, seq);

CREATE TABLE sync_state (
  conn BIGINT NOT NULL REFERENCES sync_connections (id),
  name TEXT COLLATE "C" NOT NULL,
  value BYTEA NOT NULL,
  PRIMARY KEY (conn, name)
);
