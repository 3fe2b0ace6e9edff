-- Files that people uploaded: the bytes lie in the file store, sealed by the vault. Names can hold people's names.
CREATE TABLE uploads (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name_sealed TEXT NOT NULL,
    file_key TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- Keys to seal with: the PKCS #12 file and its password, each sealed by the vault.
CREATE TABLE seal_keys (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    organisation TEXT NOT NULL,
    trial BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    expires BIGINT NOT NULL,
    p12_sealed TEXT NOT NULL,
    password_sealed TEXT NOT NULL,
    ca_pem TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, fingerprint)
);

-- state: 'open' until the results are there, then 'done' or 'cancelled'. What an open run is doing is its job's state.
CREATE TABLE seal_runs (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    state TEXT NOT NULL,
    job_id UUID NOT NULL,
    template_id UUID NOT NULL,
    data_id UUID NOT NULL,
    key_id UUID NOT NULL,
    trial BIGINT NOT NULL,
    sheet_sealed TEXT NOT NULL,
    name_pattern TEXT NOT NULL,
    number_pattern TEXT NOT NULL,
    language TEXT NOT NULL,
    total BIGINT NOT NULL,
    sealed BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    findings_sealed TEXT NOT NULL,
    problem_sealed TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    started BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, template_id) REFERENCES uploads (org_id, id),
    FOREIGN KEY (org_id, data_id) REFERENCES uploads (org_id, id),
    FOREIGN KEY (org_id, key_id) REFERENCES seal_keys (org_id, id)
);

-- The organisation's book of numbers, one for trial seals and one for real ones. Its version goes up with each run whose
-- results are published: a run that began with another version has given out numbers that are taken, and begins again.
CREATE TABLE seal_books (
    org_id UUID NOT NULL,
    trial BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (org_id, trial)
);

CREATE TABLE seal_series (
    org_id UUID NOT NULL,
    trial BIGINT NOT NULL,
    series TEXT NOT NULL,
    last_sequence BIGINT NOT NULL,
    PRIMARY KEY (org_id, trial, series)
);

-- The sealed documents of a run, in the order of their list. Their bytes stand one after another in packs (seal_files).
-- row_index: a keyed digest of what the document was made from. details_sealed: file name and recipient.
CREATE TABLE seal_documents (
    org_id UUID NOT NULL,
    run_id UUID NOT NULL,
    position BIGINT NOT NULL,
    trial BIGINT NOT NULL,
    number TEXT NOT NULL,
    number_in_path TEXT NOT NULL,
    row_index TEXT NOT NULL,
    pack TEXT NOT NULL,
    pack_offset BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    crc32 BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    pages BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL,
    details_sealed TEXT NOT NULL,
    PRIMARY KEY (org_id, run_id, position),
    FOREIGN KEY (org_id, run_id) REFERENCES seal_runs (org_id, id)
);
CREATE INDEX seal_documents_by_number ON seal_documents (org_id, trial, number);
CREATE INDEX seal_documents_by_row ON seal_documents (org_id, trial, row_index);
CREATE INDEX seal_documents_by_path ON seal_documents (org_id, run_id, number_in_path);

-- register.xlsx, errors.xlsx and the packs of a run, sealed by the vault in the file store. bytes and crc32: of the
-- plain content.
CREATE TABLE seal_files (
    org_id UUID NOT NULL,
    run_id UUID NOT NULL,
    name TEXT NOT NULL,
    file_key TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    crc32 BIGINT NOT NULL,
    PRIMARY KEY (org_id, run_id, name),
    FOREIGN KEY (org_id, run_id) REFERENCES seal_runs (org_id, id)
);
