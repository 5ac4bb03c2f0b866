PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES('0005');
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
INSERT INTO workflow_sessions VALUES('ws_0123456789ab',0,'2026-03-01T12:00:00.000000Z','2026-03-01T12:00:00.000000Z','draft','rosette','design_first','M. Sato','','','','');
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
INSERT INTO ledger VALUES(1,'run','run_000000000007','run_000000000007',0,'2026-03-01',X'7b226174746163686d656e7473223a5b5d2c22637265617465645f61745f757463223a22323032362d30332d30315431323a30303a30302e3030303030305a222c226465636973696f6e223a7b22626c6f636b5f726561736f6e223a22222c2264657461696c73223a7b2262696e64696e675f63617465676f7279223a22434849504c4f4144222c226e656564735f726576696577223a66616c73652c22706173735f7468726573686f6c64223a37307d2c22676174655f6465636973696f6e223a22414c4c4f574544222c22676174655f706f6c6963795f6964223a22726d6f732e676174652f31222c227269736b5f6c6576656c223a22475245454e222c2273636f7265223a39372c227761726e696e6773223a5b5d7d2c226572726f7273223a5b5d2c226576616c756174696f6e223a7b22636f6d707574655f6d73223a302e357d2c22666561736962696c697479223a7b226173736573736d656e7473223a5b7b2263617465676f7279223a22434849504c4f4144222c2266696e64696e67223a2266696e65222c227269736b223a22475245454e222c2273636f7265223a39372c227761726e696e6773223a5b5d2c22776569676874223a317d5d2c2262696e64696e675f63617465676f7279223a22434849504c4f4144222c22656e67696e655f6964223a22626173656c696e655f7631222c22656e67696e655f76657273696f6e223a22312e302e30222c2269735f6665617369626c65223a747275652c226e656564735f726576696577223a66616c73652c226f766572616c6c5f7269736b223a22475245454e222c226f766572616c6c5f73636f7265223a39372c22706173735f7468726573686f6c64223a37307d2c22686173686573223a7b22666561736962696c6974795f736861323536223a2232303834646239653231343637383061363235633934353038663135336361626136393962373762396138373934306230346435343830303137393963386232222c22726571756573745f736861323536223a2237393039616631383032653137636563666165653030666235353532383630313035313135346639396636336139333231343763316433323835303038393963227d2c22696e70757473223a7b22636f6e74657874223a7b22637574223a7b22617869616c5f64657074685f6d6d223a302e36352c22636f6f6c696e67223a22414952222c22646972656374696f6e223a22434c494d42222c22666565645f726174655f6d6d5f7065725f6d696e223a313735302c22706c756e67655f726174655f6d6d5f7065725f6d696e223a3330302c2272616469616c5f77696474685f6d6d223a332e3137352c227370696e646c655f73706565645f72706d223a31373030307d2c226d616368696e65223a7b226d616368696e655f6964223a2273686170656f6b6f5f33227d2c226d6174657269616c223a7b226d6174657269616c5f6964223a227370727563655f7369746b61222c226d6f6973747572655f70657263656e74223a387d2c227361666574795f636f6e73747261696e7473223a7b22647573745f636f6c6c656374696f6e5f70726573656e74223a747275652c2273746f70735f70726573656e74223a747275657d2c2273746f636b223a7b226c656e6774685f6d6d223a3533302c22746869636b6e6573735f6d6d223a322e362c22746869636b6e6573735f746f6c6572616e63655f6d6d223a302e312c2277696474685f6d6d223a3231307d2c22746f6f6c223a7b2272756e6f75745f6d6d223a302e30312c22746f6f6c5f6964223a22656e645f6d696c6c5f333137355f646f776e222c2277656172223a225348415250227d2c22776f726b686f6c64696e67223a7b22636c616d705f666f7263655f6e223a3430302c226672696374696f6e223a302e32352c226d6574686f64223a22434c414d5053227d7d2c2264657369676e223a7b226e616d65223a22636c6173736963616c20726f7365747465222c2270617274223a7b22636f756e74223a312c2272656374616e676c65223a7b226c656e6774685f6d6d223a3531302c2277696474685f6d6d223a3230307d2c2273706163696e675f6d6d223a337d2c22726f73657474655f6368616e6e656c223a7b2264657074685f6d6d223a312e332c22696e6e65725f7261646975735f6d6d223a34362c226f757465725f7261646975735f6d6d223a35382c22736f756e64686f6c655f7261646975735f6d6d223a34322e352c2275707065725f626f75745f77696474685f6d6d223a3238307d7d2c22656e67696e655f6964223a22227d2c226c696e6b616765223a7b226d616368696e655f6964223a2273686170656f6b6f5f33222c226d6174657269616c5f6964223a227370727563655f7369746b61227d2c226d657461223a7b7d2c226d6f6465223a22726f7365747465222c22726571756573745f6964223a227265715f37222c22726571756573745f73756d6d617279223a7b7d2c2272756e5f6964223a2272756e5f303030303030303030303037222c22736368656d61223a22726d6f732e72756e2f31222c22737461747573223a224f4b222c22746f6f6c5f6964223a22656e645f6d696c6c5f333137355f646f776e227d','dee14427d7e46f1933d70f5890284735f8452c21bb4c42c42b5f42cd445d61f7','');
INSERT INTO ledger VALUES(2,'session','ws_0123456789ab/000000','ws_0123456789ab',0,'2026-03-01',X'7b22637265617465645f61745f757463223a22323032362d30332d30315431323a30303a30302e3030303030305a222c226576656e74223a7b22616374696f6e223a22637265617465227d2c226b696e64223a2273657373696f6e222c226f7264696e616c223a302c2270726576696f75735f736861323536223a22222c22726571756573745f6964223a227265715f31222c22736368656d61223a22726d6f732e73657373696f6e2f31222c227374617465223a7b227469746c65223a226b657074227d2c227375626a6563745f6964223a2277735f303132333435363738396162227d','722ee9db2bf7e982122437a66e91e6259b8588d25ec53188262f11a5d4ddcf03','');
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
	design_name TEXT NOT NULL, 
	PRIMARY KEY (run_id)
)
 STRICT

;
INSERT INTO runs VALUES('run_000000000007','2026-03-01T12:00:00.000000Z','OK','rosette','end_mill_3175_down','spruce_sitka','shapeoko_3','GREEN','ALLOWED',97.0,'','','req_7','','','','classical rosette');
CREATE TABLE blobs (
	sha256 TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	chunk_sha256 BLOB NOT NULL, 
	created_at_utc TEXT NOT NULL, 
	PRIMARY KEY (sha256)
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
CREATE TABLE schema_migrations (
	revision TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	PRIMARY KEY (revision)
)
 STRICT

;
INSERT INTO schema_migrations VALUES('0001','896218c367d8d1e4f1a0d4857cc21269bd010e2aa7985a71998ea38ef7aeb864');
INSERT INTO schema_migrations VALUES('0002','5a8cc3c9041376cfb853365ab3294b395bb4ef3dc78dca0c3dadcf07afb92123');
INSERT INTO schema_migrations VALUES('0003','9c033c86d3b7f3e6d8b839d2b5d0307625e4e27feedb719fd2edc4c37dc3f04e');
INSERT INTO schema_migrations VALUES('0004','b3262b34651982e549372d4fd92999b1b37be04eb8e367a9b5af425c9c50dc0d');
INSERT INTO schema_migrations VALUES('0005','611292582c1f1ea8b1559bed39197d3e18620274777414dfe2cf615a088b502b');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('ledger',2);
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
CREATE INDEX runs_by_event_type ON runs (event_type, created_at_utc, run_id);
CREATE INDEX runs_by_workflow_session_id ON runs (workflow_session_id, created_at_utc, run_id);
CREATE INDEX runs_by_request_id ON runs (request_id, created_at_utc, run_id);
CREATE INDEX runs_by_parent_run_id ON runs (parent_run_id, created_at_utc, run_id);
CREATE INDEX runs_by_instrument_serial ON runs (instrument_serial, created_at_utc, run_id);
CREATE INDEX runs_by_operator ON runs (operator, created_at_utc, run_id);
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
COMMIT;
