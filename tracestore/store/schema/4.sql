CREATE TABLE annotation (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,        -- given once; of rows of one key the one that was changed last counts
    kind TEXT NOT NULL,       -- bookmark, note or fact
    is_removed INTEGER NOT NULL,
    written_ns INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL,
    author TEXT,
    session TEXT,             -- key of the session that it is about, where it is about no step
    step INTEGER,             -- the step that it is about, as it was numbered when this was written,
    step_name TEXT,           -- and what finds it again
    step_trace_id TEXT,
    step_orig_id TEXT,
    name TEXT,                -- of a fact
    text TEXT,
    sum INTEGER NOT NULL
);

CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,       -- setup.json, replay.json, branch/NAME.kymo ...
    payload INTEGER NOT NULL,
    sum INTEGER NOT NULL
);
