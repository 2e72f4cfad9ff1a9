#pragma once

#include "gui/models/step_change.h"
#include "gui/widgets/text_blocks.h"
#include "tracestore/model/trace.h"

#include <QString>

#include <memory>

namespace gui {

enum class BlockKind : std::uint8_t
{
    Pending, ///< a step whose content is not fetched yet
    System,
    User,
    Answer,
    Reasoning,
    ToolCall, ///< with its arguments and, where known, its result
    ToolResult,
    Other, ///< a message of another role, or content without a type
    Card, ///< an agent or hand-off, with its steps below it
    Step, ///< a step without content: retrieval, compaction, event ...
    Error,
    Note, ///< of Kymo itself: what was left out and why
};

/// Where in the payloads of a span a text stands, to fetch the whole of it.
struct PartRef
{
    enum class Where : std::uint8_t
    {
        None,
        Input,
        Output,
        Arguments,
        Result,
        Stack,
    };

    Where where = Where::None;
    std::uint32_t message = 0;
    std::uint32_t part = 0;

    bool operator==(const PartRef&) const = default;
};

/// A stretch of text of a block: the beginning of it where it is long.
struct BlockSection
{
    QString label; ///< "Arguments", or empty
    QString text;
    TextSyntax syntax = TextSyntax::Plain; ///< Plain and Json are shown in a fixed pitch
    bool isError = false;
    bool isCut = false;
    qsizetype size = 0; ///< characters of the whole
    PartRef whole;
};

/// An image, sound or file of a message.
struct BlockMedia
{
    QString label; ///< type and reference, a line
    bool isImage = false;
    bool isEmbedded = false; ///< the content is in the trace; nothing else is ever loaded
    PartRef whole;
};

/// A thing in the transcript: who, what, how it ended. Plain data, made by the builder and painted
/// by a BlockListView.
struct Block
{
    BlockKind kind = BlockKind::Pending;
    tracestore::SpanId span;
    QString title;
    QString preview; ///< a line, shown beside the title while folded
    QString changed; ///< what the user did to it, in words, beside the title; else empty
    ChangeMark changeMark; ///< before these words
    QString trailing; ///< duration, tokens
    std::vector<BlockSection> sections;
    std::vector<BlockMedia> media;
    tracestore::SpanKind spanKind = tracestore::SpanKind::Other; ///< for icon and colour
    tracestore::SpanStatus status = tracestore::SpanStatus::Unknown;
    int level = 0; ///< how many agents it is in
    int foldedLines = 0; ///< lines shown while folded
    bool canFold = false;
    bool startsFolded = false;
    bool isNew = false; ///< not in the call before
    bool isWaiting = false; ///< a card whose steps are not shown
};

using BlockPtr = std::shared_ptr<const Block>;

/// The block as text, as Ctrl+C copies it and tests compare it: the title and the sections.
QString blockText(const Block& block);

} // namespace gui
