#include "engine/agent/state_reader.h"

#include "tracestore/base/json_io.h"

#include <array>
#include <limits>

namespace engine {

using nlohmann::json;
using tracestore::Message;
using tracestore::MessageChain;

StateReader::StateReader(const json& value)
    : m_json(value)
{
    if (!m_json.is_object())
        m_problem = "it is no object";
}

void StateReader::refuse(const std::string& what)
{
    if (m_problem.empty())
        m_problem = '`' + what + "` makes no sense";
}

tracestore::Result<void> StateReader::finished() const
{
    if (m_problem.empty())
        return {};
    return tracestore::fail(tracestore::ErrorCode::Invalid,
                            "The state cannot be taken: " + m_problem + '.');
}

const json* StateReader::member(const char* name, json::value_t type)
{
    const auto found = m_json.is_object() ? m_json.find(name) : m_json.end();
    if (found != m_json.end() && found->type() == type)
        return &*found;
    refuse(name);
    return nullptr;
}

void StateReader::read(const char* name, std::string& into)
{
    if (const json* value = member(name, json::value_t::string))
        into = value->get<std::string>();
}

void StateReader::read(const char* name, bool& into)
{
    if (const json* value = member(name, json::value_t::boolean))
        into = value->get<bool>();
}

void StateReader::read(const char* name, double& into)
{
    const auto found = m_json.is_object() ? m_json.find(name) : m_json.end();
    if (found != m_json.end() && found->is_number())
        into = found->get<double>();
    else
        refuse(name);
}

template<class T>
void StateReader::readCount(const char* name, T& into)
{
    const auto found = m_json.is_object() ? m_json.find(name) : m_json.end();
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    if (found != m_json.end() && found->is_number_integer()
        && (!found->is_number_unsigned() ? found->template get<std::int64_t>() >= 0
                                         : found->template get<std::uint64_t>() <= kMost))
        into = found->template get<T>();
    else
        refuse(name);
}

void StateReader::read(const char* name, std::uint32_t& into)
{
    readCount(name, into);
}

void StateReader::read(const char* name, std::int64_t& into)
{
    readCount(name, into);
}

void StateReader::readDifference(const char* name, std::int64_t& into)
{
    const auto found = m_json.is_object() ? m_json.find(name) : m_json.end();
    const bool isNumber = found != m_json.end() && found->is_number_integer()
        && (!found->is_number_unsigned()
            || found->get<std::uint64_t>() <= std::uint64_t {kMostDifference});
    const std::int64_t value = isNumber ? found->get<std::int64_t>() : 0;
    if (isNumber && value >= -kMostDifference)
        into = value;
    else
        refuse(name);
}

void StateReader::read(const char* name, std::size_t& into)
{
    readCount(name, into);
}

void StateReader::read(const char* name, int& into)
{
    const auto found = m_json.is_object() ? m_json.find(name) : m_json.end();
    if (found != m_json.end() && found->is_number_integer() && found->get<std::int64_t>() >= -1
        && found->get<std::int64_t>() < 1'000'000)
        into = found->get<int>();
    else
        refuse(name);
}

void StateReader::read(const char* name, std::vector<std::string>& into)
{
    const json* list = member(name, json::value_t::array);
    if (list == nullptr)
        return;
    into.clear();
    for (const json& value : *list) {
        if (!value.is_string())
            return refuse(name);
        into.push_back(value.get<std::string>());
    }
}

void StateReader::read(const char* name, MessageChain& into)
{
    const json* list = member(name, json::value_t::array);
    if (list == nullptr)
        return;
    into = {};
    for (std::size_t i = 0; i < list->size(); ++i) {
        const json& value = (*list)[i];
        auto message = tracestore::messageFromJson(
            value.is_string() ? value.get<std::string>() : tracestore::toJsonText(value));
        if (!message)
            return refuse(std::string(name) + '[' + std::to_string(i) + ']');
        into = into.with(std::move(*message));
    }
}

void StateReader::read(const char* name, std::optional<tracestore::Timestamp>& into)
{
    into.reset();
    if (!m_json.is_object() || !m_json.contains(name))
        return;
    if (m_json[name].is_number_integer())
        into = tracestore::Timestamp {m_json[name].get<std::int64_t>()};
    else
        refuse(name);
}

void StateReader::read(const char* name, std::optional<std::string>& into)
{
    into.reset();
    if (m_json.is_object() && m_json.contains(name))
        read(name, into.emplace());
}

void StateReader::read(const char* name, Spending& into)
{
    const json* value = member(name, json::value_t::object);
    if (value == nullptr)
        return;
    StateReader reader(*value);
    reader.read("cost", into.cost);
    reader.read("tokens", into.tokens);
    reader.read("steps", into.steps);
    reader.read("begin", into.begin);
    reader.read("last", into.last);
    if (!reader.finished())
        refuse(name);
}

void StateReader::read(const char* name, std::optional<AgentResult>& into)
{
    into.reset();
    if (!m_json.is_object() || !m_json.contains(name))
        return;
    const json* value = member(name, json::value_t::object);
    if (value == nullptr)
        return;
    constexpr std::array kStatusWords {"ok", "error", "cancelled", "refused"};
    StateReader reader(*value);
    AgentResult& result = into.emplace();
    reader.readWord("status", result.status, kStatusWords);
    reader.read("answer", result.answer);
    reader.read("reason", result.reason);
    if (!reader.finished())
        refuse(name);
}

} // namespace engine
