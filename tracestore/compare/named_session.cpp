#include "tracestore/compare/named_session.h"

#include "tracestore/base/safe_text.h"

#include <charconv>
#include <filesystem>

namespace tracestore {
namespace {

    std::string sessionList(const Trace& trace, const std::vector<SessionId>& some)
    {
        constexpr std::size_t kMost = 12;
        std::string text;
        for (std::size_t i = 0; i < std::min(kMost, some.size()); ++i) {
            const Session& session = trace.session(some[i]);
            text += "\n  #" + std::to_string(some[i].value);
            for (const std::string& name :
                 {session.key, session.title == session.key ? "" : session.title})
                text += name.empty() ? "" : "  " + name;
        }
        if (some.size() > kMost)
            text += "\n  and " + std::to_string(some.size() - kMost) + " more";
        return safeText(text);
    }

} // namespace

NamedSession namedSession(const std::string& name)
{
    std::error_code ignored;
    const std::size_t mark = name.rfind('#');
    if (mark == std::string::npos || std::filesystem::exists(name, ignored))
        return {name, {}};
    return {name.substr(0, mark), name.substr(mark + 1)};
}

Result<SessionId> findSession(const Trace& trace, const std::string& wanted)
{
    const auto& sessions = trace.sessions();
    std::vector<SessionId> all;
    std::vector<SessionId> alike;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        if (sessions[i].key == wanted)
            return SessionId(i);
        all.emplace_back(i);
        if (sessions[i].key.find(wanted) != std::string::npos
            || sessions[i].title.find(wanted) != std::string::npos)
            alike.emplace_back(i);
    }
    std::size_t number = 0;
    const auto read = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    const bool isNumber = read.ec == std::errc() && read.ptr == wanted.data() + wanted.size();
    if (isNumber && number < sessions.size())
        return SessionId(number);
    if (alike.size() == 1)
        return alike.front();
    return fail(ErrorCode::NotFound,
                alike.empty()
                    ? "There is no session " + wanted + ". There are:" + sessionList(trace, all)
                    : "More than one session is called " + wanted + ':'
                        + sessionList(trace, alike));
}

} // namespace tracestore
