#pragma once

#include "tracestore/import/http/answer_stream.h"

namespace tracestore {

/// Gemini's `streamGenerateContent`: answers in parts, each of the shape of a whole one.
class GeminiStream : public AnswerStream
{
public:
    [[nodiscard]] bool beginsAnother(const nlohmann::json& piece) const override;

private:
    void take(const nlohmann::json& piece) override;
    void addCandidate(const nlohmann::json& candidate);
};

} // namespace tracestore
