#pragma once

#include "tracestore/recording/run_event.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace engine {

/// The order in which recorded facts have to come again. Outcomes of parallel steps come in any;
/// but the facts of one call follow each other, an agent has a new state when all that it wanted
/// before is over, and wants in the order of its list. Facts are named by their place in the
/// recording. One thread.
class FactOrder
{
public:
    void add(std::size_t place, const tracestore::RunEvent& event);

    /// Steps were held: an agent's wants were begun in the order in which they were let go.
    void setHeld() { m_isHeld = true; }

    /// The first fact that has to come before this one and did not, if any.
    [[nodiscard]] std::optional<std::size_t> overtaken(std::size_t place) const;

    void take(std::size_t place);

private:
    struct Row
    {
        std::vector<std::size_t> places;
        std::size_t first = 0; ///< that was not taken
    };

    struct Fact
    {
        Row* agent = nullptr;
        Row* call = nullptr; ///< null: it is about no call
        bool isOfAgent = false;
        bool isFirstIntent = false; ///< of what an agent wants
        bool isTaken = false;
    };

    void advance(Row& row);

    std::unordered_map<std::string, Row> m_agents;
    std::unordered_map<std::string, Row> m_calls;
    std::vector<Fact> m_facts; ///< by place
    bool m_isHeld = false;
};

} // namespace engine
