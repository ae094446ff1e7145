CREATE TABLE products (
	id VARCHAR(200) NOT NULL,
	name VARCHAR(200) NOT NULL,
	price INTEGER NOT NULL,
	quantity INTEGER NOT NULL,
	version INTEGER NOT NULL,
	CONSTRAINT products_key PRIMARY KEY (id),
	CONSTRAINT products_never_negative CHECK (quantity >= 0)
);
CREATE TABLE reservations (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id VARCHAR(200) NOT NULL,
	order_id INTEGER NOT NULL,
	claimed_order_id INTEGER,
	status VARCHAR(32) NOT NULL,
	expires_at TEXT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	CONSTRAINT reservations_one_id UNIQUE (id),
	CONSTRAINT reservations_one_claimed_order_id UNIQUE (claimed_order_id)
);
CREATE INDEX reservations_by_order_id ON reservations (order_id);
CREATE INDEX reservations_by_status_expires_at ON reservations (status, expires_at);
CREATE TABLE reservation_lines (
	reservation_id VARCHAR(200) NOT NULL,
	product_id VARCHAR(200) NOT NULL,
	quantity INTEGER NOT NULL,
	price INTEGER NOT NULL,
	CONSTRAINT reservation_lines_key PRIMARY KEY (reservation_id, product_id),
	CONSTRAINT reservation_lines_reservation_id_known FOREIGN KEY(reservation_id) REFERENCES reservations (id),
	CONSTRAINT reservation_lines_product_id_known FOREIGN KEY(product_id) REFERENCES products (id)
);
CREATE TABLE inventory_schema_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO inventory_schema_version (version_num) VALUES ('0001');
