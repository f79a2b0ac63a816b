-- Rows of which their tenants have asked to hear, until they have been told: added by the statement
-- that adds the row, and deleted once the event is on the bus.

CREATE TABLE ruche_ai.untold (
    -- Of ruche_ai.request.
    id            text        PRIMARY KEY,
    -- Until then somebody is about to tell it.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity'
);
