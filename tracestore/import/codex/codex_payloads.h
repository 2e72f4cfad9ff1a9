#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// What the records of a rollout hold for the eye, read when somebody looks.

/// The messages of an item: what somebody said, thought, called, or what a tool gave.
Result<void> readCodexItem(const nlohmann::json& record, std::vector<Message>& to);

/// What the user typed, as an event tells it.
Result<void> readCodexUserEvent(const nlohmann::json& record, std::vector<Message>& to);

/// What the model said, as an event tells it.
Result<void> readCodexAnswerEvent(const nlohmann::json& record, std::vector<Message>& to);

/// What the model thought, as an event tells it.
Result<void> readCodexReasoningEvent(const nlohmann::json& record, std::vector<Message>& to);

/// The instructions that a thread began with.
Result<void> readCodexInstructions(const nlohmann::json& record, std::vector<Message>& to);

/// The conversation as a compaction leaves it.
Result<void> readCodexCompacted(const nlohmann::json& record, std::vector<Message>& to);

/// A call's arguments and all else that is said of it.
Result<void> readCodexCall(const nlohmann::json& record, SpanDetail& to);

/// What a call gave.
Result<void> readCodexOutput(const nlohmann::json& record, SpanDetail& to);

/// What an event tells of a call: arguments and result where no item does, and all the rest.
Result<void> readCodexCallEvent(const nlohmann::json& record, SpanDetail& to);

/// Every member becomes an attribute.
Result<void> readCodexAttributes(const nlohmann::json& record, SpanDetail& to);

/// How the model was asked: effort, summaries, tools.
Result<void> readCodexParameters(const nlohmann::json& record, SpanDetail& to);

/// The tools that a thread offers to the model, where its first record says.
Result<void> readCodexTools(const nlohmann::json& record, SpanDetail& to);

} // namespace tracestore
