-- The rules of time zones that due times were counted with: a ticket's calendar_version names them, and the system has only
-- today's. `data` is the zone's file in hex.
CREATE TABLE zone_data (
    id TEXT PRIMARY KEY,
    data TEXT NOT NULL
) WITHOUT ROWID;
