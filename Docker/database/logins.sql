-- The login of one service: it reads and writes its own database's rows, and owns nothing. Safe to repeat.
-- Run with psql in that database as the owner of its tables; SERVICE_LOGIN and SERVICE_PASSWORD are in the environment.
\set ON_ERROR_STOP on
\getenv login SERVICE_LOGIN
\getenv password SERVICE_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'login') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
ALTER ROLE :"login" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name) FROM unnest(ARRAY[current_database(), 'postgres', 'template1']) AS name
WHERE EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
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
