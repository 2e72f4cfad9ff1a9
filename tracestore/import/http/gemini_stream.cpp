#include "tracestore/import/http/gemini_stream.h"

#include "tracestore/import/reading/json_members.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    bool isThought(const json& part)
    {
        return flagOf(part, "thought");
    }

    /// Only a part that is nothing but text goes on where the one before ended.
    bool continues(const json& part, const json& before)
    {
        const json* text = memberOf(part, "text");
        const json* textBefore = memberOf(before, "text");
        return text && textBefore && text->is_string() && textBefore->is_string()
            && isThought(part) == isThought(before) && !memberOf(before, "thoughtSignature");
    }

} // namespace

void GeminiStream::take(const json& piece)
{
    if (m_body.is_null())
        m_body = {{"candidates", json::array()}};
    for (const auto& [key, value] : piece.items()) {
        if (key == "candidates")
            continue;
        if (key == "usageMetadata")
            overlay(m_body[key], value); // each piece tells the sums so far
        else if (!value.is_null())
            m_body[key] = value;
    }
    if (const json* candidates = memberOf(piece, "candidates");
        candidates && candidates->is_array())
        for (const json& candidate : *candidates)
            addCandidate(candidate);
    if (memberOf(piece, "error"))
        m_isEnded = true;
}

bool GeminiStream::beginsAnother(const json& piece) const
{
    const std::string id = plainTextOf(piece, {"responseId"});
    const std::string known = plainTextOf(m_body, {"responseId"});
    return id.empty() || known.empty() ? m_isEnded : id != known;
}

void GeminiStream::addCandidate(const json& candidate)
{
    if (!candidate.is_object())
        return;
    const json index = candidate.value("index", json(0));
    json* whole = nullptr;
    for (json& known : m_body["candidates"]) {
        if (known.value("index", json(0)) == index)
            whole = &known;
    }
    if (whole == nullptr) {
        m_body["candidates"].push_back({{"index", index}});
        whole = &m_body["candidates"].back();
    }
    for (const auto& [key, value] : candidate.items()) {
        if (key != "content" && !value.is_null())
            (*whole)[key] = value;
    }
    m_isEnded = m_isEnded || memberOf(candidate, "finishReason");
    const json* content = memberOf(candidate, "content");
    if (content == nullptr || !content->is_object())
        return;
    json& to = (*whole)["content"];
    if (memberOf(*content, "role"))
        to["role"] = *memberOf(*content, "role");
    json& parts = to["parts"];
    if (!parts.is_array())
        parts = json::array();
    const json* added = memberOf(*content, "parts");
    if (added == nullptr || !added->is_array())
        return;
    for (const json& part : *added) {
        m_hasContent = true;
        if (!parts.empty() && continues(part, parts.back())) {
            appendText(parts.back(), "text", memberOf(part, "text"));
            if (const json* signature = memberOf(part, "thoughtSignature"))
                parts.back()["thoughtSignature"] = *signature;
        } else {
            parts.push_back(part);
        }
    }
}

} // namespace tracestore
