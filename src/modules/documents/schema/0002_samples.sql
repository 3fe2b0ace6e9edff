-- 1: made by samples_create. What was only for trying out can be removed as a whole (trials_http.cpp).
ALTER TABLE uploads ADD COLUMN sample BIGINT NOT NULL DEFAULT 0;
