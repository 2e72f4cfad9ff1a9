#pragma once

#include "tracestore/import/http/answer_stream.h"

namespace tracestore {

/// OpenAI's responses: items that are added, grow and are done, and at the end the whole response,
/// which is taken where it comes.
class OpenAiResponsesStream : public AnswerStream
{
public:
    [[nodiscard]] bool beginsAnother(const nlohmann::json& piece) const override;

private:
    void take(const nlohmann::json& piece) override;
    void addResponse(const nlohmann::json& response, bool isLast);
    nlohmann::json* itemOf(const nlohmann::json& piece);
    void addToItem(std::string_view what, const nlohmann::json& piece);
    nlohmann::json& partOf(nlohmann::json& item,
                           const char* list,
                           const nlohmann::json& piece,
                           const char* indexKey,
                           const char* type);

    std::size_t m_firstItem = 0; ///< of the answer that is read, among those of the connection
};

} // namespace tracestore
