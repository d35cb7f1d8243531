-- One database for each service and two roles. The owner runs the migrations and owns what they create; the application role
-- owns nothing and is bound by row-level security. Run once by a superuser with psql 15 or later; the official image runs it by
-- itself on an empty volume. The passwords come from the environment.
\getenv owner_password PLATFORM_OWNER_PASSWORD
\getenv app_password PLATFORM_APP_PASSWORD

CREATE ROLE platform_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CREATE ROLE platform_app LOGIN PASSWORD :'app_password' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;

CREATE DATABASE enrollment OWNER platform_owner ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE scheduling OWNER platform_owner ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE attendance OWNER platform_owner ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE billing OWNER platform_owner ENCODING 'UTF8' TEMPLATE template0;

REVOKE ALL ON DATABASE enrollment, scheduling, attendance, billing, postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE enrollment, scheduling, attendance, billing TO platform_app;
