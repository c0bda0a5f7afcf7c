-- The login of one service, with no rights yet: those are in rights.sql. Safe to repeat.
-- Run with psql as an administrator; SERVICE_LOGIN and SERVICE_PASSWORD are in the environment.
\set ON_ERROR_STOP on
\getenv login SERVICE_LOGIN
\getenv password SERVICE_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'login') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
ALTER ROLE :"login" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';

-- Nobody enters the databases that every server has.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
WHERE datname IN ('postgres', 'template1') \gexec
