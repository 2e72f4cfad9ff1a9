#pragma once

#include "tracestore/import/http/answer_stream.h"

namespace tracestore {

/// OpenAI's chat completions, and those who speak like it: `delta`s of choices.
class OpenAiChatStream : public AnswerStream
{
public:
    [[nodiscard]] bool beginsAnother(const nlohmann::json& piece) const override;

private:
    void take(const nlohmann::json& piece) override;
    nlohmann::json& choiceAt(std::int64_t index);
    void addChoice(const nlohmann::json& choice);
    void addCall(nlohmann::json& message, const nlohmann::json& call);
};

} // namespace tracestore
