CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT,
    sum INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE source_file (
    id INTEGER PRIMARY KEY,
    path TEXT,
    sum INTEGER NOT NULL
);

CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    parent INTEGER,           -- session that started this one
    key TEXT,
    title TEXT,
    producer_name TEXT,
    producer_version TEXT,
    cwd TEXT,
    repository_branch TEXT,
    repository_commit TEXT,
    started_ns INTEGER,
    ended_ns INTEGER,
    source_traces INTEGER,    -- what the source itself counts
    source_spans INTEGER,
    source_roots INTEGER,
    source_orphans INTEGER,
    source_links INTEGER,
    attributes TEXT,          -- JSON object
    sum INTEGER NOT NULL
);

CREATE TABLE agent (
    id INTEGER PRIMARY KEY,
    name TEXT,
    orig_id TEXT,
    role TEXT,
    sum INTEGER NOT NULL
);

CREATE TABLE branch (
    id INTEGER PRIMARY KEY,
    parent INTEGER,
    forked_at INTEGER,        -- last span shared with the parent
    name TEXT,
    is_active INTEGER NOT NULL,
    sum INTEGER NOT NULL
);

CREATE TABLE span (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    parent INTEGER,
    parent_orig_id TEXT,
    parent_state TEXT NOT NULL,
    kind TEXT NOT NULL,
    orig_kind TEXT,
    name TEXT,
    orig_id TEXT,
    trace_id TEXT,
    agent INTEGER,
    branch INTEGER,
    start_ns INTEGER,         -- nanoseconds since 1970-01-01 UTC
    end_ns INTEGER,
    first_token_ns INTEGER,
    time_source TEXT NOT NULL,
    status TEXT NOT NULL,
    requested_model TEXT,
    responded_model TEXT,
    provider TEXT,
    response_id TEXT,
    tool_call_id TEXT,
    counts_in_totals INTEGER NOT NULL,
    usage_state TEXT,         -- NULL: the source tells no usage
    tokens_input INTEGER,
    tokens_cache_read INTEGER,
    tokens_cache_write INTEGER,
    tokens_cache_write_long INTEGER,
    tokens_output INTEGER,
    tokens_reasoning INTEGER,
    tokens_reported_total INTEGER,
    cost REAL,
    cost_currency TEXT,       -- NULL: no cost is known
    cost_source TEXT,
    error_type TEXT,
    error_message TEXT,       -- NULL: no error is told
    error_is_retryable INTEGER,
    sum INTEGER NOT NULL      -- chained to the row before
);

CREATE TABLE span_detail (
    span INTEGER PRIMARY KEY,
    detail_problem TEXT,      -- why the details could not be had when this was saved
    raw_problem TEXT,
    raw_count INTEGER NOT NULL,
    input_state TEXT NOT NULL,
    input INTEGER,            -- last node of a message_list
    output_state TEXT NOT NULL,
    output INTEGER,
    tool_arguments INTEGER,   -- this and the following are payloads
    tool_result INTEGER,
    tool_description INTEGER,
    tool_definitions INTEGER,
    parameters INTEGER,
    finish_reasons INTEGER,
    attributes INTEGER,
    events INTEGER,
    error_stack INTEGER,
    sum INTEGER NOT NULL
);

CREATE TABLE span_raw (
    span INTEGER NOT NULL,
    position INTEGER NOT NULL,
    source_file INTEGER,
    source_offset INTEGER,
    source_length INTEGER,
    payload INTEGER,
    sum INTEGER NOT NULL,
    PRIMARY KEY (span, position)
) WITHOUT ROWID;

CREATE TABLE message_list (
    id INTEGER PRIMARY KEY,
    parent INTEGER,           -- node of the message before; always a smaller id
    length INTEGER NOT NULL,  -- messages up to and with this one
    message INTEGER NOT NULL, -- payload
    sum INTEGER NOT NULL
);

CREATE TABLE payload (
    id INTEGER PRIMARY KEY,
    coding INTEGER NOT NULL,  -- 0 as it is, 1 zstd, 2 list of payloads
    size INTEGER NOT NULL,    -- bytes of the content
    hash BLOB NOT NULL,       -- XXH3-128 of the content, big-endian
    sum INTEGER NOT NULL,     -- of the columns before
    content
);

CREATE TABLE link (
    id INTEGER PRIMARY KEY,
    from_span INTEGER NOT NULL,
    to_span INTEGER,
    to_trace_id TEXT,
    to_orig_id TEXT,
    kind TEXT NOT NULL,
    attributes TEXT,
    sum INTEGER NOT NULL
);

CREATE TABLE import_report (
    id INTEGER PRIMARY KEY,
    severity TEXT NOT NULL,
    source_file INTEGER NOT NULL,
    source_offset INTEGER,
    source_line INTEGER,
    field TEXT,
    message TEXT,
    count INTEGER NOT NULL,
    sum INTEGER NOT NULL
);

CREATE VIEW readable AS
SELECT id,
       CASE coding WHEN 0 THEN content ELSE '(packed, ' || size || ' bytes)' END AS text
FROM payload;

CREATE VIEW span_text AS
SELECT detail.span,
       (SELECT text FROM readable WHERE id = detail.tool_arguments) AS tool_arguments,
       (SELECT text FROM readable WHERE id = detail.tool_result) AS tool_result,
       (SELECT text FROM readable WHERE id = detail.tool_description) AS tool_description,
       (SELECT text FROM readable WHERE id = detail.tool_definitions) AS tool_definitions,
       (SELECT text FROM readable WHERE id = detail.parameters) AS parameters,
       (SELECT text FROM readable WHERE id = detail.finish_reasons) AS finish_reasons,
       (SELECT text FROM readable WHERE id = detail.attributes) AS attributes,
       (SELECT text FROM readable WHERE id = detail.events) AS events,
       (SELECT text FROM readable WHERE id = detail.error_stack) AS error_stack
FROM span_detail AS detail;

CREATE VIEW span_message AS
WITH RECURSIVE walk(span, direction, node) AS (
    SELECT span, 'input', input FROM span_detail WHERE input IS NOT NULL
    UNION ALL
    SELECT span, 'output', output FROM span_detail WHERE output IS NOT NULL
    UNION ALL
    SELECT walk.span, walk.direction, list.parent
    FROM walk JOIN message_list AS list ON list.id = walk.node
    WHERE list.parent IS NOT NULL
)
SELECT walk.span, walk.direction, list.length AS position, readable.text AS message
FROM walk
JOIN message_list AS list ON list.id = walk.node
JOIN readable ON readable.id = list.message;
