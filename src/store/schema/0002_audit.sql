-- Who did what (audit.hpp). Entries and links are only ever appended; on PostgreSQL the application's role has no
-- UPDATE and DELETE on them (audit_grants.cpp). details: JSON [["name", "value"], …], hashed as it stands.
CREATE TABLE audit_entries (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    happened BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    details TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX audit_entries_object ON audit_entries (org_id, object, id);
CREATE INDEX audit_entries_actor ON audit_entries (org_id, actor, id);

-- The chain of an organisation: sequence 1, 2, 3… without a gap; hash as audit.hpp says.
CREATE TABLE audit_links (
    org_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    entry_id UUID NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (org_id, sequence)
);
CREATE UNIQUE INDEX audit_links_entry ON audit_links (org_id, entry_id);

-- Entries that the sealer has not chained yet: written with the entry, removed with its link.
CREATE TABLE audit_pending (
    org_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    PRIMARY KEY (org_id, entry_id)
);
