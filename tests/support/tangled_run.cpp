#include "tests/support/tangled_run.h"

#include <algorithm>

namespace tests {
namespace {

    using Kind = ScriptStep::Kind;

    class Tangler
    {
    public:
        Tangler(unsigned seed, Script& script)
            : m_random(seed)
            , m_script(script)
        { }

        void tangle()
        {
            static constexpr std::array<void (Tangler::*)(), 5> kWays {&Tangler::moveTurn,
                                                                       &Tangler::dropTurn,
                                                                       &Tangler::addTurn,
                                                                       &Tangler::carryRound,
                                                                       &Tangler::swapAgents};
            const std::size_t times = 1 + below(6);
            for (std::size_t i = 0; i < times; ++i)
                (this->*kWays[below(kWays.size())])();
        }

    private:
        using Place = Script::difference_type;

        std::size_t below(std::size_t bound)
        {
            return static_cast<std::size_t>(m_random()) % bound;
        }

        /// The places of a kind; a run begins with its first turn, which stays.
        [[nodiscard]] std::vector<Place> placesOf(Kind kind) const
        {
            std::vector<Place> places;
            for (std::size_t i = 1; i < m_script.size(); ++i) {
                if (m_script[i].kind == kind)
                    places.push_back(static_cast<Place>(i));
            }
            return places;
        }

        std::optional<Place> any(const std::vector<Place>& places)
        {
            return places.empty() ? std::nullopt : std::optional(places[below(places.size())]);
        }

        /// Puts some steps in front of another round.
        void carry(Place first, Place end)
        {
            Script steps(std::make_move_iterator(m_script.begin() + first),
                         std::make_move_iterator(m_script.begin() + end));
            m_script.erase(m_script.begin() + first, m_script.begin() + end);
            const auto to = any(placesOf(Kind::Call));
            m_script.insert(m_script.begin() + to.value_or(static_cast<Place>(m_script.size())),
                            std::make_move_iterator(steps.begin()),
                            std::make_move_iterator(steps.end()));
        }

        void moveTurn()
        {
            if (const auto turn = any(placesOf(Kind::Turn)))
                carry(*turn, *turn + 1);
        }

        void dropTurn()
        {
            if (const auto turn = any(placesOf(Kind::Turn)))
                m_script.erase(m_script.begin() + *turn);
        }

        void addTurn()
        {
            const auto call = any(placesOf(Kind::Call));
            if (!call)
                return;
            ScriptStep turn {.id = m_nextId++, .kind = Kind::Turn};
            turn.said = "And what about the " + std::to_string(m_nextId) + " others?";
            m_script.insert(m_script.begin() + *call, std::move(turn));
        }

        void carryRound()
        {
            const auto call = any(placesOf(Kind::Call));
            if (!call)
                return;
            const auto isOfRound = [](const ScriptStep& step) {
                return step.kind == Kind::Tool || step.kind == Kind::Agent;
            };
            const auto end
                = std::find_if_not(m_script.begin() + *call + 1, m_script.end(), isOfRound);
            carry(*call, end - m_script.begin());
        }

        void swapAgents()
        {
            const auto one = any(placesOf(Kind::Agent));
            const auto other = any(placesOf(Kind::Agent));
            if (one && other)
                std::swap(m_script[static_cast<std::size_t>(*one)],
                          m_script[static_cast<std::size_t>(*other)]);
        }

        std::mt19937 m_random;
        Script& m_script;
        int m_nextId = 1'000'000;
    };

} // namespace

EditedRun makeTangledRun(unsigned seed)
{
    EditedRun run = makeEditedRun(seed);
    Tangler(seed, run.after).tangle();
    run.parting = -1; // nobody knows
    run.partingInAfter = -1;
    return run;
}

} // namespace tests
