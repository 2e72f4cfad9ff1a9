#pragma once

#include "tracestore/import/claude_code/claude_code_tree.h"
#include "tracestore/model/payload_walk.h"

namespace tracestore {

/// Reads the payloads of a Claude Code trace again from its lines, when they are asked for. What
/// went into a model call is not in the file: it is put together from the lines above the call.
/// After a compaction that is the summary and what followed, as the model saw it.
class ClaudeCodePayloads : public PayloadSource, public WalkSource
{
public:
    /// One line as a node of the conversation.
    struct Node
    {
        static constexpr std::uint32_t kNone = ClaudeLine::kNone;

        std::uint32_t file = 0;
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
        std::uint32_t parent = kNone;
        std::uint32_t call = kNone; ///< of an assistant line: which answer it is a part of
        bool isTalk = false; ///< a user or assistant line
        bool isCut = false; ///< names a parent that is not there
    };

    /// The lines of one answer, and those that hold the results of the tools it asked for.
    struct Call
    {
        std::vector<std::uint32_t> lines;
        std::vector<std::uint32_t> results;
    };

    struct Step
    {
        ClaudePayload how = ClaudePayload::Attributes;
        std::vector<std::uint32_t> lines;
        std::uint32_t callLine = Node::kNone; ///< of a tool, with the place of the block in it
        std::uint32_t callPlace = 0;
        std::uint32_t resultLine = Node::kNone;
        std::uint32_t resultPlace = 0;
    };

    struct Data
    {
        std::vector<std::shared_ptr<const ByteSource>> files;
        std::vector<Node> nodes;
        std::vector<Call> calls;
        std::vector<Step> steps; ///< by SpanId
    };

    explicit ClaudeCodePayloads(Data data);

    void save(BinaryWriter& to) const;

    /// What was saved, of the same files; null where it makes no sense.
    static std::shared_ptr<const ClaudeCodePayloads> restored(const std::vector<ImportFile>& files,
                                                              BinaryReader& from);

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;

    [[nodiscard]] std::shared_ptr<const ByteSource> file(FileId file) const override
    {
        return file.index() < m_data.files.size() ? m_data.files[file.index()] : nullptr;
    }

    /// The lines above a call that stand above the call before as well are read once.
    [[nodiscard]] std::unique_ptr<PayloadWalk> walk() const override;

private:
    class Walk;

    [[nodiscard]] Result<SpanDetail> detail(SpanId span, bool withContext) const;
    [[nodiscard]] Result<std::string> line(std::uint32_t node) const;
    [[nodiscard]] Result<void> addMessages(const std::vector<std::uint32_t>& nodes,
                                           std::vector<Message>& to) const;
    [[nodiscard]] Result<void> readInput(const Step& step, SpanDetail& detail) const;
    [[nodiscard]] Result<void> readOutput(const Step& step, SpanDetail& detail) const;
    [[nodiscard]] Result<void> readContext(const Step& step, SpanDetail& detail) const;
    [[nodiscard]] Result<void> readTool(const Step& step, SpanDetail& detail) const;
    [[nodiscard]] Result<void> readAttributes(const Step& step, SpanDetail& detail) const;
    [[nodiscard]] std::vector<std::uint32_t> contextOf(std::uint32_t first, bool& isCut) const;

    Data m_data;
};

} // namespace tracestore
