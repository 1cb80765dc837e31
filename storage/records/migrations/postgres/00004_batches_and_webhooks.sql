-- A batch makes one kind of document for many projects, a row for each document. Its seq rises with each change of a row, so
-- that whoever looks on asks for the rows changed since. Lists and findings are JSON.
-- A webhook is told of events; a delivery is one event for one webhook.

-- +goose Up
create table batches (
    id           text    not null primary key,
    organisation text    not null,
    actor        text    not null, -- account that started it
    request      text    not null, -- what to make, as JSON
    total        bigint not null,
    seq          bigint not null,
    created_at   bigint not null,
    finished_at  bigint
);

create index batches_by_organisation on batches (organisation, created_at, id);
create index batches_unfinished on batches (created_at) where finished_at is null;

create table batch_rows (
    batch      text    not null references batches (id),
    position   bigint not null, -- from 1
    label      text    not null, -- application numbers
    projects   text    not null, -- ids
    state      text    not null check (state in ('waiting', 'running', 'done', 'refused', 'failed', 'cancelled')),
    findings   text    not null,
    documents  text    not null, -- ids
    tries      bigint not null,
    seq        bigint not null,
    updated_at bigint not null,
    primary key (batch, position)
);

create index batch_rows_by_change on batch_rows (batch, seq);
create index batch_rows_by_state on batch_rows (batch, state);

create table webhooks (
    id           text    not null primary key,
    organisation text    not null,
    url          text    not null,
    secret       text    not null,
    events       text    not null, -- with a space before, between and after them
    created_at   bigint not null,
    stopped_at   bigint
);

create index webhooks_by_organisation on webhooks (organisation, created_at);

create table deliveries (
    id           text    not null primary key,
    webhook      text    not null references webhooks (id),
    event        text    not null,
    body         text    not null, -- as it is sent, ids and digests only
    state        text    not null check (state in ('waiting', 'delivered', 'failed')),
    tries        bigint not null,
    status       bigint not null, -- of the last answer, 0 for none
    fault        text    not null, -- of the last try
    created_at   bigint not null,
    updated_at   bigint not null
);

create index deliveries_by_webhook on deliveries (webhook, created_at, id);
create index deliveries_by_age on deliveries (created_at);

-- Every table that names a stored object has a part in this view: what is not in it is removed from the store after a day.
create view kept_objects as select object_key from documents;

-- Objects that are being removed from the store just now: none of them may come on record meanwhile.
create table sweeps (
    object_key text    not null primary key,
    begun_at   bigint not null
);

-- +goose Down
drop table sweeps;
drop view kept_objects;
drop table deliveries;
drop table webhooks;
drop table batch_rows;
drop table batches;
