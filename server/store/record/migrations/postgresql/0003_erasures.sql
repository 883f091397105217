-- Who was erased, to be erased again after a restore; the address only as a hash.
CREATE TABLE erasure (
    email_hash TEXT PRIMARY KEY,
    erased_at BIGINT NOT NULL
);
CREATE INDEX file_erased ON file (blob) WHERE erased = 1;
