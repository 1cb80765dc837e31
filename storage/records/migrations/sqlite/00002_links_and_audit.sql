-- Links are the program's own: what stands in an address is the id and its code, which is not kept here.
-- The audit is a chain: each event's digest covers the event and the digest before it; audit_head is the chain's end.

-- +goose Up
create table links (
    id         text    not null primary key,
    document   text    not null references documents (id),
    created_at integer not null,
    expires_at integer not null,
    uses       integer not null default 0,
    uses_left  integer check (uses_left >= 0), -- null: as often as wanted
    revoked_at integer
) strict;

create index links_by_document on links (document, created_at);

create table audit (
    seq     integer not null primary key, -- from 1, without gaps
    at      integer not null,
    actor   text    not null,
    event   text    not null,
    subject text    not null,
    detail  text    not null,
    prev    text    not null check (length(prev) = 64),
    digest  text    not null check (length(digest) = 64)
) strict;

create table audit_head (
    id     integer not null primary key check (id = 1),
    seq    integer not null,
    digest text    not null check (length(digest) = 64)
) strict;

insert into audit_head (id, seq, digest) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- +goose Down
drop table audit_head;
drop table audit;
drop table links;
