-- A role that may sign in; its name and password are in the environment.
\getenv role ROLE
\getenv password PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
GRANT CONNECT ON DATABASE ruche TO :"role";
