-- When what a batch used was written into the ledger; null before, and for files.

ALTER TABLE ruche_ai.provider_object ADD COLUMN counted timestamptz;
