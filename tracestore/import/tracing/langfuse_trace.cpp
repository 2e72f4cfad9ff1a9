#include "tracestore/import/tracing/langfuse_trace.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// More than this is content, which the observations hold as well.
    constexpr std::size_t kMaxMember = 4096;

    bool isPacked(const json& value)
    {
        if (!value.is_string())
            return false;
        const std::string& text = value.get_ref<const std::string&>();
        return text.starts_with('{') || text.starts_with('[') || text.starts_with('"');
    }

    /// A member, unpacked: content is often JSON within a text, within a text again.
    json valueOf(const LangfuseTrace& trace, std::string_view key)
    {
        constexpr int kMaxPacked = 3;
        const auto member = trace.members.find(key);
        if (member == trace.members.end())
            return {};
        auto value = parseJson(member->second);
        for (int i = 0; value && i < kMaxPacked && isPacked(*value); ++i) {
            auto inner = parseJson(value->get_ref<const std::string&>());
            if (!inner)
                break;
            value = std::move(inner);
        }
        return value ? std::move(*value) : json();
    }

    /// What the user asked, where the input of the trace tells.
    std::string questionOf(const LangfuseTrace& trace)
    {
        const json input = valueOf(trace, "input");
        if (input.is_null())
            return {};
        for (const Message& message : messagesOf(input, Role::User)) {
            const std::string text = plainText(message);
            const std::size_t start = text.find_first_not_of(" \t\r\n");
            const bool isProse
                = start != std::string::npos && text[start] != '{' && text[start] != '[';
            if (message.role == Role::User && isProse)
                return shortened(text, kMaxSessionTitle);
        }
        return {};
    }

    void addScores(const LangfuseTrace& trace, Session& session)
    {
        const json scores = valueOf(trace, "scores");
        for (const json& one : scores.is_array() ? scores : json::array()) {
            Score score {.name = plainTextOf(one, {"name"}),
                         .label = plainTextOf(one, {"stringValue"}),
                         .explanation = plainTextOf(one, {"comment"})};
            if (const json* value = memberOf(one, "value"); value != nullptr && value->is_number())
                score.value = value->get<double>();
            if (!score.name.empty() || score.value)
                session.scores.push_back(std::move(score));
        }
    }

    void addMember(std::string& object, std::string_view key, std::string_view value)
    {
        object.pop_back(); // the bracket
        object.append(object.size() > 1 ? "," : "").append(quoteJson(key)).append(1, ':');
        object.append(value).append(1, '}');
    }

} // namespace

std::string LangfuseTrace::text(std::string_view key) const
{
    const auto member = members.find(key);
    if (member == members.end())
        return {};
    const auto value = parseJson(member->second);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

void describeSession(const LangfuseTrace& trace, Session& session)
{
    // What the trace was asked is nearer to the user than what a model was.
    if (std::string question = questionOf(trace); !question.empty())
        session.title = std::move(question);
    if (session.title.empty())
        session.title = shortened(trace.text("name"), kMaxSessionTitle);
    addScores(trace, session);
    if (session.attributesJson.empty())
        session.attributesJson = "{}";
    for (const auto& [key, value] : trace.members) {
        const bool isSaid = key == "scores" || value == "null" || value == "[]" || value == "\"\"";
        if (!isSaid && value.size() <= kMaxMember && parseJson(value))
            addMember(session.attributesJson, "langfuse.trace." + std::string(key), value);
    }
}

} // namespace tracestore
