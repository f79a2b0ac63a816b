-- Who may do what in which schema. ruche_admin owns the schemas and their tables, whose migrations it runs.
SET client_min_messages = warning;
REVOKE ALL ON DATABASE ruche FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, TEMPORARY ON DATABASE ruche TO ruche_admin;

CREATE SCHEMA IF NOT EXISTS ruche_auth AUTHORIZATION ruche_admin;
CREATE SCHEMA IF NOT EXISTS ruche_ai AUTHORIZATION ruche_admin;
CREATE SCHEMA IF NOT EXISTS ruche_embed AUTHORIZATION ruche_admin;

-- One row a schema and a role: what it may do with every table there, now and later.
CREATE TEMPORARY TABLE access (schema text, role text, rights text);
INSERT INTO access VALUES
    -- Keys are made and revoked on ai-proxy's page.
    ('ruche_auth',  'ai_proxy',      'SELECT, INSERT, UPDATE, DELETE'),
    ('ruche_auth',  'embed_service', 'SELECT'),
    ('ruche_ai',    'ai_proxy',      'SELECT, INSERT, UPDATE, DELETE'),
    ('ruche_embed', 'embed_service', 'SELECT, INSERT, UPDATE, DELETE');
DELETE FROM access WHERE role NOT IN (SELECT rolname FROM pg_roles);

SELECT format('GRANT USAGE ON SCHEMA %I TO %I', schema, role) FROM access \gexec
SELECT format('GRANT %s ON ALL TABLES IN SCHEMA %I TO %I', rights, schema, role) FROM access \gexec
SELECT format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', schema, role) FROM access \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE ruche_admin IN SCHEMA %I GRANT %s ON TABLES TO %I', schema, rights, role)
  FROM access \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE ruche_admin IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', schema, role)
  FROM access \gexec

SELECT 'GRANT pg_monitor TO ruche_monitor' WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'ruche_monitor') \gexec
