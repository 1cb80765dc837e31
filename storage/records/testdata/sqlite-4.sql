-- A database with schema 4, as its program left it: the input of TestMigrateFromRelease. Never edit it.
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO goose_db_version VALUES(1,0,1,'2026-03-01 00:00:00');
INSERT INTO goose_db_version VALUES(2,1,1,'2026-03-01 00:00:00');
INSERT INTO goose_db_version VALUES(3,2,1,'2026-03-01 00:00:00');
INSERT INTO goose_db_version VALUES(4,3,1,'2026-11-21 15:44:30');
INSERT INTO goose_db_version VALUES(5,4,1,'2026-11-21 15:44:30');
CREATE TABLE projects (
    id         text    not null primary key,
    call       text    not null,
    number     text    not null, -- application number, one project in a call
    title      text    not null,
    revision   integer not null, -- the current one; revisions start at 1
    created_at integer not null,
    updated_at integer not null, bureau text not null default 'first', lead_code text not null default '', managing_code text not null default '',
    unique (call, number)
) strict;
INSERT INTO projects VALUES('e2f416d1b05ceff2d8785a33923344e9','ningbo-2025','202501A0012','面向深远海风电的智能传感',2,1772328600123456,1772328600123456,'first','12330200MB0X000017','11330200002970001X');
INSERT INTO projects VALUES('9ffeb17cf05406c44c498a325b41fdd2','ningbo-2025','202502B0037','没有信用代码',1,1772415000123456,1772415000123456,'first','','');
INSERT INTO projects VALUES('46ccf0a738fdacd3e909ec6964f86bcd','shanghai-2024','24510000001','not JSON at all',1,1772501400123456,1772501400123456,'first','','');
CREATE TABLE revisions (
    project  text    not null references projects (id),
    revision integer not null check (revision > 0),
    title    text    not null,
    payload  blob    not null,
    digest   text    not null check (length(digest) = 64),
    saved_at integer not null, saved_by text not null default 'system',
    primary key (project, revision)
) strict;
INSERT INTO revisions VALUES('e2f416d1b05ceff2d8785a33923344e9',1,'面向深远海风电的智能传感',X'7b0a20202263616c6c223a20226e696e67626f2d32303235222c20226c656164223a207b2275736363223a202231323333303230304d423058303030303137227d2c202276223a20310a7d','c9fdb01b9b0f079a6a7b695f9813f4e64fc12e8117927bffc6cbb234a2a975de',1772328600123456,'system');
INSERT INTO revisions VALUES('e2f416d1b05ceff2d8785a33923344e9',2,'面向深远海风电的智能传感',X'7b0a20202263616c6c223a20226e696e67626f2d32303235222c20226c656164223a207b2275736363223a202231323333303230304d423058303030303137227d2c20226d75223a207b2275736363223a2022313133333032303030303239373030303158227d2c202276223a20322c2022e5908d223a2022f0acad8e27220a7d','893bbdbddf276911d1033681d2f0ebf1edf4fc91477152bf8b9bbc20979840fb',1772328600123456,'system');
INSERT INTO revisions VALUES('9ffeb17cf05406c44c498a325b41fdd2',1,'没有信用代码',X'7b226c656164223a7b7d7d','c3805f406195a297a4c95c70ffba7f94c60d65950fa15fd24cfead9977529340',1772415000123456,'system');
INSERT INTO revisions VALUES('46ccf0a738fdacd3e909ec6964f86bcd',1,'not JSON at all',X'00ff27','34161b9e204118fa27a71f5268309031c18467831a8c5f3427c5b3eb71267c50',1772501400123456,'system');
CREATE TABLE documents (
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
    object_size     integer not null check (object_size > 0),
    object_sha256   text    not null check (length(object_sha256) = 64),
    object_version  text    not null,
    data_digest     text    not null,
    call            text    not null,
    call_digest     text    not null,
    template_digest text    not null,
    fonts_digest    text    not null,
    program         text    not null,
    created_at      integer not null,
    unique (kind, lang, state, format, subject, provenance),
    unique (kind, lang, state, format, subject, version)
) strict;
INSERT INTO documents VALUES('34e784152a279f29a82f06d262c6e04b','contract','zh','issued','pdf',1,'9b8327920c36810706668923f24007a808fdf168b5e6e479858240dcb341388c','23c211585ab94b9c5e8f752052a99f1fc3978e59b935340b6d225eb3fa8af8da','ABCD-EFGH-JK','任务书.pdf','sha256/ab/one.pdf',7,'e8b213e5b3b9a08e38d1bdd68dd67cc9892707dc5570a99ab7a09a1f674f31e0','v1','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','ningbo-2025','c','t','f','1.0',1772587800123456);
INSERT INTO documents VALUES('393d6ec7286d83d35de2673878c2a6ab','recommendation-letter','zh','issued','docx',1,'79a5ad92666a082d46bdcbcc5cc2fbe4eee96ce6729f0460898f6d44abf21abf','33dd687ad98dcd22cf0004169a5f2ba21f188c0931c969aec7fabe41d16e2434','ABCD-EFGH-JK','任务书.docx','sha256/ab/letter.docx',7,'64003a7dfffac3e248b1198efae8f526b1dd2db5dc96a5ecb18222ebb43b3319','v1','f80105efab6d863fd8fc243d269094469e2277e8f12e5a0a9f401e88494f7b4b','ningbo-2025','c','t','f','1.0',1772587800123456);
CREATE TABLE document_projects (
    document text    not null references documents (id),
    position integer not null, -- order in the letter, from 1
    project  text    not null,
    revision integer not null,
    primary key (document, position),
    unique (document, project),
    foreign key (project, revision) references revisions (project, revision)
) strict;
INSERT INTO document_projects VALUES('34e784152a279f29a82f06d262c6e04b',1,'e2f416d1b05ceff2d8785a33923344e9',2);
INSERT INTO document_projects VALUES('393d6ec7286d83d35de2673878c2a6ab',1,'e2f416d1b05ceff2d8785a33923344e9',2);
INSERT INTO document_projects VALUES('393d6ec7286d83d35de2673878c2a6ab',2,'9ffeb17cf05406c44c498a325b41fdd2',1);
CREATE TABLE links (
    id         text    not null primary key,
    document   text    not null references documents (id),
    created_at integer not null,
    expires_at integer not null,
    uses       integer not null default 0,
    uses_left  integer check (uses_left >= 0), -- null: as often as wanted
    revoked_at integer
, organisation text not null default 'first') strict;
INSERT INTO links VALUES('fadabc2564c54927dfe90045e7f493f4','34e784152a279f29a82f06d262c6e04b',1772674200123456,1773019800123456,1,0,NULL,'first');
INSERT INTO links VALUES('3aea9be063c89bdcdf8d44480a5c6422','393d6ec7286d83d35de2673878c2a6ab',1772674200123456,1773019800123456,0,NULL,1772847000123456,'first');
CREATE TABLE audit (
    seq     integer not null primary key, -- from 1, without gaps
    at      integer not null,
    actor   text    not null,
    event   text    not null,
    subject text    not null,
    detail  text    not null,
    prev    text    not null check (length(prev) = 64),
    digest  text    not null check (length(digest) = 64)
, bureau text not null default '') strict;
INSERT INTO audit VALUES(1,1772587800123456,'owner','document.issued','34e784152a279f29a82f06d262c6e04b','issued contract zh pdf v1 sha256:e8b213e5b3b9a08e38d1bdd68dd67cc9892707dc5570a99ab7a09a1f674f31e0','0000000000000000000000000000000000000000000000000000000000000000','791f8954a0ebcdd3e7ee3ce2e35474a6cf5dd0072218c154cc3c603abfb2f246','');
INSERT INTO audit VALUES(2,1772587800123456,'owner','document.issued','393d6ec7286d83d35de2673878c2a6ab','issued recommendation-letter zh docx v1 sha256:64003a7dfffac3e248b1198efae8f526b1dd2db5dc96a5ecb18222ebb43b3319','791f8954a0ebcdd3e7ee3ce2e35474a6cf5dd0072218c154cc3c603abfb2f246','d5ef3cba3a7f6a13bf49de7fb07c87723889efca07ce7c3250b57b43575a8026','');
INSERT INTO audit VALUES(3,1772674200123456,'owner','link.created','fadabc2564c54927dfe90045e7f493f4','34e784152a279f29a82f06d262c6e04b','d5ef3cba3a7f6a13bf49de7fb07c87723889efca07ce7c3250b57b43575a8026','cac06b46491d41a7ea753ec3975edbb81fc9615f6e2cd8e7ea703714decc5850','');
INSERT INTO audit VALUES(4,1772760600123456,'owner','link.used','fadabc2564c54927dfe90045e7f493f4','34e784152a279f29a82f06d262c6e04b','cac06b46491d41a7ea753ec3975edbb81fc9615f6e2cd8e7ea703714decc5850','6111e09e311586ab4aa82c060786e02b6fa8a3c8bac0320ec4f6bf4aaa410315','');
INSERT INTO audit VALUES(5,1772674200123456,'owner','link.created','3aea9be063c89bdcdf8d44480a5c6422','393d6ec7286d83d35de2673878c2a6ab','6111e09e311586ab4aa82c060786e02b6fa8a3c8bac0320ec4f6bf4aaa410315','e2b92414320a2378ef4df03fdc6daa83b9701b1c180cb355ae718e6f6b4d5f7f','');
INSERT INTO audit VALUES(6,1772847000123456,'owner','link.revoked','3aea9be063c89bdcdf8d44480a5c6422','393d6ec7286d83d35de2673878c2a6ab','e2b92414320a2378ef4df03fdc6daa83b9701b1c180cb355ae718e6f6b4d5f7f','1c6ceec6415b71019fc7cfc3f3a8647df4008277b8af94fed6bc11fad1d566ca','');
INSERT INTO audit VALUES(7,1772933400123456,'owner','account.signed-in','owner','','1c6ceec6415b71019fc7cfc3f3a8647df4008277b8af94fed6bc11fad1d566ca','96b861913c05ddcee3c9cbcf652dce264d4481fb318d62f366b9e9e7776f71a7','');
INSERT INTO audit VALUES(8,1773192600123456,'system','webhook.created','de7a4d437f57f4c82ad6fd1ee5481bd0','document.issued','96b861913c05ddcee3c9cbcf652dce264d4481fb318d62f366b9e9e7776f71a7','2e0611a9b1be1321ac176b07d8852112b8f5ed12bc3ab29db44e721c6092301b','first');
CREATE TABLE audit_head (
    id     integer not null primary key check (id = 1),
    seq    integer not null,
    digest text    not null check (length(digest) = 64)
) strict;
INSERT INTO audit_head VALUES(1,8,'2e0611a9b1be1321ac176b07d8852112b8f5ed12bc3ab29db44e721c6092301b');
CREATE TABLE organisations (
    id         text    not null primary key,
    kind       text    not null check (kind in ('bureau', 'managing-unit', 'applicant')),
    bureau     text    not null references organisations (id), -- the tenant; a bureau is its own
    name_cn    text    not null,
    name_en    text    not null,
    code       text    not null, -- unified social credit code, by which projects name it; '' for none
    created_at integer not null
) strict;
INSERT INTO organisations VALUES('first','bureau','first','科技主管部门','Science and technology bureau','',0);
CREATE TABLE call_bureaus (
    call   text not null primary key,
    bureau text not null references organisations (id)
) strict;
INSERT INTO call_bureaus VALUES('ningbo-2025','first');
INSERT INTO call_bureaus VALUES('shanghai-2024','first');
CREATE TABLE persons (
    id         text    not null primary key,
    issuer     text    not null, -- of the OIDC subject; '' for a local account
    subject    text    not null, -- with a local account the name to sign in with
    name       text    not null,
    email      text    not null,
    password   text    not null, -- argon2id; '' for none
    epoch      integer not null default 0, -- rises when all sessions of the person end
    created_at integer not null,
    unique (issuer, subject)
) strict;
CREATE TABLE members (
    organisation text    not null references organisations (id),
    person       text    not null references persons (id),
    roles        text    not null,
    created_at   integer not null,
    primary key (organisation, person)
) strict;
CREATE TABLE invites (
    digest       text    not null primary key check (length(digest) = 64),
    id           text    not null unique, -- names it where its secret must not stand
    organisation text    not null references organisations (id),
    person       text    references persons (id), -- null: whoever comes becomes a member
    roles        text    not null,
    created_at   integer not null,
    expires_at   integer not null,
    used_at      integer
) strict;
CREATE TABLE tokens (
    id           text    not null primary key check (length(id) = 8),
    organisation text    not null references organisations (id),
    name         text    not null,
    digest       text    not null check (length(digest) = 64),
    roles        text    not null,
    scopes       text    not null,
    created_by   text    not null,
    created_at   integer not null,
    expires_at   integer not null,
    last_used_at integer,
    revoked_at   integer
) strict;
CREATE TABLE sessions (
    digest     text    not null primary key check (length(digest) = 64),
    data       blob    not null,
    expires_at integer not null
) strict;
INSERT INTO sessions VALUES('3f3af1ecebbd1410ab417ec0d27bbfcb5d340e177ae159b59fc8626c2dfd9175',X'006461746127',1774834200123456);
CREATE TABLE sign_in_failures (
    key      text    not null primary key check (length(key) = 64), -- digest of an account's name or of an address
    failures integer not null,
    since    integer not null
) strict;
CREATE TABLE idempotency_keys (
    organisation text    not null references organisations (id),
    key          text    not null,
    request      text    not null check (length(request) = 64),
    state        text    not null check (state in ('running', 'done')),
    status       integer not null,
    answer       blob    not null,
    created_at   integer not null,
    primary key (organisation, key)
) strict;
CREATE TABLE batches (
    id           text    not null primary key,
    organisation text    not null,
    actor        text    not null, -- account that started it
    request      text    not null, -- what to make, as JSON
    total        integer not null,
    seq          integer not null,
    created_at   integer not null,
    finished_at  integer
) strict;
INSERT INTO batches VALUES('a66170e56a4e5fd1ee45b6d32525dd35','first','owner','{"kind":"contract"}',1,1,1773106200123456,1773106200123456);
CREATE TABLE batch_rows (
    batch      text    not null references batches (id),
    position   integer not null, -- from 1
    label      text    not null, -- application numbers
    projects   text    not null, -- ids
    state      text    not null check (state in ('waiting', 'running', 'done', 'refused', 'failed', 'cancelled')),
    findings   text    not null,
    documents  text    not null, -- ids
    tries      integer not null,
    seq        integer not null,
    updated_at integer not null,
    primary key (batch, position)
) strict;
INSERT INTO batch_rows VALUES('a66170e56a4e5fd1ee45b6d32525dd35',1,'202501A0012','["p"]','refused','[{"code":"batch.test","severity":"fail","message":{"zh":"文","en":"it''s"}}]','[]',0,1,1773106200123456);
CREATE TABLE webhooks (
    id           text    not null primary key,
    organisation text    not null,
    url          text    not null,
    secret       text    not null,
    events       text    not null, -- with a space before, between and after them
    created_at   integer not null,
    stopped_at   integer
) strict;
INSERT INTO webhooks VALUES('de7a4d437f57f4c82ad6fd1ee5481bd0','first','https://example.org/hook','s',' document.issued ',1773192600123456,NULL);
CREATE TABLE deliveries (
    id           text    not null primary key,
    webhook      text    not null references webhooks (id),
    event        text    not null,
    body         text    not null, -- as it is sent, ids and digests only
    state        text    not null check (state in ('waiting', 'delivered', 'failed')),
    tries        integer not null,
    status       integer not null, -- of the last answer, 0 for none
    fault        text    not null, -- of the last try
    created_at   integer not null,
    updated_at   integer not null
) strict;
INSERT INTO deliveries VALUES('delivery','de7a4d437f57f4c82ad6fd1ee5481bd0','document.issued','{}','waiting',0,0,'',1773279000123456,1773279000123456);
CREATE TABLE sweeps (
    object_key text    not null primary key,
    begun_at   integer not null
) strict;
CREATE TABLE river_leader (
    elected_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    leader_id text NOT NULL,
    name text PRIMARY KEY NOT NULL DEFAULT 'default' CHECK (name = 'default'),
    CONSTRAINT name_length CHECK (length(name) > 0 AND length(name) < 128),
    CONSTRAINT leader_id_length CHECK (length(leader_id) > 0 AND length(leader_id) < 128)
);
CREATE TABLE river_migration (
    line text NOT NULL,
    version integer NOT NULL,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT line_length CHECK (length(line) > 0 AND length(line) < 128),
    CONSTRAINT version_gte_1 CHECK (version >= 1),
    PRIMARY KEY (line, version)
);
INSERT INTO river_migration VALUES('main',1,'2026-11-21 15:44:30');
INSERT INTO river_migration VALUES('main',2,'2026-11-21 15:44:30');
INSERT INTO river_migration VALUES('main',3,'2026-11-21 15:44:30');
INSERT INTO river_migration VALUES('main',4,'2026-11-21 15:44:30');
INSERT INTO river_migration VALUES('main',5,'2026-11-21 15:44:30');
INSERT INTO river_migration VALUES('main',6,'2026-11-21 15:44:30');
INSERT INTO river_migration VALUES('main',7,'2026-11-21 15:44:30');
CREATE TABLE river_notification (
    id integer PRIMARY KEY AUTOINCREMENT,
    created_at timestamp NOT NULL DEFAULT (datetime('now', 'subsec')),
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT topic_length CHECK (length(topic) > 0 AND length(topic) < 128)
);
INSERT INTO river_notification VALUES(1,'2026-11-21 15:44:30.619','{"queue": "errands"}','river_insert');
CREATE TABLE river_job (
    id integer PRIMARY KEY, -- SQLite makes this autoincrementing automatically
    args blob NOT NULL DEFAULT (jsonb('{}')),
    attempt integer NOT NULL DEFAULT 0,
    attempted_at timestamp,
    attempted_by blob, -- json
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    errors blob, -- json
    finalized_at timestamp,
    kind text NOT NULL,
    metadata blob NOT NULL DEFAULT (jsonb('{}')),
    priority integer NOT NULL DEFAULT 1,
    queue text NOT NULL DEFAULT 'default',
    state text NOT NULL DEFAULT 'available',
    scheduled_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    tags blob NOT NULL DEFAULT (jsonb('[]')),
    unique_key blob,
    unique_states integer, max_attempts integer NOT NULL DEFAULT 25,
    CONSTRAINT finalized_or_finalized_at_null CHECK (
        (finalized_at IS NULL AND state NOT IN ('cancelled', 'completed', 'discarded')) OR
        (finalized_at IS NOT NULL AND state IN ('cancelled', 'completed', 'discarded'))
    ),
    CONSTRAINT priority_in_range CHECK (priority >= 1 AND priority <= 4),
    CONSTRAINT queue_length CHECK (length(queue) > 0 AND length(queue) < 128),
    CONSTRAINT kind_length CHECK (length(kind) > 0 AND length(kind) < 128),
    CONSTRAINT state_valid CHECK (state IN ('available', 'cancelled', 'completed', 'discarded', 'pending', 'retryable', 'running', 'scheduled'))
);
INSERT INTO river_job VALUES(1,X'cc10376b6579176b47617267734c17611762',0,NULL,NULL,'2026-11-21 15:44:30.619',NULL,NULL,'webhook',X'cc26c71272697665723a756e697175655f6e6f6e6365c71065393063346531666537623431356430',1,'errands','available','2026-11-21 15:44:30.619',X'0b',X'f1a40f987c1011fc451e73585afde4e6ef2ab0a48101d0e9fdf1adecc4e98a78',241,10);
CREATE TABLE river_queue (
    name text PRIMARY KEY NOT NULL,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    metadata blob NOT NULL DEFAULT (jsonb('{}')),
    paused_at timestamp,
    updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('goose_db_version',5);
INSERT INTO sqlite_sequence VALUES('river_notification',1);
CREATE INDEX document_projects_by_project on document_projects (project, document);
CREATE INDEX documents_by_code on documents (code);
CREATE INDEX documents_by_object on documents (object_key);
CREATE INDEX links_by_document on links (document, created_at);
CREATE UNIQUE INDEX organisations_by_code on organisations (bureau, kind, code) where code <> '';
CREATE INDEX projects_by_bureau on projects (bureau, call, number);
CREATE INDEX projects_by_lead on projects (lead_code) where lead_code <> '';
CREATE INDEX projects_by_managing on projects (managing_code) where managing_code <> '';
CREATE VIEW sights as
    select o.id as organisation, p.id as project from organisations o
    join projects p on p.bureau = o.bureau and p.lead_code = o.code
    where o.kind = 'applicant' and p.lead_code <> ''
    union all
    select o.id, p.id from organisations o
    join projects p on p.bureau = o.bureau and p.managing_code = o.code
    where o.kind = 'managing-unit' and p.managing_code <> '';
CREATE INDEX members_by_person on members (person);
CREATE INDEX invites_by_organisation on invites (organisation, created_at);
CREATE INDEX tokens_by_organisation on tokens (organisation, created_at);
CREATE INDEX sessions_by_end on sessions (expires_at);
CREATE INDEX idempotency_keys_by_age on idempotency_keys (created_at);
CREATE INDEX batches_by_organisation on batches (organisation, created_at, id);
CREATE INDEX batches_unfinished on batches (created_at) where finished_at is null;
CREATE INDEX batch_rows_by_change on batch_rows (batch, seq);
CREATE INDEX batch_rows_by_state on batch_rows (batch, state);
CREATE INDEX webhooks_by_organisation on webhooks (organisation, created_at);
CREATE INDEX deliveries_by_webhook on deliveries (webhook, created_at, id);
CREATE INDEX deliveries_by_age on deliveries (created_at);
CREATE VIEW kept_objects as select object_key from documents;
CREATE INDEX river_notification_created_at_idx ON river_notification (created_at);
CREATE INDEX river_notification_topic_id_idx ON river_notification (topic, id);
CREATE INDEX river_job_kind ON river_job (kind);
CREATE INDEX river_job_state_and_finalized_at_index ON river_job (state, finalized_at) WHERE finalized_at IS NOT NULL;
CREATE INDEX river_job_prioritized_fetching_index ON river_job (state, queue, priority, scheduled_at, id);
CREATE UNIQUE INDEX river_job_unique_idx ON river_job (unique_key)
    WHERE unique_key IS NOT NULL
        AND unique_states IS NOT NULL
        AND CASE state
            WHEN 'available' THEN unique_states & (1 << 0)
            WHEN 'cancelled' THEN unique_states & (1 << 1)
            WHEN 'completed' THEN unique_states & (1 << 2)
            WHEN 'discarded' THEN unique_states & (1 << 3)
            WHEN 'pending'   THEN unique_states & (1 << 4)
            WHEN 'retryable' THEN unique_states & (1 << 5)
            WHEN 'running'   THEN unique_states & (1 << 6)
            WHEN 'scheduled' THEN unique_states & (1 << 7)
            ELSE 0
        END >= 1;
