-- A bureau is a tenant: its managing units and applicants are organisations of its own, and see projects of no other bureau.
-- The bureau named first is there from the start; what was on record before there were organisations is its.
-- Roles and scopes are words with spaces between them. Secrets are kept as SHA-256, passwords as argon2id.

-- +goose Up
create table organisations (
    id         text    not null primary key,
    kind       text    not null check (kind in ('bureau', 'managing-unit', 'applicant')),
    bureau     text    not null references organisations (id), -- the tenant; a bureau is its own
    name_cn    text    not null,
    name_en    text    not null,
    code       text    not null, -- unified social credit code, by which projects name it; '' for none
    created_at bigint not null
);

create unique index organisations_by_code on organisations (bureau, kind, code) where code <> '';

insert into organisations (id, kind, bureau, name_cn, name_en, code, created_at)
values ('first', 'bureau', 'first', '科技主管部门', 'Science and technology bureau', '', 0);

create table call_bureaus (
    call   text collate "C" not null primary key,
    bureau text not null references organisations (id)
);

alter table projects add column bureau text not null default 'first' references organisations (id);
alter table projects add column lead_code text not null default '';
alter table projects add column managing_code text not null default '';
alter table revisions add column saved_by text not null default 'system';
alter table links add column organisation text not null default 'first' references organisations (id); -- that made it
alter table audit add column bureau text not null default ''; -- the tenant that it concerns

-- What a payload names under part; '' for one that is no JSON.
-- +goose StatementBegin
create function tripact_code(payload bytea, part text) returns text language plpgsql as $$
begin
    return coalesce(convert_from(payload, 'UTF8')::jsonb #>> array[part, 'uscc'], '');
exception when others then
    return '';
end $$;
-- +goose StatementEnd
update projects set lead_code = tripact_code(r.payload, 'lead'), managing_code = tripact_code(r.payload, 'mu')
from revisions r where r.project = projects.id and r.revision = projects.revision;
drop function tripact_code(bytea, text);
insert into call_bureaus (call, bureau) select distinct call, 'first' from projects;

create index projects_by_bureau on projects (bureau, call, number);
create index projects_by_lead on projects (lead_code) where lead_code <> '';
create index projects_by_managing on projects (managing_code) where managing_code <> '';

-- Which projects an organisation that is no bureau sees.
create view sights as
    select o.id as organisation, p.id as project from organisations o
    join projects p on p.bureau = o.bureau and p.lead_code = o.code
    where o.kind = 'applicant' and p.lead_code <> ''
    union all
    select o.id, p.id from organisations o
    join projects p on p.bureau = o.bureau and p.managing_code = o.code
    where o.kind = 'managing-unit' and p.managing_code <> '';

create table persons (
    id         text    not null primary key,
    issuer     text    not null, -- of the OIDC subject; '' for a local account
    subject    text    not null, -- with a local account the name to sign in with
    name       text    not null,
    email      text    not null,
    password   text    not null, -- argon2id; '' for none
    epoch      bigint not null default 0, -- rises when all sessions of the person end
    created_at bigint not null,
    unique (issuer, subject)
);

create table members (
    organisation text    not null references organisations (id),
    person       text    not null references persons (id),
    roles        text    not null,
    created_at   bigint not null,
    primary key (organisation, person)
);

create index members_by_person on members (person);

create table invites (
    digest       text    not null primary key check (length(digest) = 64),
    id           text    not null unique, -- names it where its secret must not stand
    organisation text    not null references organisations (id),
    person       text    references persons (id), -- null: whoever comes becomes a member
    roles        text    not null,
    created_at   bigint not null,
    expires_at   bigint not null,
    used_at      bigint
);

create index invites_by_organisation on invites (organisation, created_at);

create table tokens (
    id           text    not null primary key check (length(id) = 8),
    organisation text    not null references organisations (id),
    name         text    not null,
    digest       text    not null check (length(digest) = 64),
    roles        text    not null,
    scopes       text    not null,
    created_by   text    not null,
    created_at   bigint not null,
    expires_at   bigint not null,
    last_used_at bigint,
    revoked_at   bigint
);

create index tokens_by_organisation on tokens (organisation, created_at);

create table sessions (
    digest     text    not null primary key check (length(digest) = 64),
    data       bytea    not null,
    expires_at bigint not null
);

create index sessions_by_end on sessions (expires_at);

create table sign_in_failures (
    key      text    not null primary key check (length(key) = 64), -- digest of an account's name or of an address
    failures bigint not null,
    since    bigint not null
);

create table idempotency_keys (
    organisation text    not null references organisations (id),
    key          text    not null,
    request      text    not null check (length(request) = 64),
    state        text    not null check (state in ('running', 'done')),
    status       bigint not null,
    answer       bytea    not null,
    created_at   bigint not null,
    primary key (organisation, key)
);

create index idempotency_keys_by_age on idempotency_keys (created_at);

-- +goose Down
drop table idempotency_keys;
drop table sign_in_failures;
drop table sessions;
drop table tokens;
drop table invites;
drop table members;
drop table persons;
drop view sights;
drop index projects_by_managing;
drop index projects_by_lead;
drop index projects_by_bureau;
alter table audit drop column bureau;
alter table links drop column organisation;
alter table revisions drop column saved_by;
alter table projects drop column managing_code;
alter table projects drop column lead_code;
alter table projects drop column bureau;
drop table call_bureaus;
drop table organisations;
