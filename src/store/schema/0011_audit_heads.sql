-- Heads of audit chains, written down once a day under a signature (operations/evidence.hpp): number 1, 2, 3… of an
-- organisation without a gap. Only ever appended, like the chain. key_kind: 'organisation' or 'installation'.
CREATE TABLE audit_heads (
    org_id UUID NOT NULL,
    number BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL,
    sealed BIGINT NOT NULL,
    key_kind TEXT NOT NULL,
    key_fingerprint TEXT NOT NULL,
    signature BYTEA NOT NULL,
    mac TEXT NOT NULL,
    PRIMARY KEY (org_id, number)
);
