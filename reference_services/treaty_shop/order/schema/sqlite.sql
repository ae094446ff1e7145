CREATE TABLE orders (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL,
	total_amount INTEGER NOT NULL,
	status VARCHAR(32) NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX orders_by_user_id ON orders (user_id);
CREATE TABLE order_items (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL,
	name VARCHAR(200) NOT NULL,
	price INTEGER NOT NULL,
	quantity INTEGER NOT NULL,
	product_id VARCHAR(200),
	CONSTRAINT order_items_order_id_known FOREIGN KEY(order_id) REFERENCES orders (id)
);
CREATE INDEX order_items_by_order_id ON order_items (order_id);
CREATE TABLE order_keys (
	request_key VARCHAR(200) NOT NULL,
	fingerprint VARCHAR(200) NOT NULL,
	made INTEGER NOT NULL,
	CONSTRAINT order_keys_key PRIMARY KEY (request_key),
	CONSTRAINT order_keys_made_known FOREIGN KEY(made) REFERENCES orders (id)
);
CREATE TABLE order_schema_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO order_schema_version (version_num) VALUES ('0003');
