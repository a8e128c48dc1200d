-- What the sample service works on. Run it as the role that owns the database; running it again changes nothing.
CREATE TABLE IF NOT EXISTS orders (
  id        bigserial   PRIMARY KEY,
  item      text        NOT NULL,
  quantity  int         NOT NULL CHECK (quantity > 0),
  placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS orders_placed_at ON orders (placed_at);
