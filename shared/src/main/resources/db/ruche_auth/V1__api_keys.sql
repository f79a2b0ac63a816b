-- API keys of all tenants. A key's text is never stored, only its SHA-256.

-- Every change of a key takes the next version. The row is locked until the change commits, so
-- versions become visible in their order and a reader that has seen v never misses v - 1, which a
-- sequence cannot promise.
CREATE TABLE ruche_auth.key_change (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    version   bigint  NOT NULL
);

INSERT INTO ruche_auth.key_change (version) VALUES (0);

CREATE TABLE ruche_auth.api_key (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash       text        NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
    tenant     text        NOT NULL CHECK (tenant ~ '^[a-z0-9_-]{1,64}$'),
    name       text        NOT NULL CHECK (name ~ '^[a-z0-9_-]{1,64}$'),
    kind       text        NOT NULL CHECK (kind IN ('client', 'device')),
    scopes     text[]      NOT NULL CHECK (
        scopes <@ ARRAY['ai', 'documents', 'backups', 'health', 'games', 'events', 'admin']),
    -- {"rpm": 60}: requests a minute. An absent limit is no limit; unknown ones are left alone.
    limits     jsonb       NOT NULL DEFAULT '{}' CHECK (
        jsonb_typeof(limits) = 'object'
        AND (NOT limits ? 'rpm' OR limits @? '$.rpm ? (@ >= 1 && @ <= 1000000)')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    version    bigint      NOT NULL UNIQUE
);

-- A revoked key keeps its row and gives up its name.
CREATE UNIQUE INDEX api_key_live_name ON ruche_auth.api_key (tenant, name) WHERE revoked_at IS NULL;

CREATE FUNCTION ruche_auth.stamp_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ruche_auth.key_change SET version = version + 1 RETURNING version INTO NEW.version;
    RETURN NEW;
END
$$;

CREATE TRIGGER api_key_version BEFORE INSERT OR UPDATE ON ruche_auth.api_key
    FOR EACH ROW EXECUTE FUNCTION ruche_auth.stamp_version();

-- Processes learn of changed rows, not of missing ones: a live key is revoked before it is deleted.
CREATE FUNCTION ruche_auth.refuse_live_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'key %.% is live: set revoked_at before deleting it', OLD.tenant, OLD.name;
END
$$;

CREATE TRIGGER api_key_live_delete BEFORE DELETE ON ruche_auth.api_key
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL) EXECUTE FUNCTION ruche_auth.refuse_live_delete();
