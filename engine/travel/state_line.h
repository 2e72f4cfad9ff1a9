#pragma once

#include "engine/travel/travel_line.h"

#include <nlohmann/json.hpp>

#include <unordered_map>

namespace engine {

/// The states of the agents of a recording at any position. What was told forwards (whole states
/// and patches) is kept with patches that lead back, so that a step either way costs what it
/// changes and not what the state weighs. One thread at a time.
class StateLine
{
public:
    /// Folds all states once. Fails with Cancelled only.
    static tracestore::Result<std::unique_ptr<StateLine>>
    make(std::shared_ptr<const TravelLine> line, tracestore::Job& job);

    /// Takes all agents to how they were at a position.
    void moveTo(std::size_t position);

    /// How many changes lie between where the states stand and a position.
    [[nodiscard]] std::size_t distanceTo(std::size_t position) const;

    /// Where moveTo() led; null where no state is told or known.
    [[nodiscard]] const nlohmann::json* of(tracestore::AgentId agent) const;

    /// Where a state of the agent is told last at or before a position.
    [[nodiscard]] std::optional<std::size_t> lastTold(tracestore::AgentId agent,
                                                      std::size_t position) const;

    /// Whether the recording tells any.
    [[nodiscard]] bool isEmpty() const { return m_agents.empty(); }

private:
    /// From one state of an agent to the next. Texts are JSON: a patch, or all of it.
    struct Change
    {
        std::size_t position = 0;
        std::string_view told; ///< as the recording has it
        bool isWhole = false; ///< told is all of the state
        bool isUnknown = false; ///< it could not be read: the state is not known from here on
        std::string forwards; ///< a patch in place of told, where that is all of a known state
        std::string back; ///< empty: the state was not known before
        bool isWholeBack = false; ///< back is all of the state
    };

    explicit StateLine(std::shared_ptr<const TravelLine> line)
        : m_line(std::move(line))
    { }

    /// The changes of one agent, and how many of them its state has behind it.
    struct OfAgent
    {
        std::vector<Change> changes; ///< in order
        std::size_t applied = 0;
        std::optional<nlohmann::json> state;
    };

    void add(std::size_t position, const tracestore::ToldState& told);
    static void addWhole(OfAgent& agent, Change& change, nlohmann::json value);
    static void addPatch(OfAgent& agent, Change& change);
    static void move(OfAgent& agent, std::size_t applied);
    static bool startFromWhole(OfAgent& agent, std::size_t applied);
    [[nodiscard]] static std::size_t appliedAt(const OfAgent& agent, std::size_t position);

    std::shared_ptr<const TravelLine> m_line;
    std::unordered_map<std::uint32_t, OfAgent> m_agents;
};

/// Applies a patch (RFC 6902) and gives the one that takes it back. Nothing where it does not fit;
/// the value is then as it was.
std::optional<nlohmann::json> applyReversibly(nlohmann::json& to, const nlohmann::json& patch);

} // namespace engine
