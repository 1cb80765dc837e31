-- A database with schema 1, as its program left it: the input of TestMigrateFromRelease. Never edit it.
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO goose_db_version VALUES(1,0,1,'2026-03-01 00:00:00');
INSERT INTO goose_db_version VALUES(2,1,1,'2026-03-01 00:00:00');
CREATE TABLE projects (
    id         text    not null primary key,
    call       text    not null,
    number     text    not null, -- application number, one project in a call
    title      text    not null,
    revision   integer not null, -- the current one; revisions start at 1
    created_at integer not null,
    updated_at integer not null,
    unique (call, number)
) strict;
INSERT INTO projects VALUES('e2f416d1b05ceff2d8785a33923344e9','ningbo-2025','202501A0012','面向深远海风电的智能传感',2,1772328600123456,1772328600123456);
INSERT INTO projects VALUES('9ffeb17cf05406c44c498a325b41fdd2','ningbo-2025','202502B0037','没有信用代码',1,1772415000123456,1772415000123456);
INSERT INTO projects VALUES('46ccf0a738fdacd3e909ec6964f86bcd','shanghai-2024','24510000001','not JSON at all',1,1772501400123456,1772501400123456);
CREATE TABLE revisions (
    project  text    not null references projects (id),
    revision integer not null check (revision > 0),
    title    text    not null,
    payload  blob    not null,
    digest   text    not null check (length(digest) = 64),
    saved_at integer not null,
    primary key (project, revision)
) strict;
INSERT INTO revisions VALUES('e2f416d1b05ceff2d8785a33923344e9',1,'面向深远海风电的智能传感',X'7b0a20202263616c6c223a20226e696e67626f2d32303235222c20226c656164223a207b2275736363223a202231323333303230304d423058303030303137227d2c202276223a20310a7d','c9fdb01b9b0f079a6a7b695f9813f4e64fc12e8117927bffc6cbb234a2a975de',1772328600123456);
INSERT INTO revisions VALUES('e2f416d1b05ceff2d8785a33923344e9',2,'面向深远海风电的智能传感',X'7b0a20202263616c6c223a20226e696e67626f2d32303235222c20226c656164223a207b2275736363223a202231323333303230304d423058303030303137227d2c20226d75223a207b2275736363223a2022313133333032303030303239373030303158227d2c202276223a20322c2022e5908d223a2022f0acad8e27220a7d','893bbdbddf276911d1033681d2f0ebf1edf4fc91477152bf8b9bbc20979840fb',1772328600123456);
INSERT INTO revisions VALUES('9ffeb17cf05406c44c498a325b41fdd2',1,'没有信用代码',X'7b226c656164223a7b7d7d','c3805f406195a297a4c95c70ffba7f94c60d65950fa15fd24cfead9977529340',1772415000123456);
INSERT INTO revisions VALUES('46ccf0a738fdacd3e909ec6964f86bcd',1,'not JSON at all',X'00ff27','34161b9e204118fa27a71f5268309031c18467831a8c5f3427c5b3eb71267c50',1772501400123456);
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
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('goose_db_version',3);
CREATE INDEX document_projects_by_project on document_projects (project, document);
CREATE INDEX documents_by_code on documents (code);
CREATE INDEX documents_by_object on documents (object_key);
