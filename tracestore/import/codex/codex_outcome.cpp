#include "tracestore/import/codex/codex_outcome.h"

#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/short_text.h"

#include <charconv>

namespace tracestore {
namespace {

    namespace dom = simdjson::dom;

    /// The exit code stands near the front of an output.
    constexpr std::size_t kFront = 400;

    constexpr std::size_t kMaxError = 300;

    CodexOutcome exited(std::int64_t code)
    {
        if (code == 0)
            return {.status = SpanStatus::Ok, .error = {}, .thread = {}, .duration = {}};
        return {.status = SpanStatus::Error,
                .error = "Exit code " + std::to_string(code),
                .thread = {},
                .duration = {}};
    }

    CodexOutcome failed(std::string_view message)
    {
        return {.status = SpanStatus::Error,
                .error = std::string(cutAtCharacter(trimmed(message), kMaxError)),
                .thread = {},
                .duration = {}};
    }

    std::optional<std::int64_t> codeBehind(std::string_view text, std::string_view words)
    {
        const std::size_t at = text.find(words);
        if (at == std::string_view::npos)
            return std::nullopt;
        std::int64_t code = 0;
        const char* from = text.data() + at + words.size();
        const auto parsed = std::from_chars(from, text.data() + text.size(), code);
        return parsed.ec == std::errc() ? std::optional(code) : std::nullopt;
    }

    CodexOutcome outcomeOfText(std::string_view text)
    {
        const std::string_view front = text.substr(0, kFront);
        for (const std::string_view words : {"Exit code: ", "Process exited with code "}) {
            if (const auto code = codeBehind(front, words))
                return exited(*code);
        }
        if (front.starts_with("aborted by user"))
            return {.status = SpanStatus::Cancelled, .error = {}, .thread = {}, .duration = {}};
        for (const std::string_view words : {"failed to parse function arguments",
                                             "unsupported call",
                                             "exec_command failed",
                                             "execution error",
                                             "apply_patch verification failed",
                                             "tool call error"}) {
            if (front.starts_with(words))
                return failed(text);
        }
        return {.status = SpanStatus::Ok, .error = {}, .thread = {}, .duration = {}};
    }

    std::optional<Duration> seconds(const dom::object& in, const char* key)
    {
        const auto value = doubleAt(in, key);
        if (!value || !(*value > 0) || *value > 1e9)
            return std::nullopt;
        return Duration {static_cast<std::int64_t>(*value * 1e9)};
    }

    /// `{secs, nanos}`.
    std::optional<Duration> pairDuration(const dom::object& in)
    {
        const auto pair = objectAt(in, "duration");
        if (!pair)
            return std::nullopt;
        const auto secs = numberAt(*pair, "secs").value_or(0);
        const auto nanos = numberAt(*pair, "nanos").value_or(0);
        if (secs < 0 || secs > 1'000'000'000 || nanos < 0 || nanos > 999'999'999)
            return std::nullopt;
        return Duration {secs * 1'000'000'000 + nanos};
    }

    CodexOutcome outcomeOfObject(const dom::object& output)
    {
        CodexOutcome outcome;
        const dom::object metadata = objectAt(output, "metadata").value_or(output);
        auto code = numberAt(metadata, "exit_code");
        if (!code)
            code = numberAt(output, "exitCode");
        bool isSuccess = true;
        if (code)
            outcome = exited(*code);
        else if (!output["success"].get(isSuccess) && !isSuccess)
            outcome = failed(textAt(output, "content"));
        else
            outcome.status = SpanStatus::Ok;
        outcome.duration = seconds(metadata, "duration_seconds");
        outcome.thread = textAt(output, "agent_id");
        return outcome;
    }

    CodexOutcome outcomeOfJsonText(std::string_view text)
    {
        JsonDom parser;
        const auto parsed = parser.parseObject(text, false);
        return parsed ? outcomeOfObject(*parsed) : outcomeOfText(text);
    }

    std::string_view firstText(const dom::array& parts)
    {
        for (const dom::element part : parts) {
            if (const std::string_view text = textMemberOf(part, "text"); !text.empty())
                return text;
        }
        return {};
    }

    bool isMcpError(const dom::object& event, std::string& message)
    {
        const auto result = objectAt(event, "result");
        if (!result)
            return false;
        if (!(*result)["Err"].error()) {
            message = textAt(*result, "Err");
            return true;
        }
        const dom::object ok = objectAt(*result, "Ok").value_or(*result);
        if (!isTrueAt(ok, "isError"))
            return false;
        if (const auto content = arrayAt(ok, "content"))
            message = firstText(*content);
        return true;
    }

    std::string_view errorOf(const dom::object& event)
    {
        const auto error = objectAt(event, "error");
        return error ? textAt(*error, "message") : textAt(event, "error");
    }

} // namespace

CodexOutcome outcomeOfOutput(const dom::element& output)
{
    if (output.is_string()) {
        const std::string_view text = output.get_string().value_unsafe();
        return text.starts_with('{') ? outcomeOfJsonText(text) : outcomeOfText(text);
    }
    if (output.is_array())
        return outcomeOfText(firstText(output.get_array().value_unsafe()));
    if (output.is_object())
        return outcomeOfObject(output.get_object().value_unsafe());
    return {.status = SpanStatus::Ok, .error = {}, .thread = {}, .duration = {}};
}

CodexOutcome outcomeOfEvent(const dom::object& event)
{
    CodexOutcome outcome {.status = SpanStatus::Ok, .error = {}, .thread = {}, .duration = {}};
    std::string message;
    bool isSuccess = true;
    const std::string_view status = textAt(event, "status");
    if (const auto code = numberAt(event, "exit_code"))
        outcome = exited(*code);
    else if (isMcpError(event, message))
        outcome = failed(message);
    else if (!event["success"].get(isSuccess) && !isSuccess)
        outcome = failed(textAt(event, "stderr"));
    else if (status == "failed" || status == "error")
        outcome = failed(errorOf(event));
    else if (status == "declined")
        outcome.status = SpanStatus::Cancelled;
    else if (status == "in_progress")
        outcome.status = SpanStatus::Pending;
    outcome.duration = pairDuration(event);
    outcome.thread = textAt(event, "new_thread_id");
    return outcome;
}

} // namespace tracestore
