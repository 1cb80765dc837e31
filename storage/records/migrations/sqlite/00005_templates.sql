-- Word templates that clerks upload in place of those that come with a call. A version is never changed. What is in force is
-- the last publication of its slot, a call's kind of document in one language: publications are added and never edited, so
-- that they tell what was in force when. A publication without a version brings back the template that comes with the call.

-- +goose Up
create table template_versions (
    call           text    not null references call_bureaus (call),
    kind           text    not null,
    lang           text    not null,
    version        integer not null check (version > 0),
    note           text    not null,
    fails          integer not null, -- findings when it was uploaded
    warns          integer not null,
    object_key     text    not null,
    object_size    integer not null check (object_size > 0),
    object_sha256  text    not null check (length(object_sha256) = 64),
    object_version text    not null,
    uploaded_by    text    not null,
    uploaded_at    integer not null,
    primary key (call, kind, lang, version),
    unique (call, kind, lang, object_sha256)
) strict;

create index template_versions_by_object on template_versions (object_key);

create table template_publications (
    call         text    not null references call_bureaus (call),
    kind         text    not null,
    lang         text    not null,
    seq          integer not null check (seq > 0),
    version      integer, -- null for the one that comes with the call
    published_by text    not null,
    published_at integer not null,
    primary key (call, kind, lang, seq),
    foreign key (call, kind, lang, version) references template_versions (call, kind, lang, version)
) strict;

alter table documents add column template_version integer not null default 0; -- 0 for the one that comes with the call

drop view kept_objects;
create view kept_objects as
    select object_key from documents
    union all
    select object_key from template_versions;

-- +goose Down
drop view kept_objects;
create view kept_objects as select object_key from documents;
alter table documents drop column template_version;
drop table template_publications;
drop table template_versions;
