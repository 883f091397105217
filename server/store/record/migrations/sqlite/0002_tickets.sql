-- Tickets, their messages and history; uploaded files; what happens once; saved replies.
-- `due_order` is the key of the due list: those that owe nothing stand at its end, whatever the database does with NULL.
CREATE TABLE ticket (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    client_key TEXT UNIQUE,
    content_hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'pending', 'solved', 'closed')),
    channel TEXT NOT NULL CHECK (channel IN ('chat', 'form', 'mail', 'phone')),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    rfc TEXT NOT NULL,
    department TEXT NOT NULL,
    subject TEXT NOT NULL,
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    locale TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    state_since INTEGER NOT NULL,
    assignee_id TEXT,
    assignee_name TEXT,
    chat_id TEXT,
    follows INTEGER,
    merged_into INTEGER,
    first_response_due_at INTEGER,
    first_responded_at INTEGER,
    resolution_due_at INTEGER,
    resolved_at INTEGER,
    closes_at INTEGER,
    last_agent_answer_at INTEGER,
    last_requester_at INTEGER,
    next_due_at INTEGER,
    due_order INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(next_due_at, 9223372036854775807)) STORED,
    timer_at INTEGER,
    calendar_version TEXT NOT NULL,
    erased INTEGER NOT NULL
);
-- One pair for each order of the list. The columns behind the order are what lists are filtered by: rows that do not
-- fit are passed over without being read.
CREATE INDEX ticket_newest ON ticket (number, state, priority, assignee_id, due_order);
CREATE INDEX ticket_due ON ticket (due_order, number, state, priority, assignee_id);
CREATE INDEX ticket_updated ON ticket (updated_at, number, state, priority, assignee_id, due_order);
CREATE INDEX ticket_department_newest ON ticket (department, number, state, priority, assignee_id, due_order);
CREATE INDEX ticket_department_due ON ticket (department, due_order, number, state, priority, assignee_id);
CREATE INDEX ticket_department_updated
    ON ticket (department, updated_at, number, state, priority, assignee_id, due_order);
CREATE INDEX ticket_email ON ticket (email);
CREATE INDEX ticket_chat ON ticket (chat_id) WHERE chat_id IS NOT NULL;
CREATE INDEX ticket_timer ON ticket (timer_at, number) WHERE timer_at IS NOT NULL;

-- As chat_search.
CREATE VIRTUAL TABLE ticket_search USING fts5(words, tokenize = 'ascii', detail = 'none');

-- `place` orders messages of the same millisecond as they came.
CREATE TABLE ticket_message (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    ticket INTEGER NOT NULL REFERENCES ticket (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('comment', 'answer', 'note')),
    role TEXT NOT NULL CHECK (role IN ('requester', 'agent', 'system')),
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    erased INTEGER NOT NULL
);
CREATE INDEX ticket_message_ticket ON ticket_message (ticket, at, place);

CREATE TABLE ticket_history (
    ticket INTEGER NOT NULL REFERENCES ticket (number) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('requester', 'agent', 'system')),
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    what TEXT NOT NULL,
    from_value TEXT NOT NULL,
    to_value TEXT NOT NULL,
    PRIMARY KEY (ticket, n)
) WITHOUT ROWID;

CREATE TABLE file (
    id TEXT PRIMARY KEY,
    blob TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    uploader TEXT NOT NULL,
    holder TEXT,
    message TEXT,
    created_at INTEGER NOT NULL,
    erased INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_holder ON file (holder, created_at, id) WHERE holder IS NOT NULL;
CREATE INDEX file_unattached ON file (created_at, id) WHERE holder IS NULL;
CREATE INDEX file_uploader ON file (uploader) WHERE holder IS NULL;

-- Answers to requests with an Idempotency-Key.
CREATE TABLE answer (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX answer_kept ON answer (kept_at);

CREATE TABLE spent_captcha (
    challenge TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX spent_captcha_expires ON spent_captcha (expires_at);

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE saved_reply (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    department TEXT,
    author_id TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Tickets that chats opened before there was a table of them: numbered by their row of the outbox, and told to the
-- visitor by that number. The outbox rows are done with. Due times were counted already. The search index is filled by the
-- program (Database::migrate_one), which makes the words.
INSERT INTO ticket (number, client_key, content_hash, state, channel, email, name, rfc, department, subject,
    priority, locale, started_at, created_at, updated_at, state_since, chat_id, first_response_due_at, resolution_due_at,
    next_due_at, calendar_version, erased)
SELECT id, key, '', 'open', 'chat', json_extract(payload, '$.email'), '', json_extract(payload, '$.rfc'),
    json_extract(payload, '$.department'), json_extract(payload, '$.subject'), json_extract(payload, '$.priority'), 'es-MX',
    coalesce((SELECT started_at FROM chat WHERE chat.id = json_extract(payload, '$.chat')), json_extract(payload, '$.created_at')),
    json_extract(payload, '$.created_at'), json_extract(payload, '$.updated_at'), json_extract(payload, '$.created_at'),
    json_extract(payload, '$.chat'), json_extract(payload, '$.first_response_due_at'), json_extract(payload, '$.resolution_due_at'),
    json_extract(payload, '$.first_response_due_at'), '', 0
FROM outbox WHERE kind = 'ticket' AND done_at IS NULL ORDER BY id;
INSERT INTO ticket_message (id, ticket, at, kind, role, author_id, author_name, text, erased)
SELECT 'm_outbox_' || id, id, json_extract(payload, '$.created_at'), 'comment', 'agent', json_extract(payload, '$.by'),
    coalesce((SELECT name FROM agent WHERE agent.id = json_extract(payload, '$.by')), ''), json_extract(payload, '$.comments'), 0
FROM outbox WHERE kind = 'ticket' AND done_at IS NULL AND json_extract(payload, '$.comments') <> '' ORDER BY id;
INSERT INTO ticket_history (ticket, n, at, role, author_id, author_name, what, from_value, to_value)
SELECT id, 1, json_extract(payload, '$.created_at'), 'agent', json_extract(payload, '$.by'),
    coalesce((SELECT name FROM agent WHERE agent.id = json_extract(payload, '$.by')), ''), 'created', '', ''
FROM outbox WHERE kind = 'ticket' AND done_at IS NULL;
UPDATE outbox SET done_at = created_at WHERE kind = 'ticket' AND done_at IS NULL;
