#include "engine/runtime/unattended.h"

#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {
namespace {

    std::string toolOf(const UserQuestion& question)
    {
        const auto subject = tracestore::parseJson(question.subject);
        return subject && subject->is_object() ? subject->value("tool", std::string()) : "";
    }

} // namespace

bool isAllowed(const UserQuestion& question, const std::vector<std::string>& allowedTools)
{
    return question.isApproval
        && std::ranges::find(allowedTools, toolOf(question)) != allowedTools.end();
}

std::string unattendedAnswer(const UserQuestion& question,
                             const std::vector<std::string>& allowedTools)
{
    if (!question.isApproval)
        return "Nobody is there to answer.";
    return isAllowed(question, allowedTools) ? "allow" : "deny";
}

std::string unattendedNote(const UserQuestion& question)
{
    if (!question.isApproval)
        return "Nobody is there to answer: " + question.question;
    const std::string tool = toolOf(question);
    return "Not allowed: " + tool + ". `--allow " + tool + "` allows it.";
}

} // namespace engine
