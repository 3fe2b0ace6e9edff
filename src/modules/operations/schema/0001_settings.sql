-- Of the installation, not of an organisation: a reference table on Citus.
CREATE TABLE installation_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- A message that went out, or may have: the same key never sends twice. No address, no text.
CREATE TABLE sent_messages (
    outcome_key TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sent_messages_by_age ON sent_messages (created_at);
