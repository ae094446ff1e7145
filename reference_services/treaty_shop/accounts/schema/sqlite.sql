CREATE TABLE accounts (
	user_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	balance INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	CONSTRAINT accounts_never_negative CHECK (balance >= 0)
);
CREATE TABLE movements (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	kind VARCHAR(32) NOT NULL,
	order_id INTEGER,
	amount INTEGER NOT NULL,
	balance INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	CONSTRAINT movements_one_order_id UNIQUE (order_id),
	CONSTRAINT movements_user_id_known FOREIGN KEY(user_id) REFERENCES accounts (user_id),
	CONSTRAINT movements_above_zero CHECK (amount > 0)
);
CREATE INDEX movements_by_user_id ON movements (user_id);
CREATE TABLE accounts_schema_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO accounts_schema_version (version_num) VALUES ('0001');
