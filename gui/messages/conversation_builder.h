#pragma once

#include "gui/messages/block.h"
#include "tracestore/model/message.h"

#include <unordered_set>

namespace gui {

/// The payloads that the blocks of a step are made of.
struct StepDetails
{
    const tracestore::SpanDetail* step = nullptr;
    const tracestore::SpanDetail* previousCall = nullptr; ///< null where there is none
    /// Of the steps between the call before and this one that hold messages themselves.
    std::vector<const tracestore::SpanDetail*> told;
};

/// What the trace shows of tools as steps of their own, so that a call is not shown twice.
struct ToolSteps
{
    /// Of all tool steps; null: there are none.
    const std::unordered_set<std::string_view>* callIds = nullptr;
    std::unordered_set<std::string_view> namesBefore; ///< between the call before and this one
    std::unordered_set<std::string_view> namesBehind; ///< between this call and the next
};

/// A step's line before its content is there; also what stays where there is none.
Block stepBlock(const tracestore::Trace& trace, tracestore::SpanId span);

/// The blocks of a step: of a model call what is new since the call before, then the answer; of a
/// tool call one block; of anything else its messages, or a line. Never empty.
std::vector<Block> stepBlocks(const tracestore::Trace& trace,
                              tracestore::SpanId span,
                              const StepDetails& details,
                              const ToolSteps& tools);

/// The card of an agent: name, steps, tokens, duration.
Block cardBlock(const tracestore::Trace& trace, tracestore::SpanId span);

/// The blocks of one message. `where` is Input or Output, `index` its place there.
std::vector<Block>
messageBlocks(const tracestore::Message& message, PartRef::Where where, std::size_t index);

/// The text that a section or medium shows the beginning of; empty where it is not there.
std::string wholeText(const tracestore::SpanDetail& detail, const PartRef& part);

/// The media of a part, or null.
const tracestore::MediaPart* mediaPart(const tracestore::SpanDetail& detail, const PartRef& part);

/// JSON with line ends and indentation where the text is JSON and not huge; else the text.
struct ReadableText
{
    QString text;
    TextSyntax syntax = TextSyntax::Plain;
};

ReadableText readable(std::string_view text);

} // namespace gui
