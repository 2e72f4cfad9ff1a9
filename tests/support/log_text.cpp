#include "tests/support/log_text.h"

#include "tests/support/trace_text.h"

namespace tests {

using namespace tracestore;

namespace {

    std::string partText(const MessagePart& part)
    {
        if (const auto* words = std::get_if<TextPart>(&part))
            return words->text;
        if (const auto* call = std::get_if<ToolCallPart>(&part))
            return "call " + (call->id.empty() ? call->name : call->id);
        if (const auto* result = std::get_if<ToolResultPart>(&part))
            return "result " + result->callId + (result->isError ? "!" : "");
        if (const auto* reasoning = std::get_if<ReasoningPart>(&part))
            return reasoning->isEncrypted ? "hidden" : "thought";
        if (const auto* media = std::get_if<MediaPart>(&part))
            return "media " + media->mimeType + media->reference;
        return "other " + std::get<OtherPart>(part).type;
    }

    std::string linkText(const Trace& trace, const SpanLink& link)
    {
        const std::string target
            = link.to.isValid() ? std::string(trace.name(link.to)) : link.toOrigId + " (not open)";
        return "link " + std::string(trace.name(link.from)) + ' ' + std::string(toWord(link.kind))
            + ' ' + target + '\n';
    }

} // namespace

std::string outline(const std::vector<Message>& messages)
{
    std::string text;
    for (const Message& message : messages) {
        text += (text.empty() ? "" : " | ") + std::string(toWord(message.role)) + ':';
        for (const MessagePart& part : message.parts)
            text += ' ' + partText(part);
    }
    return text;
}

SpanId spanOf(const Trace& trace, SpanKind kind, std::size_t n)
{
    for (const SpanId span : trace.preOrder()) {
        if (trace.kind(span) == kind && n-- == 0)
            return span;
    }
    return {};
}

SpanDetail detailOf(const Trace& trace, SpanKind kind, std::size_t n)
{
    const auto detail = trace.payloads().detail(spanOf(trace, kind, n));
    return detail ? *detail : SpanDetail {};
}

std::string summaryText(const Trace& trace)
{
    std::string text = treeText(trace);
    for (const SpanId span : trace.preOrder()) {
        if (const SpanError* error = trace.error(span))
            text += "failed " + std::string(trace.name(span)) + ": " + error->message + '\n';
    }
    for (const Session& session : trace.sessions())
        text += "session " + session.key + " \"" + session.title + "\" " + session.producerName
            + ' ' + session.producerVersion + ' ' + session.cwd + ' ' + session.attributesJson
            + '\n';
    for (const Branch& branch : trace.branches())
        text += "branch " + branch.name + (branch.isActive ? "" : " left after ")
            + (branch.forkedAt.isValid() ? std::string(trace.name(branch.forkedAt)) : "") + '\n';
    for (const SpanLink& link : trace.links())
        text += linkText(trace, link);
    text += "mapped " + std::to_string(trace.report().mapped()) + '\n';
    for (const ReportRow& row : trace.report().rows())
        text += std::string(toWord(row.severity)) + ' ' + row.field + " x"
            + std::to_string(row.count) + (row.line ? " line " + std::to_string(*row.line) : "")
            + ": " + row.message + '\n';
    return text;
}

} // namespace tests
