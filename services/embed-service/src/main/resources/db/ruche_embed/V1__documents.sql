-- Documents, their chunks and the vectors of their texts. This is the truth; the index that is searched is a copy.

CREATE TABLE ruche_embed.model (
    id         integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    -- Vectors of one identity can be compared with each other and with no others.
    identity   text    NOT NULL UNIQUE,
    name       text    NOT NULL,
    dimensions integer NOT NULL
);

CREATE TABLE ruche_embed.collection (
    id      bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant  text        NOT NULL,
    name    text        NOT NULL,
    -- The model that is searched, and the one that is being filled to take its place.
    active  integer     NOT NULL REFERENCES ruche_embed.model,
    shadow  integer     REFERENCES ruche_embed.model,
    made    timestamptz NOT NULL DEFAULT now(),
    -- What was accepted until then is deleted, also what has not been worked off yet.
    dropped timestamptz NOT NULL DEFAULT 'epoch',
    UNIQUE (tenant, name)
);

CREATE TABLE ruche_embed.document (
    id           bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    collection   bigint      NOT NULL REFERENCES ruche_embed.collection ON DELETE CASCADE,
    -- The caller's own id.
    name         text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('indexed', 'failed', 'deleted')),
    -- When the command was accepted that this row shows: an older one changes nothing any more.
    accepted     timestamptz NOT NULL,
    -- Another one after each change.
    version      bigint      NOT NULL DEFAULT 1,
    -- Of everything that the chunks are made from: bytes, name, content type, metadata, parser and chunker.
    fingerprint  bytea       NOT NULL,
    sha256       bytea       NOT NULL,
    size         bigint      NOT NULL,
    content_type text        NOT NULL,
    file_name    text        NOT NULL,
    -- Of the original in S3; null when the text itself was given.
    s3_key       text,
    metadata     jsonb       NOT NULL,
    title        text        NOT NULL,
    language     text        NOT NULL,
    body         text        NOT NULL,
    pages        jsonb       NOT NULL,
    headings     jsonb       NOT NULL,
    notes        jsonb       NOT NULL,
    chunks       integer     NOT NULL,
    truncated    integer     NOT NULL,
    dropped      bigint      NOT NULL,
    -- Why the latest attempt failed; an earlier version may be there all the same.
    problem      jsonb,
    made         timestamptz NOT NULL DEFAULT now(),
    changed      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (collection, name)
);

CREATE INDEX document_deleted ON ruche_embed.document (changed) WHERE state = 'deleted';

CREATE TABLE ruche_embed.chunk (
    model      integer NOT NULL REFERENCES ruche_embed.model,
    id         uuid    NOT NULL,
    document   bigint  NOT NULL REFERENCES ruche_embed.document ON DELETE CASCADE,
    ordinal    integer NOT NULL,
    -- In UTF-16 units of the document's text.
    start_at   integer NOT NULL,
    end_at     integer NOT NULL,
    first_page integer NOT NULL,
    last_page  integer NOT NULL,
    headings   jsonb   NOT NULL,
    body       text    NOT NULL,
    -- Of the text that was embedded: headings and body.
    hash       bytea   NOT NULL,
    tokens     integer NOT NULL,
    dropped    integer NOT NULL,
    PRIMARY KEY (model, id)
);

CREATE INDEX chunk_document ON ruche_embed.chunk (document, model, ordinal);

-- What was embedded once: the vector of a text by its hash, and bounded.
CREATE TABLE ruche_embed.embedding (
    model   integer     NOT NULL REFERENCES ruche_embed.model,
    hash    bytea       NOT NULL,
    -- 32-bit floats, the lowest byte first.
    vector  bytea       NOT NULL,
    tokens  integer     NOT NULL,
    dropped integer     NOT NULL,
    used    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, hash)
);

CREATE INDEX embedding_used ON ruche_embed.embedding (used);

-- How far commands have come that are being worked off, and what was wrong with those that failed.
CREATE TABLE ruche_embed.progress (
    tenant  text        NOT NULL,
    client  text        NOT NULL,
    command text        NOT NULL,
    id      text        NOT NULL,
    stage   text        NOT NULL,
    pages   integer     NOT NULL DEFAULT 0,
    done    integer     NOT NULL DEFAULT 0,
    total   integer     NOT NULL DEFAULT 0,
    problem jsonb,
    changed timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, client, command, id)
);

CREATE INDEX progress_changed ON ruche_embed.progress (changed);

-- Objects in S3 that no document may have any more after that time: uploads before their document is there, and what
-- was replaced while older commands may still name it.
CREATE TABLE ruche_embed.leftover (
    s3_key text        PRIMARY KEY,
    due    timestamptz NOT NULL
);

CREATE INDEX leftover_due ON ruche_embed.leftover (due);

-- Objects of watched prefixes as they were last seen.
CREATE TABLE ruche_embed.watched (
    tenant     text NOT NULL,
    collection text NOT NULL,
    s3_key     text NOT NULL,
    -- Empty when the object is gone.
    etag       text NOT NULL,
    -- One more with each change, so that a change back is another change.
    version    bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant, collection, s3_key)
);
