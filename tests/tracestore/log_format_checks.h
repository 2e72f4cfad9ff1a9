#pragma once

#include "tests/support/golden.h"
#include "tests/support/opened.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"

#include <QTest>

#include <random>

// What every importer of a log has to stand: shared by the tests of the formats.

namespace tests {

/// The tree with what else a format finds: sessions, branches, links, errors, and the report.
inline std::string logSummary(const tracestore::Trace& trace)
{
    using tracestore::toWord;
    std::string text = treeText(trace);
    for (const auto& session : trace.sessions()) {
        text += "session " + session.key + " \"" + session.title + "\" " + session.producerName
            + ' ' + session.producerVersion + ' ' + session.cwd + ' ' + session.attributesJson + ' '
            + std::string(toWord(session.outcome));
        for (const auto& score : session.scores)
            text += " score " + score.name + '=' + score.label;
        text += '\n';
    }
    for (const auto& branch : trace.branches())
        text += "branch " + branch.name + (branch.isActive ? " after " : " left after ")
            + (branch.forkedAt.isValid() ? std::string(trace.name(branch.forkedAt)) : "") + '\n';
    for (const auto& link : trace.links())
        text += "link " + std::string(toWord(link.kind)) + ' ' + std::string(trace.name(link.from))
            + " -> " + (link.to.isValid() ? std::string(trace.name(link.to)) : '?' + link.toOrigId)
            + '\n';
    for (const tracestore::SpanId span : trace.preOrder()) {
        if (const auto* error = trace.error(span))
            text += "error of " + std::string(trace.name(span)) + ": " + error->type + ": "
                + error->message + '\n';
    }
    text += "mapped " + std::to_string(trace.report().mapped()) + '\n';
    for (const auto& row : trace.report().rows())
        text += std::string(toWord(row.severity)) + ' ' + row.field + " x"
            + std::to_string(row.count) + ": " + row.message + '\n';
    return text;
}

/// `user: text | assistant: text, call t1`, a message after another.
inline std::string outlineOf(const std::vector<tracestore::Message>& messages)
{
    using namespace tracestore;
    std::string text;
    for (const Message& message : messages) {
        text += (text.empty() ? "" : " | ") + std::string(toWord(message.role)) + ':';
        for (const MessagePart& part : message.parts) {
            if (const auto* words = std::get_if<TextPart>(&part))
                text += ' ' + words->text;
            else if (const auto* call = std::get_if<ToolCallPart>(&part))
                text += " call " + call->id + ' ' + call->name;
            else if (const auto* result = std::get_if<ToolResultPart>(&part))
                text += " result " + result->callId + (result->isError ? "! " : " ")
                    + result->content;
            else if (const auto* reasoning = std::get_if<ReasoningPart>(&part))
                text += " (" + reasoning->text + ')';
            else if (const auto* media = std::get_if<MediaPart>(&part))
                text += " media " + media->mimeType + ' ' + media->reference;
            else if (const auto* other = std::get_if<OtherPart>(&part))
                text += " other " + other->type;
        }
    }
    return text;
}

/// The n-th span of a name in the order of the tree.
inline tracestore::SpanId
spanNamed(const tracestore::Trace& trace, std::string_view name, std::size_t n = 0)
{
    for (const tracestore::SpanId span : trace.preOrder()) {
        if (trace.name(span) == name && n-- == 0)
            return span;
    }
    return {};
}

/// Its payloads; empty where there is no such span or they cannot be read.
inline tracestore::SpanDetail
detailNamed(const tracestore::Trace& trace, std::string_view name, std::size_t n = 0)
{
    const tracestore::SpanId span = spanNamed(trace, name, n);
    if (!span.isValid())
        return {};
    auto detail = trace.payloads().detail(span);
    return detail ? std::move(*detail) : tracestore::SpanDetail {};
}

/// Whether all payloads and records of a trace can be read, and what is in the columns is there.
inline bool everythingCanBeRead(const tracestore::Trace& trace)
{
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const tracestore::SpanId span(i);
        const auto detail = trace.payloads().detail(span);
        const auto raw = trace.payloads().raw(span);
        if (!detail || !raw || raw->empty() != trace.raw(span).empty()) {
            qWarning("span %zu %s: %s",
                     i,
                     std::string(trace.name(span)).c_str(),
                     !detail    ? detail.error().message.c_str()
                         : !raw ? raw.error().message.c_str()
                                : "raw places differ");
            return false;
        }
    }
    return true;
}

/// Opens a text cut at every byte, or at some 2000 places of a longer one: each opens or is refused
/// with a sentence, and all that is shown can be read.
inline bool standsCuts(const std::string& whole, const char* formatId)
{
    const TestFolder folder;
    const std::size_t step = whole.size() / 2000 + 1;
    std::size_t opened = 0;
    std::size_t cuts = 0;
    for (std::size_t size = 1; size < whole.size(); size += step) {
        const auto trace = folder.open(std::string_view(whole).substr(0, size), "cut");
        ++cuts;
        if (!trace && trace.error().message.empty())
            return false;
        if (!trace)
            continue;
        opened += (*trace)->origin().formatId == formatId ? 1 : 0;
        if (cuts % 16 == 0 && !everythingCanBeRead(**trace))
            return false;
    }
    return opened > cuts / 2;
}

/// Opens a text with bytes changed at random, always the same ones.
inline bool standsFlips(const std::string& whole, int rounds = 300)
{
    const TestFolder folder;
    std::mt19937 random(7);
    for (int round = 0; round < rounds; ++round) {
        std::string text = whole;
        for (int flips = 0; flips <= round % 4; ++flips)
            text[random() % text.size()] = static_cast<char>(random() % 256);
        const auto trace = folder.open(text, "flipped");
        if (!trace && trace.error().message.empty())
            return false;
        if (trace)
            fullText(**trace);
    }
    return true;
}

/// Whether only files of these folders of tests/data open as a format.
inline bool claimsOnly(const char* formatId, std::initializer_list<std::string_view> folders)
{
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dataDir())) {
        if (!entry.is_regular_file() || entry.path().extension() == ".tree")
            continue;
        const auto trace = openFiles({entry.path()});
        const std::string first = entry.path().lexically_relative(dataDir()).begin()->string();
        const bool isOurs = std::ranges::find(folders, first) != folders.end();
        if (trace && ((*trace)->origin().formatId == formatId) != isOurs) {
            qWarning("%s opens as %s", entry.path().c_str(), (*trace)->origin().formatId.c_str());
            return false;
        }
    }
    return true;
}

} // namespace tests
