-- Times are microseconds since 1970 (UTC). Digests are 64 lower-case hex digits of SHA-256. Payloads are the bytes that
-- came in, never reformatted, so that their digest can be checked for ever.

-- +goose Up
create table projects (
    id         text    not null primary key,
    call       text    collate "C" not null, -- ordered by bytes, as on SQLite
    number     text    collate "C" not null, -- application number, one project in a call
    title      text    not null,
    revision   integer not null, -- the current one; revisions start at 1
    created_at bigint  not null,
    updated_at bigint  not null,
    unique (call, number)
);

create table revisions (
    project  text    not null references projects (id),
    revision integer not null check (revision > 0),
    title    text    not null,
    payload  bytea   not null,
    digest   text    not null check (length(digest) = 64),
    saved_at bigint  not null,
    primary key (project, revision)
);

create table documents (
    id              text    not null primary key,
    kind            text    not null,
    lang            text    not null,
    state           text    not null check (state in ('draft', 'issued')),
    format          text    not null,
    version         integer not null check (version > 0),
    subject         text    not null, -- digest of the projects it covers
    provenance      text    not null, -- digest of all that it was made from
    code            text    not null,
    file_name       text    not null,
    object_key      text    not null,
    object_size     bigint  not null check (object_size > 0),
    object_sha256   text    not null check (length(object_sha256) = 64),
    object_version  text    not null,
    data_digest     text    not null,
    call            text    not null,
    call_digest     text    not null,
    template_digest text    not null,
    fonts_digest    text    not null,
    program         text    not null,
    created_at      bigint  not null,
    unique (kind, lang, state, format, subject, provenance),
    unique (kind, lang, state, format, subject, version)
);

create table document_projects (
    document text    not null references documents (id),
    position integer not null, -- order in the letter, from 1
    project  text    not null,
    revision integer not null,
    primary key (document, position),
    unique (document, project),
    foreign key (project, revision) references revisions (project, revision)
);

create index document_projects_by_project on document_projects (project, document);
create index documents_by_code on documents (code);
create index documents_by_object on documents (object_key);

-- +goose Down
drop table document_projects;
drop table documents;
drop table revisions;
drop table projects;
