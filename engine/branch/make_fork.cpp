#include "engine/branch/make_fork.h"

#include "engine/branch/recorded_step.h"
#include "engine/branch/short_text.h"
#include "engine/run/debugger_facts.h"
#include "engine/run/effect_facts.h"
#include "engine/run/json_place.h"
#include "engine/run/step_form.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/event_table.h"
#include "tracestore/recording/log_lookup.h"
#include "tracestore/recording/recording_fork.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::RunEvent;
using tracestore::Timestamp;

namespace {

    enum class Part : std::uint8_t
    {
        Nothing,
        Request,
        Outcome,
        State
    };

    constexpr std::string_view kRequest = "request";
    constexpr std::string_view kOutcome = "outcome";
    constexpr std::string_view kState = "state";
    constexpr std::size_t kMostShown = 60;
    constexpr std::size_t kMostLetters = 40;

    /// What can stand in the name of a file everywhere.
    std::string plainName(const std::string& name)
    {
        std::string plain;
        for (const char letter : name.substr(0, kMostLetters)) {
            const bool isPlain = (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
                || letter == '-' || letter == '_';
            plain += isPlain ? letter : '-';
        }
        return plain.empty() ? "fork" : plain;
    }

    bool isPartOf(const std::string& path, std::string_view part)
    {
        return path.starts_with(part)
            && (path.size() == part.size() || path[part.size()] == '.' || path[part.size()] == '[');
    }

    Part partOf(const std::string& path)
    {
        if (isPartOf(path, kRequest))
            return Part::Request;
        if (isPartOf(path, kOutcome))
            return Part::Outcome;
        return isPartOf(path, kState) ? Part::State : Part::Nothing;
    }

    Result<Part> partOf(const std::vector<ForkEdit>& edits)
    {
        Part part = Part::Nothing;
        for (const ForkEdit& edit : edits) {
            const Part one = partOf(edit.path);
            if (one == Part::Nothing)
                return fail(ErrorCode::Invalid,
                            "`" + edit.path
                                + "` names nothing that a fork could change: it begins with "
                                  "request, outcome or state.");
            if (part != Part::Nothing && part != one)
                return fail(ErrorCode::Invalid,
                            "A fork changes a request, an outcome or a state, and not several of "
                            "them: its other changes follow when it runs.");
            part = one;
        }
        return part;
    }

    /// Behind the word that says what is changed; empty: all of it.
    std::string placeIn(const std::string& path, std::string_view part)
    {
        std::string place = path.substr(part.size());
        if (place.starts_with('.'))
            place.erase(0, 1);
        return place;
    }

    std::string sentenceOf(const EditMade& edit)
    {
        return shortText(edit.path, kMostShown) + ": " + shortText(edit.before, kMostShown) + " → "
            + shortText(edit.after, kMostShown);
    }

    /// What stands at the place of a form, for the record; `null` where there is nothing.
    std::string textAt(const json& form, const std::string& place)
    {
        const auto value = place.empty() ? std::optional(form) : valueOfForm(form, place);
        return tracestore::toJsonText(value.value_or(json()));
    }

    /// Where a fork begins, and with which events.
    struct Plan
    {
        std::int64_t upTo = 0;
        std::vector<RunEvent> events;
        std::string change;
    };

    class Planner
    {
    public:
        Planner(tracestore::Database& log, tracestore::EventPlace place)
            : m_log(log)
            , m_place(place)
        { }

        Result<Plan> plan(const std::vector<ForkEdit>& edits, Part part)
        {
            switch (part) {
            case Part::Nothing:
                return Plan {m_place.wanted - 1, {}, {}};
            case Part::Request:
                return planRequest(edits);
            case Part::Outcome:
                return planOutcome(edits);
            case Part::State:
                return planState(edits);
            }
            return Plan {};
        }

    private:
        void add(Plan& plan, const RunEvent& like, tracestore::RunFact fact) const
        {
            if (const auto* edit = std::get_if<EditMade>(&fact))
                plan.change += (plan.change.empty() ? "" : "; ") + sentenceOf(*edit);
            const bool isOfState = std::holds_alternative<EditMade>(fact)
                && partOf(std::get<EditMade>(fact).path) == Part::State;
            plan.events.push_back({.agent = like.agent,
                                   .effect = isOfState ? std::string() : like.effect,
                                   .fact = std::move(fact)});
        }

        Result<Plan> planRequest(const std::vector<ForkEdit>& edits)
        {
            const auto intent = eventAt(m_log, m_place.wanted);
            if (!intent)
                return fail(intent.error());
            const auto& fact = std::get<EffectWanted>(intent->fact);
            EffectRequest request = requestOf(fact, emptyRequest(fact.kind));
            Plan plan {m_place.wanted - 1, {}, {}};
            // As at a stop: what is changed belongs to a step that is not begun yet.
            add(plan, *intent, debuggerFact("hold", "The fork changes it.", {.request = request}));
            for (const ForkEdit& edit : edits) {
                const std::string place = placeIn(edit.path, kRequest);
                const EditMade made {edit.path, textAt(formOf(request), place), edit.value};
                auto edited = editedRequest(request, made);
                if (!edited)
                    return fail(std::move(edited).error());
                request = std::move(*edited);
                add(plan, *intent, made);
            }
            return plan;
        }

        Result<Plan> planOutcome(const std::vector<ForkEdit>& edits)
        {
            if (m_place.ended == 0)
                return fail(ErrorCode::Invalid,
                            "This step has no outcome that could be changed: it had not ended.");
            const auto end = eventAt(m_log, m_place.ended);
            if (!end)
                return fail(end.error());
            Outcome outcome = outcomeOf(std::get<EffectEnded>(end->fact), end->time);
            Plan plan {m_place.ended - 1, {}, {}};
            for (const ForkEdit& edit : edits) {
                const std::string place = placeIn(edit.path, kOutcome);
                json form = formOf(outcome);
                const EditMade made {edit.path, textAt(form, place), edit.value};
                if (place.empty())
                    form = writtenValue(edit.value);
                else if (auto set = setInForm(form, place, writtenValue(edit.value)); !set)
                    return fail(std::move(set).error());
                auto edited = outcomeOfForm(form, outcome);
                if (!edited)
                    return fail(std::move(edited).error());
                outcome = std::move(*edited);
                add(plan, *end, made);
            }
            outcome.origin = OutcomeOrigin::User;
            outcome.note = kEditedNote;
            add(plan, *end, ended(outcome));
            return plan;
        }

        Result<Plan> planState(const std::vector<ForkEdit>& edits)
        {
            const auto intent = eventAt(m_log, m_place.wanted);
            if (!intent)
                return fail(intent.error());
            const auto begin = beginOfTurn(*intent);
            if (!begin)
                return fail(begin.error());
            Plan plan {*begin - 1, {}, {}};
            const auto changes = tracestore::readEvents(
                m_log, {.to = plan.upTo, .agent = intent->agent, .type = "state_changed"});
            if (!changes)
                return fail(changes.error());
            auto state = recordedState(*changes, intent->agent);
            if (!state)
                return fail(std::move(state).error());
            const std::string before = tracestore::toJsonText(*state);
            for (const ForkEdit& edit : edits) {
                const std::string place = placeIn(edit.path, kState);
                if (place.empty()) {
                    *state = writtenValue(edit.value);
                } else if (auto set = setValueAt(*state, place, writtenValue(edit.value)); !set) {
                    return fail(std::move(set).error());
                }
            }
            add(plan, *intent, EditMade {"state", before, tracestore::toJsonText(*state)});
            plan.change.clear();
            for (const ForkEdit& edit : edits)
                plan.change += (plan.change.empty() ? "" : "; ") + shortText(edit.path, kMostShown)
                    + " → " + shortText(edit.value, kMostShown);
            return plan;
        }

        /// The number of the first intent of the turn in which a step stands.
        [[nodiscard]] Result<std::int64_t> beginOfTurn(const RunEvent& step) const
        {
            const auto place = tracestore::placeOfTurn(m_log, turnOf(step));
            if (!place)
                return fail(place.error());
            return place->wanted;
        }

        tracestore::Database& m_log;
        tracestore::EventPlace m_place;
    };

    Result<Plan> planOf(const ForkOrder& order, tracestore::Database& log)
    {
        const auto part = partOf(order.edits);
        if (!part)
            return fail(part.error());
        if (order.effect.empty()) {
            if (*part != Part::Nothing)
                return fail(ErrorCode::Invalid, "A change needs a step at which it is made.");
            if (order.upTo > 0)
                return Plan {order.upTo, {}, {}};
            const auto last = tracestore::lastEvent(log);
            return last ? Result<Plan>(Plan {*last, {}, {}}) : fail(last.error());
        }
        const auto place = tracestore::placeOfStep(log, order.effect);
        if (!place)
            return fail(place.error());
        return Planner(log, *place).plan(order.edits, *part);
    }

    /// That of its family: a recording may be a replay of another one.
    Result<std::string> rootOf(tracestore::Database& log)
    {
        const auto events = tracestore::readEvents(log, {.isOfRun = true});
        if (!events)
            return fail(events.error());
        if (events->empty() || events->front().number != 1)
            return fail(ErrorCode::Invalid, "There is no run in it.");
        std::string root = recordingKey(events->front());
        for (const RunEvent& event : *events) {
            if (const auto origin = branchOriginOf(event.fact))
                root = origin->root;
        }
        return root;
    }

    Result<Fork> makeFork(const ForkOrder& order, tracestore::Database& log, Timestamp now)
    {
        const auto root = rootOf(log);
        if (!root)
            return fail(root.error());
        auto plan = planOf(order, log);
        if (!plan)
            return fail(std::move(plan).error());
        Fork fork {.file = forkFile(order.recording, order.name),
                   .origin = {.parent = order.recording.filename().string(),
                              .root = *root,
                              .upTo = plan->upTo,
                              .step = order.effect,
                              .change = plan->change,
                              .note = order.note,
                              .expected = order.expected,
                              .made = now}};
        std::vector<RunEvent> events {{.fact = toFact(fork.origin)}};
        std::ranges::move(plan->events, std::back_inserter(events));
        // Budgets must not count the time since then as time at work.
        const auto last = eventAt(log, plan->upTo);
        if (!last)
            return fail(last.error());
        for (RunEvent& event : events)
            event.time = last->time;
        auto forked
            = tracestore::forkRecording(order.recording, plan->upTo, std::move(events), fork.file);
        if (!forked)
            return fail(std::move(forked).error());
        return fork;
    }

} // namespace

std::filesystem::path forkFile(const std::filesystem::path& recording, const std::string& name)
{
    const std::string stem = recording.stem().string() + '.' + plainName(name);
    std::filesystem::path file = recording.parent_path() / (stem + ".kymo");
    std::error_code ignored;
    for (int number = 2; std::filesystem::exists(file, ignored); ++number)
        file = recording.parent_path() / (stem + '-' + std::to_string(number) + ".kymo");
    return file;
}

Result<Fork> makeFork(const ForkOrder& order, Timestamp now)
{
    auto log = tracestore::openLog(order.recording);
    if (!log)
        return fail(std::move(log).error());
    auto fork = makeFork(order, *log, now);
    if (!fork && fork.error().where.empty())
        return fail(std::move(fork).error().in(order.recording.string()));
    return fork;
}

} // namespace engine
