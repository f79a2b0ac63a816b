-- What was spent in a part of a quarter of an hour is all that is asked of rows by tenant and time, and
-- the index of times, a few pages, finds those rows; this one cost each row a quarter of its insert.
DROP INDEX ruche_ai.request_tenant_at;
