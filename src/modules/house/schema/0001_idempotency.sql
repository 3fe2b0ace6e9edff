-- Replies to requests with an Idempotency-Key, kept 24 hours. org_id is the nil UUID where the path names no
-- organisation. key_hash: SHA-256 over caller and key. reply is encrypted under a key that is derived from the
-- Idempotency-Key, which is not stored: a reply may hold what is shown only once (a token), and only the caller who
-- repeats the key can read it.
CREATE TABLE idempotency_replies (
    org_id UUID NOT NULL,
    key_hash TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status BIGINT NOT NULL,
    reply BYTEA NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (org_id, key_hash)
);
CREATE INDEX idempotency_replies_created ON idempotency_replies (created);
