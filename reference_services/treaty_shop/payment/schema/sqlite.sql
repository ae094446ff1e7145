CREATE TABLE payments (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL,
	claimed_order_id INTEGER,
	user_id INTEGER NOT NULL,
	amount INTEGER NOT NULL,
	status VARCHAR(32) NOT NULL,
	payment_type VARCHAR(32) NOT NULL,
	trade_no VARCHAR(200),
	paid_at TEXT,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	CONSTRAINT payments_one_claimed_order_id UNIQUE (claimed_order_id)
);
CREATE INDEX payments_by_order_id ON payments (order_id);
CREATE INDEX payments_by_user_id ON payments (user_id);
CREATE TABLE provider_events (
	id VARCHAR(200) NOT NULL,
	told_at TEXT NOT NULL,
	CONSTRAINT provider_events_key PRIMARY KEY (id)
);
CREATE TABLE charges (
	payment_id INTEGER NOT NULL,
	session_id VARCHAR(200),
	link TEXT,
	intent_id VARCHAR(200),
	collected_at TEXT,
	CONSTRAINT charges_key PRIMARY KEY (payment_id),
	CONSTRAINT charges_payment_id_known FOREIGN KEY(payment_id) REFERENCES payments (id),
	CONSTRAINT charges_one_session_id UNIQUE (session_id)
);
CREATE TABLE payment_keys (
	request_key VARCHAR(200) NOT NULL,
	fingerprint VARCHAR(200) NOT NULL,
	made INTEGER NOT NULL,
	CONSTRAINT payment_keys_key PRIMARY KEY (request_key),
	CONSTRAINT payment_keys_made_known FOREIGN KEY(made) REFERENCES payments (id)
);
CREATE TABLE payment_schema_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO payment_schema_version (version_num) VALUES ('0003');
