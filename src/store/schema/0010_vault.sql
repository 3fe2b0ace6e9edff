-- One key per organisation, wrapped by the master key (src/store/vault.hpp). Deleting a row makes everything that the
-- organisation ever sealed unreadable, copies in backups too once their master key is rotated.
CREATE TABLE vault_keys (
    org_id UUID NOT NULL PRIMARY KEY,
    wrapped_key TEXT NOT NULL,
    created BIGINT NOT NULL
);
