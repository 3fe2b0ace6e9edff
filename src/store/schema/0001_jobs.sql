-- Long work (jobs.hpp). state: waiting, running, held, done, failed, cancelled.
-- due: when somebody should look at the row: run_after of a waiting job, the end of the lease of a running one; NULL
-- when nobody should, so that one index finds what can be claimed, of either kind.
-- owner: the claim that holds the lease, a new id for each claim.
-- revision: counts the row's changes; changed: when, for those who watch (job_watcher.cpp).
CREATE TABLE jobs (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    attempts_max BIGINT NOT NULL,
    units_done BIGINT NOT NULL,
    units_total BIGINT NOT NULL,
    note TEXT NOT NULL,
    result TEXT NOT NULL,
    created_by TEXT NOT NULL,
    unique_key TEXT,
    created BIGINT NOT NULL,
    run_after BIGINT NOT NULL,
    started BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    due BIGINT,
    owner TEXT,
    revision BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX jobs_unique_key ON jobs (org_id, unique_key);
CREATE INDEX jobs_due ON jobs (org_id, kind, due) WHERE due IS NOT NULL;
CREATE INDEX jobs_changed ON jobs (changed);
