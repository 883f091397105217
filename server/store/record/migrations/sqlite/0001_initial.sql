-- The one row about the store itself.
CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    store_id TEXT NOT NULL,
    schema_number INTEGER NOT NULL,
    agents_revision INTEGER NOT NULL
);

CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('agent', 'supervisor', 'admin')),
    departments TEXT NOT NULL,
    capacity INTEGER,
    disabled INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    revision INTEGER NOT NULL,
    credentials INTEGER NOT NULL
);
CREATE INDEX agent_revision ON agent (revision);

-- `number` is what the search index refers to.
CREATE TABLE chat (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    visitor_id TEXT NOT NULL,
    visitor TEXT NOT NULL,
    channel TEXT NOT NULL,
    department TEXT NOT NULL,
    agent_id TEXT,
    agent_name TEXT,
    outcome TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    assigned_at INTEGER,
    closed_at INTEGER NOT NULL,
    last INTEGER NOT NULL,
    rating INTEGER,
    decisions TEXT NOT NULL
);
CREATE INDEX chat_newest ON chat (closed_at DESC, id DESC);
CREATE INDEX chat_department ON chat (department, closed_at DESC, id DESC);
CREATE INDEX chat_visitor ON chat (visitor_id);

CREATE TABLE entry (
    chat_id TEXT NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    client_id TEXT,
    content_hash TEXT NOT NULL,
    frame TEXT NOT NULL,
    PRIMARY KEY (chat_id, seq),
    UNIQUE (chat_id, sender, client_id)
) WITHOUT ROWID;

CREATE TABLE note (
    id TEXT PRIMARY KEY,
    chat_id TEXT NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    agent_name TEXT NOT NULL,
    text TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX note_chat ON note (chat_id, at, id);

-- Words come normalised from C++, so nothing is left to this tokenizer but to split at blanks.
CREATE VIRTUAL TABLE chat_search USING fts5(words, tokenize = 'ascii', detail = 'none');

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    done_at INTEGER,
    UNIQUE (kind, key)
);
CREATE INDEX outbox_pending ON outbox (id) WHERE done_at IS NULL;
