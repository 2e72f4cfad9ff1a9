-- The shop of the examples. All persons and orders are made up. Money is in cents.
-- shop.db is made from this file: sqlite3 shop.db < shop.sql
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, since TEXT NOT NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL, stock INTEGER NOT NULL);
-- `discount` is a percentage on the whole order; it was given at the till, so items have the full price.
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers,
    ordered TEXT NOT NULL, status TEXT NOT NULL, delivered TEXT, discount INTEGER NOT NULL DEFAULT 0);
CREATE TABLE items ("order" INTEGER NOT NULL REFERENCES orders, product INTEGER NOT NULL REFERENCES products,
    quantity INTEGER NOT NULL, cents INTEGER NOT NULL);
CREATE TABLE refunds (id INTEGER PRIMARY KEY, "order" INTEGER NOT NULL REFERENCES orders,
    product INTEGER NOT NULL REFERENCES products, cents INTEGER NOT NULL, reason TEXT NOT NULL, day TEXT NOT NULL);
-- What a product and a refund need, in one place.
CREATE VIEW order_lines AS
    SELECT o.id AS "order", c.name AS customer, o.status AS status, o.delivered AS delivered, p.name AS product,
        i.quantity AS quantity, i.cents AS cents, o.discount AS discount
    FROM items i JOIN orders o ON o.id = i."order" JOIN customers c ON c.id = o.customer
    JOIN products p ON p.id = i.product;

INSERT INTO customers VALUES
    (1, 'Mara Lindholm', 'mara@example.org', '2023-03-02'),
    (2, 'Tom Okafor', 'tom@example.org', '2024-08-19'),
    (3, 'Ines Duarte', 'ines@example.org', '2025-01-11');
INSERT INTO products VALUES
    (1, 'kettle', 3900, 12), (2, 'lamp', 5450, 4), (3, 'teapot', 2800, 0), (4, 'grinder', 7900, 7), (5, 'scale', 1995, 31);
INSERT INTO orders VALUES
    (1024, 2, '2025-04-28', 'delivered', '2025-05-02', 0),
    (1037, 3, '2025-05-09', 'delivered', '2025-05-13', 0),
    (1042, 1, '2025-05-12', 'delivered', '2025-05-15', 10),
    (1043, 2, '2025-05-14', 'shipped', NULL, 0),
    (1051, 3, '2025-05-21', 'open', NULL, 5);
INSERT INTO items VALUES
    (1024, 4, 1, 7900), (1037, 2, 2, 5450), (1042, 1, 2, 3900), (1042, 5, 1, 1995), (1043, 1, 1, 3900),
    (1051, 3, 1, 2800), (1051, 5, 2, 1995);
INSERT INTO refunds VALUES (1, 1037, 2, 5450, 'one of two arrived broken', '2025-05-16');
