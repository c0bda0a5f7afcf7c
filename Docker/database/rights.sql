-- What a service's login may do in its own database: read and write rows, and own nothing. Safe to repeat.
-- Run with psql in that database as the owner of its tables; SERVICE_LOGIN is in the environment.
\set ON_ERROR_STOP on
\getenv login SERVICE_LOGIN

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), :'login') \gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"login";

-- What is there, and what later migrations make. Neither TRUNCATE nor TRIGGER, nor any change of a table.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"login";
GRANT SELECT, USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO :"login";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"login";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE, UPDATE ON SEQUENCES TO :"login";
-- What was migrated is the owner's to say; `migrate` takes these rights away again from the table that it makes.
SELECT format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', :'login')
WHERE to_regclass('public.django_migrations') IS NOT NULL \gexec
