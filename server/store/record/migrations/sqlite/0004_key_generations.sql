-- Of the requester's key of a ticket: a merge raises it, so that every older link to the ticket ends.
ALTER TABLE ticket ADD COLUMN key_generation INTEGER NOT NULL DEFAULT 0;
