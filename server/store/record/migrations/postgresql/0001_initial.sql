-- The one row about the store itself.
CREATE TABLE meta (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    store_id TEXT NOT NULL,
    schema_number BIGINT NOT NULL,
    agents_revision BIGINT NOT NULL
);

CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('agent', 'supervisor', 'admin')),
    departments TEXT NOT NULL,
    capacity BIGINT,
    disabled BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    revision BIGINT NOT NULL,
    credentials BIGINT NOT NULL
);
CREATE INDEX agent_revision ON agent (revision);

-- `words` are made in C++; ids compare bytewise, as SQLite does, whatever the database's collation.
CREATE TABLE chat (
    id TEXT COLLATE "C" PRIMARY KEY,
    visitor_id TEXT NOT NULL,
    visitor TEXT NOT NULL,
    channel TEXT NOT NULL,
    department TEXT NOT NULL,
    agent_id TEXT,
    agent_name TEXT,
    outcome TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    assigned_at BIGINT,
    closed_at BIGINT NOT NULL,
    last BIGINT NOT NULL,
    rating BIGINT,
    decisions TEXT NOT NULL,
    words TSVECTOR NOT NULL DEFAULT ''
);
CREATE INDEX chat_newest ON chat (closed_at DESC, id DESC);
CREATE INDEX chat_department ON chat (department, closed_at DESC, id DESC);
CREATE INDEX chat_visitor ON chat (visitor_id);
CREATE INDEX chat_words ON chat USING gin (words);

CREATE TABLE entry (
    chat_id TEXT COLLATE "C" NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    client_id TEXT,
    content_hash TEXT NOT NULL,
    frame TEXT NOT NULL,
    PRIMARY KEY (chat_id, seq),
    UNIQUE (chat_id, sender, client_id)
);

CREATE TABLE note (
    id TEXT COLLATE "C" PRIMARY KEY,
    chat_id TEXT COLLATE "C" NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    agent_id TEXT NOT NULL,
    agent_name TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX note_chat ON note (chat_id, at, id);

CREATE TABLE outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    UNIQUE (kind, key)
);
CREATE INDEX outbox_pending ON outbox (id) WHERE done_at IS NULL;
