-- Files and batches that providers keep, and whose they are: all tenants share one account at a provider.

CREATE TABLE ruche_ai.provider_object (
    provider text        NOT NULL,
    -- The provider's own.
    id       text        NOT NULL CHECK (length(id) BETWEEN 1 AND 128),
    kind     text        NOT NULL CHECK (kind IN ('file', 'batch')),
    tenant   text        NOT NULL,
    client   text        NOT NULL,
    made     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, id)
);

CREATE INDEX provider_object_tenant ON ruche_ai.provider_object (tenant, kind, made, id);
