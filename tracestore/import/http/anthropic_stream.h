#pragma once

#include "tracestore/import/http/answer_stream.h"

#include <unordered_map>

namespace tracestore {

/// Anthropic's messages: `message_start`, blocks with their deltas, `message_delta`,
/// `message_stop`.
class AnthropicStream : public AnswerStream
{
public:
    [[nodiscard]] bool beginsAnother(const nlohmann::json& piece) const override;

private:
    void take(const nlohmann::json& piece) override;

    struct Block
    {
        std::size_t place = 0; ///< in the content
        std::string input; ///< of a tool, as JSON text that is not whole yet
    };

    void start(const nlohmann::json& message);
    void startBlock(std::int64_t index, const nlohmann::json& block);
    void addDelta(std::int64_t index, const nlohmann::json& delta);
    void settleInput(Block& block);

    std::unordered_map<std::int64_t, Block> m_blocks; ///< by the index that the stream gives
};

} // namespace tracestore
