-- Accounts belong to the installation; everything that begins with org_id to an organisation. E-mails, phones, TOTP
-- secrets and addresses of sessions are sealed under the installation's key, invitations' under the organisation's.
CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email_sealed TEXT,
    email_index TEXT UNIQUE,
    phone_sealed TEXT,
    phone_index TEXT UNIQUE,
    password_hash TEXT,
    language TEXT NOT NULL,
    administrator BIGINT NOT NULL,
    totp_sealed TEXT,
    totp_on BIGINT NOT NULL,
    totp_step BIGINT NOT NULL,
    created BIGINT NOT NULL,
    last_seen BIGINT NOT NULL
);

CREATE TABLE account_recovery_codes (
    account_id UUID NOT NULL REFERENCES accounts (id),
    code_mac TEXT NOT NULL,
    PRIMARY KEY (account_id, code_mac)
);

CREATE TABLE account_identities (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    created BIGINT NOT NULL,
    PRIMARY KEY (provider, subject)
);

-- What is stored of a token is its SHA-256.
CREATE TABLE account_sessions (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    token_hash TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    client_sealed TEXT NOT NULL,
    device TEXT NOT NULL
);
CREATE INDEX account_sessions_by_account ON account_sessions (account_id);

CREATE TABLE account_tokens (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    last_used BIGINT NOT NULL,
    expires BIGINT
);
CREATE INDEX account_tokens_by_account ON account_tokens (account_id);

-- Wrong passwords and codes in a row, counted for logins that do not exist too: the answers do not tell them apart.
CREATE TABLE sign_in_failures (
    subject TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_failure);

-- One code a login, sent by SMS or issued by a colleague. account_id is null where no account has this phone.
CREATE TABLE login_codes (
    subject TEXT NOT NULL PRIMARY KEY,
    account_id UUID,
    code_mac TEXT NOT NULL,
    issued BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    tries_left BIGINT NOT NULL,
    day BIGINT NOT NULL,
    sent_that_day BIGINT NOT NULL
);
CREATE INDEX login_codes_by_time ON login_codes (expires);

CREATE TABLE setup_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);

CREATE TABLE organisations (
    org_id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    credit_code TEXT NOT NULL,
    logo_key TEXT,
    logo_type TEXT,
    created BIGINT NOT NULL
);

CREATE TABLE memberships (
    org_id UUID NOT NULL REFERENCES organisations (org_id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    party TEXT NOT NULL,
    joined BIGINT NOT NULL,
    PRIMARY KEY (org_id, account_id)
);
CREATE INDEX memberships_by_account ON memberships (account_id);

CREATE TABLE invitations (
    org_id UUID NOT NULL REFERENCES organisations (org_id),
    id UUID NOT NULL,
    token_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    party TEXT NOT NULL,
    name_sealed TEXT NOT NULL,
    email_sealed TEXT NOT NULL,
    phone_sealed TEXT NOT NULL,
    invited_by UUID NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used BIGINT,
    used_by UUID,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX invitations_by_token ON invitations (token_hash);
