#pragma once

#include "engine/agent/chat_state.h"

#include <array>

namespace engine {

/// Reads the members of a state that a user may have edited. The first that makes no sense is
/// remembered; what follows is read on without harm.
class StateReader
{
public:
    explicit StateReader(const nlohmann::json& json);

    void read(const char* name, std::string& into);
    void read(const char* name, bool& into);
    void read(const char* name, double& into);
    void read(const char* name, std::uint32_t& into);
    void read(const char* name, std::int64_t& into);
    void read(const char* name, std::size_t& into);

    /// A number that may be negative, far enough from the ends of its type to be reckoned with.
    static constexpr std::int64_t kMostDifference = 1'000'000'000'000;
    void readDifference(const char* name, std::int64_t& into);

    void read(const char* name, int& into);
    void read(const char* name, std::vector<std::string>& into);
    void read(const char* name, tracestore::MessageChain& into);
    void read(const char* name, Spending& into);
    void read(const char* name, std::optional<tracestore::Timestamp>& into);
    void read(const char* name, std::optional<std::string>& into);
    void read(const char* name, std::optional<AgentResult>& into);

    /// An enum by its words, in the order of its values.
    template<class E, std::size_t N>
    void readWord(const char* name, E& into, const std::array<const char*, N>& words)
    {
        std::string word;
        read(name, word);
        for (std::size_t i = 0; i < N; ++i) {
            if (word == words.at(i)) {
                into = static_cast<E>(i);
                return;
            }
        }
        refuse(name);
    }

    /// A list of objects: `readItem(StateReader&, Item&)` for each.
    template<class Item, class F>
    void readList(const char* name, std::vector<Item>& into, F readItem)
    {
        const nlohmann::json* list = member(name, nlohmann::json::value_t::array);
        if (list == nullptr)
            return;
        into.clear();
        for (const nlohmann::json& value : *list) {
            StateReader reader(value);
            readItem(reader, into.emplace_back());
            if (!reader.m_problem.empty() && m_problem.empty())
                m_problem = std::string(name) + ": " + reader.m_problem;
        }
    }

    void refuse(const std::string& what);

    [[nodiscard]] tracestore::Result<void> finished() const;

private:
    /// Null, and a problem, where it is not there or of another type.
    const nlohmann::json* member(const char* name, nlohmann::json::value_t type);

    template<class T>
    void readCount(const char* name, T& into);

    const nlohmann::json& m_json;
    std::string m_problem;
};

} // namespace engine
