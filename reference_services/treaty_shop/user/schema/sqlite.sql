CREATE TABLE users (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	username VARCHAR(200) NOT NULL,
	email VARCHAR(200) NOT NULL,
	password_hash VARCHAR(200) NOT NULL,
	CONSTRAINT users_one_email UNIQUE (email)
);
CREATE TABLE user_schema_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO user_schema_version (version_num) VALUES ('0001');
