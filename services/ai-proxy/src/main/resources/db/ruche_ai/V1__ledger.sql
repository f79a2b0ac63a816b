-- The ledger: one row a request, and sums of them.

CREATE TABLE ruche_ai.request (
    -- A ULID of ai-proxy's, so that rows come in the order of the index.
    id                     text        PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    -- When it came, by which it is counted.
    at                     timestamptz NOT NULL,
    tenant                 text        NOT NULL,
    client                 text        NOT NULL,
    source                 text        NOT NULL,
    command_id             text,
    operation              text        NOT NULL,
    model                  text        NOT NULL,
    stream                 boolean     NOT NULL,
    reserved_input_tokens  bigint      NOT NULL,
    reserved_output_tokens bigint      NOT NULL,
    reserved_cost_nano     bigint      NOT NULL,
    provider               text,
    upstream_model         text,
    status                 int,
    outcome                text        NOT NULL,
    input_tokens           bigint      NOT NULL,
    cached_tokens          bigint      NOT NULL,
    output_tokens          bigint      NOT NULL,
    -- provider, estimated or none
    usage_source           text        NOT NULL,
    -- 1 USD is 1,000,000,000.
    cost_nano              bigint      NOT NULL,
    first_byte_us          bigint,
    duration_us            bigint,
    recorded_at            timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX request_tenant_at ON ruche_ai.request (tenant, at);

-- For deleting what is old: a few pages, where a second tree would cost every insert.
CREATE INDEX request_at ON ruche_ai.request USING brin (at) WITH (autosummarize = on);

-- The requests of a quarter of an hour, which every time zone's days are made of. Changed by the
-- statement that adds the rows, and by nothing else.
CREATE TABLE ruche_ai.usage (
    tenant             text        NOT NULL,
    bucket             timestamptz NOT NULL,
    client             text        NOT NULL,
    model              text        NOT NULL,
    requests           bigint      NOT NULL,
    estimated_requests bigint      NOT NULL,
    input_tokens       bigint      NOT NULL,
    cached_tokens      bigint      NOT NULL,
    output_tokens      bigint      NOT NULL,
    cost_nano          bigint      NOT NULL,
    PRIMARY KEY (tenant, bucket, client, model)
) WITH (fillfactor = 70);
