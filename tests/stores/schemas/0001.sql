PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES('0001');
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
CREATE TABLE schema_migrations (
	revision TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	PRIMARY KEY (revision)
)
 STRICT

;
INSERT INTO schema_migrations VALUES('0001','896218c367d8d1e4f1a0d4857cc21269bd010e2aa7985a71998ea38ef7aeb864');
COMMIT;
