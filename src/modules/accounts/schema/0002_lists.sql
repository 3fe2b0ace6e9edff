-- Lists page by (sort column, id): these two are the lists' own order.
CREATE INDEX memberships_by_joined ON memberships (org_id, joined, account_id);
CREATE INDEX invitations_by_created ON invitations (org_id, created, id);
