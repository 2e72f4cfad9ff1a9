#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// What the records of a wire log hold for the eye, read when somebody looks.

/// What the user asked, what was put into the context, and what stands in front of it.
Result<void> readKimiPrompt(const nlohmann::json& record, std::vector<Message>& to);
Result<void> readKimiAppended(const nlohmann::json& record, std::vector<Message>& to);
Result<void> readKimiSystemPrompt(const nlohmann::json& record, std::vector<Message>& to);
Result<void> readKimiSummary(const nlohmann::json& record, std::vector<Message>& to);

/// A piece of an answer: a text or a thought, a call; and what a call gave.
Result<void> readKimiPart(const nlohmann::json& record, std::vector<Message>& to);
Result<void> readKimiCallPart(const nlohmann::json& record, std::vector<Message>& to);
Result<void> readKimiResultPart(const nlohmann::json& record, std::vector<Message>& to);

/// A call of a tool, and its result.
Result<void> readKimiCall(const nlohmann::json& record, SpanDetail& to);
Result<void> readKimiResult(const nlohmann::json& record, SpanDetail& to);

/// How the model was asked, with which tools, and why it ended.
Result<void> readKimiRequest(const nlohmann::json& record, SpanDetail& to);
Result<void> readKimiTools(const nlohmann::json& record, SpanDetail& to);
Result<void> readKimiStepEnd(const nlohmann::json& record, SpanDetail& to);

} // namespace tracestore
