CREATE TABLE notifications (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id VARCHAR(32) NOT NULL,
	user_id INTEGER NOT NULL,
	type VARCHAR(32) NOT NULL,
	title VARCHAR(200) NOT NULL,
	content TEXT NOT NULL,
	recipient VARCHAR(200) NOT NULL,
	status VARCHAR(32) NOT NULL,
	sent_at TEXT,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	CONSTRAINT notifications_one_id UNIQUE (id)
);
CREATE INDEX notifications_by_user_id ON notifications (user_id);
CREATE TABLE notification_schema_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO notification_schema_version (version_num) VALUES ('0001');
