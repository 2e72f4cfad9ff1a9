#pragma once

#include "tests/support/golden.h"
#include "tests/support/opened.h"
#include "tests/support/sample_facts.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tracestore/analysis/trace_stats.h"

#include <QTest>

#include <algorithm>
#include <fstream>
#include <iterator>

// What the tests of all importers do.

namespace tests {

inline std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A row of the report, without its place.
inline std::string rowText(const tracestore::ReportRow& row)
{
    return std::string(toWord(row.severity)) + ' ' + row.field + " x" + std::to_string(row.count)
        + (row.line ? " line " + std::to_string(*row.line) : "") + ": " + row.message + '\n';
}

/// The tree of a trace, its sessions and its report, for golden files.
inline std::string summaryText(const tracestore::Trace& trace)
{
    std::string text = trace.origin().formatId + '\n' + treeText(trace);
    for (const tracestore::Session& session : trace.sessions()) {
        text += "session " + session.key + " \"" + session.title + "\" "
            + std::string(toWord(session.outcome)) + ' ' + session.producerName + ' '
            + session.producerVersion + ' ' + session.cwd + '\n';
        for (const tracestore::Score& score : session.scores)
            text += "  score " + score.name + ' '
                + (score.value ? QString::number(*score.value).toStdString() : "-") + ' '
                + score.label + ' ' + score.explanation + '\n';
        text += session.attributesJson.empty() ? "" : "  " + session.attributesJson + '\n';
    }
    for (const tracestore::SpanLink& link : trace.links())
        text += "link " + std::string(toWord(link.kind)) + ' ' + std::string(trace.name(link.from))
            + " -> " + (link.to.isValid() ? std::string(trace.name(link.to)) : link.toOrigId)
            + '\n';
    text += "mapped " + std::to_string(trace.report().mapped()) + '\n';
    for (const tracestore::ReportRow& row : trace.report().rows())
        text += rowText(row);
    return text;
}

/// The n-th span of a kind in the order of the step tree; invalid where there is none.
inline tracestore::SpanId
spanOf(const tracestore::Trace& trace, tracestore::SpanKind kind, std::size_t n = 0)
{
    for (const tracestore::SpanId span : trace.preOrder()) {
        if (trace.kind(span) == kind && n-- == 0)
            return span;
    }
    return {};
}

inline tracestore::SpanDetail
detailOf(const tracestore::Trace& trace, tracestore::SpanKind kind, std::size_t n = 0)
{
    const auto detail = trace.payloads().detail(spanOf(trace, kind, n));
    return detail ? *detail : tracestore::SpanDetail {};
}

/// The JSON of an attribute; empty where there is none.
inline std::string attributeOf(const tracestore::SpanDetail& detail, std::string_view key)
{
    for (const tracestore::Attribute& attribute : detail.attributes) {
        if (attribute.key == key)
            return attribute.json;
    }
    return {};
}

/// `user: text | assistant: text, call t1`, a message after another.
inline std::string outline(const std::vector<tracestore::Message>& messages)
{
    using namespace tracestore;
    std::string text;
    for (const Message& message : messages) {
        text += (text.empty() ? "" : " | ") + std::string(toWord(message.role)) + ':';
        for (const MessagePart& part : message.parts) {
            if (const auto* words = std::get_if<TextPart>(&part))
                text += ' ' + words->text;
            else if (const auto* call = std::get_if<ToolCallPart>(&part))
                text += " call " + call->name + ' ' + call->id;
            else if (const auto* result = std::get_if<ToolResultPart>(&part))
                text += " result " + result->callId + (result->isError ? "!" : "");
            else if (const auto* reasoning = std::get_if<ReasoningPart>(&part))
                text += reasoning->isEncrypted ? " hidden" : " thought";
            else if (const auto* media = std::get_if<MediaPart>(&part))
                text += " media " + media->mimeType + media->reference;
            else if (const auto* other = std::get_if<OtherPart>(&part))
                text += " other " + other->type;
        }
    }
    return text;
}

/// Reads the payloads and raw records of every span; the first failure, or nothing.
inline std::string payloadFailure(const tracestore::Trace& trace)
{
    for (const tracestore::SpanId span : trace.preOrder()) {
        const auto detail = trace.payloads().detail(span);
        const auto raw = trace.payloads().raw(span);
        if (!detail || !raw)
            return std::string(trace.name(span)) + ": "
                + (detail ? raw.error().message : detail.error().message);
        if (raw->empty() != trace.raw(span).empty())
            return std::string(trace.name(span)) + " has raw places, or text, only.";
    }
    return {};
}

/// Opens a content cut at every byte (or at each `step`th), and with one bit flipped there. What
/// opens must be readable to its last payload; what does not must say why.
inline std::string
damageFailure(const TestFolder& folder, const std::string& whole, std::size_t step = 1)
{
    const auto check = [&](const std::string& content) -> std::string {
        const auto trace = folder.open(content, "damaged");
        if (!trace)
            return trace.error().message.empty() ? "fails without a sentence" : "";
        // Payloads may be unreadable where a record is broken, but they must say so.
        for (const tracestore::SpanId span : (*trace)->preOrder()) {
            const auto detail = (*trace)->payloads().detail(span);
            if (!detail && detail.error().message.empty())
                return "a payload fails without a sentence";
            if (!(*trace)->payloads().raw(span))
                return "a raw record cannot be read";
        }
        return {};
    };
    for (std::size_t i = 0; i < whole.size(); i += step) {
        if (auto failure = check(whole.substr(0, i)); !failure.empty())
            return "cut at " + std::to_string(i) + ": " + failure;
        std::string flipped = whole;
        flipped[i] = static_cast<char>(flipped[i] ^ (1U << (i % 7)));
        if (auto failure = check(flipped); !failure.empty())
            return "flipped at " + std::to_string(i) + ": " + failure;
    }
    return {};
}

/// The ids of the importers that know a content.
inline QStringList claimedBy(const std::string& content)
{
    QStringList ids;
    const auto importers = tracestore::builtinImporters();
    for (const auto& importer : importers.entries()) {
        const std::string_view head
            = std::string_view(content).substr(0, tracestore::Sample::kSize);
        if (importer->sniff({head, head.size() == content.size(), "file"}))
            ids << QString::fromUtf8(importer->id().data(),
                                     static_cast<qsizetype>(importer->id().size()));
    }
    return ids;
}

} // namespace tests
