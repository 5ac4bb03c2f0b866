BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0011');
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','asset_words','asset_words',0,'CREATE VIRTUAL TABLE asset_words USING fts5(prompt, content=''assets'', content_rowid=''rowid'', tokenize=''trigram'')');
CREATE TABLE 'asset_words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "asset_words_config" VALUES('version',4);
CREATE TABLE 'asset_words_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "asset_words_data" VALUES(1,X'0000');
INSERT INTO "asset_words_data" VALUES(10,X'00000000000000');
CREATE TABLE 'asset_words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE 'asset_words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE assets (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	state TEXT NOT NULL, 
	asset_type TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	model TEXT NOT NULL, 
	requester TEXT NOT NULL, 
	category TEXT NOT NULL, 
	body_shape TEXT NOT NULL, 
	finish TEXT NOT NULL, 
	is_favorite TEXT NOT NULL, 
	rejection_reason TEXT NOT NULL, 
	prompt TEXT NOT NULL, 
	prompt_sha256 TEXT NOT NULL, 
	content_sha256 TEXT NOT NULL, 
	perceptual_hash TEXT NOT NULL, 
	rating REAL, 
	cost_usd REAL, 
	confidence REAL, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE blobs (
	sha256 TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	chunk_sha256 BLOB NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	PRIMARY KEY (sha256)
)
 STRICT

;
CREATE TABLE exports (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	image_count REAL, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE idempotency_keys (
	"key" TEXT NOT NULL, 
	payload_sha256 TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(run_id) REFERENCES runs (run_id)
)
 STRICT

;
CREATE TABLE imports (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	import_kind TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	source_sha256 TEXT NOT NULL, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE jobs (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	status TEXT NOT NULL, 
	job_type TEXT NOT NULL, 
	pattern_id TEXT NOT NULL, 
	duration_s REAL, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE ledger (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	partition TEXT NOT NULL, 
	document BLOB NOT NULL, 
	sha256 TEXT NOT NULL, 
	previous_sha256 TEXT NOT NULL, 
	CONSTRAINT ledger_record UNIQUE (kind, record_id), 
	CONSTRAINT ledger_chain UNIQUE (subject_id, ordinal)
)
 STRICT

;
INSERT INTO "ledger" VALUES(1,'run','run_000000000007','run_000000000007',0,'2026-03-01',X'7B226174746163686D656E7473223A5B5D2C22637265617465645F61745F757463223A22323032362D30332D30315431323A30303A30302E3030303030305A222C226465636973696F6E223A7B22626C6F636B5F726561736F6E223A22222C2264657461696C73223A7B2262696E64696E675F63617465676F7279223A22434849504C4F4144222C226E656564735F726576696577223A66616C73652C22706173735F7468726573686F6C64223A37307D2C22676174655F6465636973696F6E223A22414C4C4F574544222C22676174655F706F6C6963795F6964223A22726D6F732E676174652F31222C227269736B5F6C6576656C223A22475245454E222C2273636F7265223A39372C227761726E696E6773223A5B5D7D2C226572726F7273223A5B5D2C226576616C756174696F6E223A7B22636F6D707574655F6D73223A302E357D2C22666561736962696C697479223A7B226173736573736D656E7473223A5B7B2263617465676F7279223A22434849504C4F4144222C2266696E64696E67223A2266696E65222C227269736B223A22475245454E222C2273636F7265223A39372C227761726E696E6773223A5B5D2C22776569676874223A317D5D2C2262696E64696E675F63617465676F7279223A22434849504C4F4144222C22656E67696E655F6964223A22626173656C696E655F7631222C22656E67696E655F76657273696F6E223A22312E302E30222C2269735F6665617369626C65223A747275652C226E656564735F726576696577223A66616C73652C226F766572616C6C5F7269736B223A22475245454E222C226F766572616C6C5F73636F7265223A39372C22706173735F7468726573686F6C64223A37307D2C22686173686573223A7B22666561736962696C6974795F736861323536223A2232303834646239653231343637383061363235633934353038663135336361626136393962373762396138373934306230346435343830303137393963386232222C22726571756573745F736861323536223A2237393039616631383032653137636563666165653030666235353532383630313035313135346639396636336139333231343763316433323835303038393963227D2C22696E70757473223A7B22636F6E74657874223A7B22637574223A7B22617869616C5F64657074685F6D6D223A302E36352C22636F6F6C696E67223A22414952222C22646972656374696F6E223A22434C494D42222C22666565645F726174655F6D6D5F7065725F6D696E223A313735302C22706C756E67655F726174655F6D6D5F7065725F6D696E223A3330302C2272616469616C5F77696474685F6D6D223A332E3137352C227370696E646C655F73706565645F72706D223A31373030307D2C226D616368696E65223A7B226D616368696E655F6964223A2273686170656F6B6F5F33227D2C226D6174657269616C223A7B226D6174657269616C5F6964223A227370727563655F7369746B61222C226D6F6973747572655F70657263656E74223A387D2C227361666574795F636F6E73747261696E7473223A7B22647573745F636F6C6C656374696F6E5F70726573656E74223A747275652C2273746F70735F70726573656E74223A747275657D2C2273746F636B223A7B226C656E6774685F6D6D223A3533302C22746869636B6E6573735F6D6D223A322E362C22746869636B6E6573735F746F6C6572616E63655F6D6D223A302E312C2277696474685F6D6D223A3231307D2C22746F6F6C223A7B2272756E6F75745F6D6D223A302E30312C22746F6F6C5F6964223A22656E645F6D696C6C5F333137355F646F776E222C2277656172223A225348415250227D2C22776F726B686F6C64696E67223A7B22636C616D705F666F7263655F6E223A3430302C226672696374696F6E223A302E32352C226D6574686F64223A22434C414D5053227D7D2C2264657369676E223A7B226E616D65223A22636C6173736963616C20726F7365747465222C2270617274223A7B22636F756E74223A312C2272656374616E676C65223A7B226C656E6774685F6D6D223A3531302C2277696474685F6D6D223A3230307D2C2273706163696E675F6D6D223A337D2C22726F73657474655F6368616E6E656C223A7B2264657074685F6D6D223A312E332C22696E6E65725F7261646975735F6D6D223A34362C226F757465725F7261646975735F6D6D223A35382C22736F756E64686F6C655F7261646975735F6D6D223A34322E352C2275707065725F626F75745F77696474685F6D6D223A3238307D7D2C22656E67696E655F6964223A22227D2C226C696E6B616765223A7B226D616368696E655F6964223A2273686170656F6B6F5F33222C226D6174657269616C5F6964223A227370727563655F7369746B61227D2C226D657461223A7B7D2C226D6F6465223A22726F7365747465222C22726571756573745F6964223A227265715F37222C22726571756573745F73756D6D617279223A7B7D2C2272756E5F6964223A2272756E5F303030303030303030303037222C22736368656D61223A22726D6F732E72756E2F31222C22737461747573223A224F4B222C22746F6F6C5F6964223A22656E645F6D696C6C5F333137355F646F776E227D','dee14427d7e46f1933d70f5890284735f8452c21bb4c42c42b5f42cd445d61f7','');
INSERT INTO "ledger" VALUES(2,'session','ws_0123456789ab/000000','ws_0123456789ab',0,'2026-03-01',X'7B22637265617465645F61745F757463223A22323032362D30332D30315431323A30303A30302E3030303030305A222C226576656E74223A7B22616374696F6E223A22637265617465227D2C226B696E64223A2273657373696F6E222C226F7264696E616C223A302C2270726576696F75735F736861323536223A22222C22726571756573745F6964223A227265715F31222C22736368656D61223A22726D6F732E73657373696F6E2F31222C227374617465223A7B227469746C65223A226B657074227D2C227375626A6563745F6964223A2277735F303132333435363738396162227D','722ee9db2bf7e982122437a66e91e6259b8588d25ec53188262f11a5d4ddcf03','');
CREATE TABLE maintenance (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	command TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	person TEXT NOT NULL, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE patterns (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	title TEXT NOT NULL, 
	pattern_type TEXT NOT NULL, 
	strip_family_id TEXT NOT NULL, 
	ring_count INTEGER, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE runs (
	run_id TEXT NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	status TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	tool_id TEXT NOT NULL, 
	material_id TEXT NOT NULL, 
	machine_id TEXT NOT NULL, 
	risk_level TEXT NOT NULL, 
	gate_decision TEXT NOT NULL, 
	score REAL, 
	event_type TEXT NOT NULL, 
	workflow_session_id TEXT NOT NULL, 
	request_id TEXT NOT NULL, 
	parent_run_id TEXT NOT NULL, 
	instrument_serial TEXT NOT NULL, 
	operator TEXT NOT NULL, 
	design_name TEXT NOT NULL, meta_keys TEXT DEFAULT '' NOT NULL, legal_hold TEXT DEFAULT 'no' NOT NULL, withdrawn TEXT DEFAULT 'no' NOT NULL, checksum TEXT DEFAULT '' NOT NULL, attachment_digests TEXT DEFAULT '' NOT NULL, execution TEXT DEFAULT '' NOT NULL, executed_at_utc TEXT DEFAULT '' NOT NULL, shown_serial TEXT DEFAULT '' NOT NULL, shown_operator TEXT DEFAULT '' NOT NULL, gate_reason TEXT DEFAULT '' NOT NULL, audit TEXT DEFAULT 'NONE' NOT NULL, open_warning_count INTEGER DEFAULT '0' NOT NULL, findings_sha256 TEXT DEFAULT '' NOT NULL, override_request TEXT DEFAULT 'none' NOT NULL, has_picture TEXT DEFAULT 'no' NOT NULL, waits_for_person TEXT DEFAULT 'no' NOT NULL, 
	PRIMARY KEY (run_id)
)
 STRICT

;
INSERT INTO "runs" VALUES('run_000000000007','2026-03-01T12:00:00.000000Z','OK','rosette','end_mill_3175_down','spruce_sitka','shapeoko_3','GREEN','ALLOWED',97.0,'','','req_7','','','','classical rosette','','no','no','60f73ecf89819840','','','','','','','NONE',0,'','none','no','no');
CREATE TABLE schema_migrations (
	revision TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	PRIMARY KEY (revision)
)
 STRICT

;
INSERT INTO "schema_migrations" VALUES('0001','896218c367d8d1e4f1a0d4857cc21269bd010e2aa7985a71998ea38ef7aeb864');
INSERT INTO "schema_migrations" VALUES('0002','5a8cc3c9041376cfb853365ab3294b395bb4ef3dc78dca0c3dadcf07afb92123');
INSERT INTO "schema_migrations" VALUES('0003','9c033c86d3b7f3e6d8b839d2b5d0307625e4e27feedb719fd2edc4c37dc3f04e');
INSERT INTO "schema_migrations" VALUES('0004','b3262b34651982e549372d4fd92999b1b37be04eb8e367a9b5af425c9c50dc0d');
INSERT INTO "schema_migrations" VALUES('0005','611292582c1f1ea8b1559bed39197d3e18620274777414dfe2cf615a088b502b');
INSERT INTO "schema_migrations" VALUES('0006','bdfa97dabe3da8d4ffd9cad225fb055321ec94a2aba87270b5e5968522ebb706');
INSERT INTO "schema_migrations" VALUES('0007','9e50442ce47a078e798cdb3f59f9308e409962745006eeb547c81290da62076d');
INSERT INTO "schema_migrations" VALUES('0008','fba8e420d6db7dfa215b927f35d48eb44f0017e694f3c9fe79d2fd06272f7705');
INSERT INTO "schema_migrations" VALUES('0009','3f810d2941300c9fa873260cfb7b1af93be4d5274c744a7c92568caae5567585');
INSERT INTO "schema_migrations" VALUES('0010','bb198fed4d31340f64429ae43d8ace4a3786aa316a63a02639b69340ea1d6d64');
INSERT INTO "schema_migrations" VALUES('0011','91a0be51ab929bfc2fd1bbfbfaa1db1686b8cf736a4a10247417a4d687c32b79');
CREATE TABLE spends (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	requester TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	cost_usd REAL, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE strip_families (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	title TEXT NOT NULL, 
	strip_count INTEGER, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
CREATE TABLE workflow_sessions (
	subject_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	updated_at_utc TEXT NOT NULL, 
	status TEXT NOT NULL, 
	workflow_type TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	machine_id TEXT NOT NULL, 
	material_id TEXT NOT NULL, 
	tool_id TEXT NOT NULL, 
	risk_level TEXT NOT NULL, 
	PRIMARY KEY (subject_id)
)
 STRICT

;
INSERT INTO "workflow_sessions" VALUES('ws_0123456789ab',0,'2026-03-01T12:00:00.000000Z','2026-03-01T12:00:00.000000Z','draft','rosette','design_first','m.sato','','','','');
CREATE INDEX workflow_sessions_by_status ON workflow_sessions (status, created_at_utc, subject_id);
CREATE INDEX workflow_sessions_by_type ON workflow_sessions (workflow_type, created_at_utc, subject_id);
CREATE INDEX workflow_sessions_by_created ON workflow_sessions (created_at_utc, subject_id);
CREATE INDEX workflow_sessions_by_user ON workflow_sessions (user_id, created_at_utc, subject_id);
CREATE INDEX workflow_sessions_by_machine ON workflow_sessions (machine_id, created_at_utc, subject_id);
CREATE INDEX workflow_sessions_by_status_and_type ON workflow_sessions (status, workflow_type, created_at_utc, subject_id);
CREATE INDEX runs_by_time ON runs (created_at_utc, run_id);
CREATE INDEX runs_by_status ON runs (status, created_at_utc, run_id);
CREATE INDEX runs_by_mode ON runs (mode, created_at_utc, run_id);
CREATE INDEX runs_by_tool_id ON runs (tool_id, created_at_utc, run_id);
CREATE INDEX runs_by_material_id ON runs (material_id, created_at_utc, run_id);
CREATE INDEX runs_by_machine_id ON runs (machine_id, created_at_utc, run_id);
CREATE INDEX runs_by_risk_level ON runs (risk_level, created_at_utc, run_id);
CREATE INDEX runs_by_gate_decision ON runs (gate_decision, created_at_utc, run_id);
CREATE INDEX runs_by_request_id ON runs (request_id, created_at_utc, run_id);
CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;
CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;
CREATE TRIGGER blobs_refuses_update BEFORE UPDATE ON blobs BEGIN SELECT RAISE(ABORT, 'blobs is append-only'); END;
CREATE TRIGGER blobs_refuses_delete BEFORE DELETE ON blobs BEGIN SELECT RAISE(ABORT, 'blobs is append-only'); END;
CREATE TRIGGER idempotency_keys_refuses_update BEFORE UPDATE ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'idempotency_keys is append-only'); END;
CREATE TRIGGER idempotency_keys_refuses_delete BEFORE DELETE ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'idempotency_keys is append-only'); END;
CREATE INDEX patterns_by_created ON patterns (created_at_utc, subject_id);
CREATE INDEX patterns_by_title ON patterns (title, created_at_utc, subject_id);
CREATE INDEX patterns_by_pattern_type ON patterns (pattern_type, created_at_utc, subject_id);
CREATE INDEX patterns_by_strip_family_id ON patterns (strip_family_id, created_at_utc, subject_id);
CREATE INDEX patterns_by_ring_count ON patterns (ring_count, created_at_utc, subject_id);
CREATE INDEX strip_families_by_created ON strip_families (created_at_utc, subject_id);
CREATE INDEX strip_families_by_title ON strip_families (title, created_at_utc, subject_id);
CREATE INDEX strip_families_by_strip_count ON strip_families (strip_count, created_at_utc, subject_id);
CREATE INDEX jobs_by_created ON jobs (created_at_utc, subject_id);
CREATE INDEX jobs_by_status ON jobs (status, created_at_utc, subject_id);
CREATE INDEX jobs_by_job_type ON jobs (job_type, created_at_utc, subject_id);
CREATE INDEX jobs_by_pattern_id ON jobs (pattern_id, created_at_utc, subject_id);
CREATE INDEX jobs_by_duration_s ON jobs (duration_s, created_at_utc, subject_id);
CREATE INDEX imports_by_created ON imports (created_at_utc, subject_id);
CREATE INDEX imports_by_import_kind ON imports (import_kind, created_at_utc, subject_id);
CREATE INDEX imports_by_outcome ON imports (outcome, created_at_utc, subject_id);
CREATE INDEX imports_by_source_sha256 ON imports (source_sha256, created_at_utc, subject_id);
CREATE INDEX assets_by_created ON assets (created_at_utc, subject_id);
CREATE INDEX assets_by_state ON assets (state, created_at_utc, subject_id);
CREATE INDEX assets_by_asset_type ON assets (asset_type, created_at_utc, subject_id);
CREATE INDEX assets_by_provider ON assets (provider, created_at_utc, subject_id);
CREATE INDEX assets_by_model ON assets (model, created_at_utc, subject_id);
CREATE INDEX assets_by_requester ON assets (requester, created_at_utc, subject_id);
CREATE INDEX assets_by_category ON assets (category, created_at_utc, subject_id);
CREATE INDEX assets_by_body_shape ON assets (body_shape, created_at_utc, subject_id);
CREATE INDEX assets_by_finish ON assets (finish, created_at_utc, subject_id);
CREATE INDEX assets_by_is_favorite ON assets (is_favorite, created_at_utc, subject_id);
CREATE INDEX assets_by_rejection_reason ON assets (rejection_reason, created_at_utc, subject_id);
CREATE INDEX assets_by_prompt_sha256 ON assets (prompt_sha256, created_at_utc, subject_id);
CREATE INDEX assets_by_content_sha256 ON assets (content_sha256, created_at_utc, subject_id);
CREATE INDEX assets_by_perceptual_hash ON assets (perceptual_hash, created_at_utc, subject_id);
CREATE INDEX assets_by_rating ON assets (coalesce(rating, -1.0), created_at_utc, subject_id);
CREATE INDEX assets_by_cost_usd ON assets (coalesce(cost_usd, -1.0), created_at_utc, subject_id);
CREATE INDEX assets_by_confidence ON assets (coalesce(confidence, -1.0), created_at_utc, subject_id);
CREATE INDEX spends_by_created ON spends (created_at_utc, subject_id);
CREATE INDEX spends_by_requester ON spends (requester, created_at_utc, subject_id);
CREATE INDEX spends_by_provider ON spends (provider, created_at_utc, subject_id);
CREATE INDEX exports_by_created ON exports (created_at_utc, subject_id);
CREATE INDEX exports_by_digest ON exports (digest, created_at_utc, subject_id);
CREATE INDEX maintenance_by_created ON maintenance (created_at_utc, subject_id);
CREATE INDEX maintenance_by_command ON maintenance (command, created_at_utc, subject_id);
CREATE INDEX maintenance_by_outcome ON maintenance (outcome, created_at_utc, subject_id);
CREATE INDEX maintenance_by_person ON maintenance (person, created_at_utc, subject_id);
CREATE INDEX runs_by_event_type ON runs (event_type, created_at_utc, run_id) WHERE event_type != '';
CREATE INDEX runs_by_workflow_session_id ON runs (workflow_session_id, created_at_utc, run_id) WHERE workflow_session_id != '';
CREATE INDEX runs_by_parent_run_id ON runs (parent_run_id, created_at_utc, run_id) WHERE parent_run_id != '';
CREATE INDEX runs_by_instrument_serial ON runs (instrument_serial, created_at_utc, run_id) WHERE instrument_serial != '';
CREATE INDEX runs_by_operator ON runs (operator, created_at_utc, run_id) WHERE operator != '';
CREATE INDEX runs_by_legal_hold ON runs (legal_hold, created_at_utc, run_id) WHERE legal_hold != 'no';
CREATE INDEX runs_by_execution ON runs (execution, created_at_utc, run_id) WHERE execution != '';
CREATE INDEX runs_by_audit ON runs (audit, created_at_utc, run_id) WHERE audit != 'NONE';
CREATE INDEX runs_by_override_request ON runs (override_request, created_at_utc, run_id) WHERE override_request != 'none';
CREATE INDEX runs_by_waits_for_person ON runs (waits_for_person, created_at_utc, run_id) WHERE waits_for_person != 'no';
PRAGMA writable_schema=OFF;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('ledger',2);
COMMIT;
