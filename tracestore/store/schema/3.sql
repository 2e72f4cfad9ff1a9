CREATE TABLE event (
    number INTEGER PRIMARY KEY, -- from 1 without a gap, in the order in which things happened
    time_ns INTEGER NOT NULL,
    type TEXT NOT NULL,
    agent TEXT,               -- path of the agent, manager/researcher; NULL: the run itself
    effect TEXT,              -- the effect that it is about
    input INTEGER,            -- of a model call: last node of a message_list
    body INTEGER NOT NULL,    -- payload: a JSON object, all else that is known
    sum INTEGER NOT NULL      -- chained to the row before
);
