#include "engine/cli/context_output.h"

#include "engine/cli/number_text.h"
#include "engine/cli/text_table.h"
#include "tracestore/base/json_writer.h"
#include "tracestore/base/safe_text.h"

namespace engine::cli {

using tracestore::CacheBreak;
using tracestore::CacheBreakCause;
using tracestore::ContextWindow;
using tracestore::JsonWriter;
using tracestore::safeLine;
using tracestore::Trace;
using tracestore::WindowChange;
using tracestore::WindowKind;
using tracestore::WindowPart;
using tracestore::WindowSum;
using Align = TextTable::Align;
using Style = Output::Style;

namespace {

    WindowKind kindAt(std::size_t i)
    {
        return static_cast<WindowKind>(i);
    }

    std::string changeText(const WindowPart& part, bool hasBefore)
    {
        if (!hasBefore || part.change == WindowChange::Same)
            return {};
        std::string text(toWord(part.change));
        if (part.change == WindowChange::Compressed)
            text += " (stands for " + std::to_string(part.standsFor) + ")";
        return text;
    }

    std::string causeText(const ContextWindow& window, const CacheBreak& found)
    {
        switch (found.cause) {
        case CacheBreakCause::Model:
            return "another model: " + safeLine(found.now) + " after " + safeLine(found.before);
        case CacheBreakCause::Tools:
            return "the tools on offer are others, from byte " + std::to_string(found.byte) + " on";
        case CacheBreakCause::Changed:
            return safeLine(window.parts[found.part].label) + " was changed, from byte "
                + std::to_string(found.byte) + " on";
        case CacheBreakCause::Cut:
            return "messages are not sent any more, in front of "
                + safeLine(window.parts[found.part].label);
        case CacheBreakCause::Unused:
            break;
        }
        return "all is sent as before, but the provider read less from its cache: it had expired";
    }

    void writeBreak(Output& out, const ContextWindow& window)
    {
        const CacheBreak& found = *window.cacheBreak;
        out.line(out.styled(Style::Doubtful, "The cached front ends: ") + causeText(window, found)
                 + '.');
        std::string cost = countText(found.tokens) + " tokens that were sent before are read anew";
        cost += found.isReported ? ", as reported" : ", estimated";
        cost += found.cost ? ": " + costText(*found.cost) + " more than from the cache."
                           : "; what that cost is not known.";
        out.line("  " + cost);
        if (found.cause == CacheBreakCause::Unused || found.cause == CacheBreakCause::Model)
            return;
        out.line("  before: " + safeLine(found.before));
        out.line("  now:    " + safeLine(found.now));
    }

    std::string totalText(const ContextWindow& window)
    {
        if (window.parts.empty() && !window.reported)
            return "The trace tells neither messages nor tokens of this call.";
        std::string text = countText(window.total) + " tokens";
        text += window.reported ? " as reported" : ", estimated";
        if (window.isScaled)
            text += "; their parts are estimated";
        if (window.cacheRead)
            text += "; " + countText(*window.cacheRead) + " from the cache";
        return text + '.';
    }

    void writeTokensJson(JsonWriter& json,
                         const std::array<std::int64_t, tracestore::kWindowKinds>& tokens)
    {
        json.key("tokens").beginObject();
        for (std::size_t i = 0; i < tokens.size(); ++i)
            json.member(toWord(kindAt(i)), tokens.at(i));
        json.endObject();
    }

    void writeBreakJson(JsonWriter& json, const CacheBreak& found)
    {
        json.key("cache_break")
            .beginObject()
            .member("cause", toWord(found.cause))
            .member("part", static_cast<std::int64_t>(found.part))
            .member("byte", static_cast<std::int64_t>(found.byte))
            .member("before", std::string_view(found.before))
            .member("now", std::string_view(found.now))
            .member("tokens", found.tokens)
            .member("is_reported", found.isReported);
        if (found.cost)
            json.member("cost", found.cost->amount)
                .member("currency", std::string_view(found.cost->currency));
        json.endObject();
    }

} // namespace

void writeWindow(Output& out, const Trace& trace, const ContextWindow& window)
{
    out.line(out.styled(Style::Heading,
                        "Step " + std::to_string(window.call.value) + ", "
                            + safeLine(trace.name(window.call))));
    out.line(totalText(window));
    if (window.state == tracestore::ContentState::Truncated
        || window.state == tracestore::ContentState::Redacted)
        out.line(out.styled(Style::Doubtful, "The trace holds only a part of the messages."));
    if (window.cutMessages > 0)
        out.line(countText(static_cast<std::int64_t>(window.cutMessages))
                 + " messages of the call before are not sent any more, about "
                 + countText(window.cutTokens) + " tokens.");
    if (window.cacheBreak)
        writeBreak(out, window);
    TextTable table(out,
                    {{"message", Align::Right},
                     {"tokens", Align::Right},
                     {"%", Align::Right},
                     {"what", Align::Left},
                     {"since", Align::Left},
                     {"text", Align::Left}});
    for (const WindowPart& part : window.parts) {
        const std::int64_t share = window.total == 0 ? 0 : 100 * part.tokens / window.total;
        table.add({part.message == WindowPart::kNoMessage ? "" : std::to_string(part.message),
                   countText(part.tokens),
                   std::to_string(share),
                   safeLine(part.label),
                   changeText(part, window.previous.isValid()),
                   safeLine(std::string_view(part.beginning).substr(0, 60))});
    }
}

std::string windowJson(const ContextWindow& window, const std::string& file)
{
    std::string text;
    JsonWriter json(text, 2);
    json.beginObject()
        .member("file", std::string_view(file))
        .member("span", std::int64_t {window.call.value});
    if (window.previous.isValid())
        json.member("previous", std::int64_t {window.previous.value});
    json.member("total", window.total)
        .member("is_scaled", window.isScaled)
        .memberIfAny("reported", window.reported)
        .memberIfAny("cache_read", window.cacheRead)
        .memberIfAny("cache_write", window.cacheWrite)
        .member("content", toWord(window.state))
        .member("cut_messages", static_cast<std::int64_t>(window.cutMessages))
        .member("cut_tokens", window.cutTokens);
    writeTokensJson(json, window.tokens);
    if (window.cacheBreak)
        writeBreakJson(json, *window.cacheBreak);
    json.key("parts").beginArray();
    for (const WindowPart& part : window.parts) {
        json.beginObject().member("kind", toWord(part.kind));
        if (part.message != WindowPart::kNoMessage)
            json.member("message", static_cast<std::int64_t>(part.message));
        json.member("label", std::string_view(part.label))
            .member("tokens", part.tokens)
            .member("change", toWord(part.change));
        if (part.standsFor > 0)
            json.member("stands_for", static_cast<std::int64_t>(part.standsFor));
        json.member("beginning", std::string_view(part.beginning)).endObject();
    }
    json.endArray().endObject();
    return text;
}

void writeWindows(Output& out, const std::string& agent, const std::vector<WindowSum>& sums)
{
    out.line(out.styled(Style::Heading, agent.empty() ? "(agent not named)" : safeLine(agent)));
    std::vector<TextTable::Column> columns {{"step", Align::Right}, {"tokens", Align::Right}};
    for (std::size_t i = 0; i < tracestore::kWindowKinds; ++i)
        columns.push_back({std::string(toWord(kindAt(i))), Align::Right});
    columns.push_back({"", Align::Left});
    TextTable table(out, std::move(columns));
    for (const WindowSum& sum : sums) {
        std::vector<std::string> row {std::to_string(sum.call.value),
                                      sum.isKnown ? countText(sum.total) : "not known"};
        for (const std::int64_t tokens : sum.tokens)
            row.push_back(tokens == 0 ? "" : countText(tokens));
        std::string note = sum.isScaled || !sum.isKnown ? "" : "estimated";
        if (sum.isCut)
            note += note.empty() ? "fewer messages" : ", fewer messages";
        row.push_back(std::move(note));
        table.add(std::move(row));
    }
}

std::string windowsJson(const std::vector<AgentWindows>& agents, const std::string& file)
{
    std::string text;
    JsonWriter json(text, 2);
    json.beginObject().member("file", std::string_view(file)).key("agents").beginArray();
    for (const AgentWindows& agent : agents) {
        json.beginObject()
            .memberIfAny("agent", std::string_view(agent.agent))
            .memberIfAny("session", std::string_view(agent.session))
            .key("calls")
            .beginArray();
        for (const WindowSum& sum : agent.calls) {
            json.beginObject().member("span", std::int64_t {sum.call.value});
            if (sum.isKnown) {
                json.member("total", sum.total).member("is_scaled", sum.isScaled);
                writeTokensJson(json, sum.tokens);
            }
            json.member("is_cut", sum.isCut).endObject();
        }
        json.endArray().endObject();
    }
    json.endArray().endObject();
    return text;
}

} // namespace engine::cli
