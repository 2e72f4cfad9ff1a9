CREATE TABLE judgement (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    kind TEXT NOT NULL,       -- outcome: how the session ended, its label is ok, error, cancelled
                              -- or pending; score: a judgement of the source
    name TEXT,
    value REAL,
    label TEXT,
    explanation TEXT,
    sum INTEGER NOT NULL
);
