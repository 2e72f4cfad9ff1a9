#pragma once

#include "tests/engine/replay_samples.h"

#include <random>
#include <set>

/// Single changes of a recording, as a replay has to find them.
namespace tests {

/// A changed recording, and where that has to be found.
struct LogChange
{
    std::string kind;
    Events events;
    std::int64_t first = 0; ///< event that has to be named, or the first of some
    std::int64_t last = 0; ///< the last of these
    std::string effect; ///< that has to be named; empty: any
};

class LogChanger
{
public:
    LogChanger(const Events& events, std::uint32_t seed)
        : m_events(events)
        , m_random(seed)
    {
        for (const auto& event : events) {
            if (const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact))
                m_wanted[event->effect] = wanted;
        }
    }

    static constexpr int kKinds = 7;

    /// Nothing where the recording has no place for a change of the kind.
    std::optional<LogChange> change(int kind)
    {
        switch (kind) {
        case 0:
            return promptByte();
        case 1:
            return argument();
        case 2:
            return resultByte();
        case 3:
            return order();
        case 4:
            return missingStep();
        case 5:
            return extraStep();
        default:
            return model();
        }
    }

private:
    using Event = tracestore::RunEvent;
    using Wanted = tracestore::EffectWanted;
    using Ended = tracestore::EffectEnded;

    /// A place for which something holds, by chance; -1 where there is none.
    template<class Fits>
    int pick(const Fits& fits)
    {
        std::vector<int> places;
        for (std::size_t i = 0; i < m_events.size(); ++i) {
            if (fits(i))
                places.push_back(static_cast<int>(i));
        }
        return places.empty() ? -1 : places[m_random() % places.size()];
    }

    bool isWanted(std::size_t place, engine::EffectKind kind) const
    {
        const auto* wanted = std::get_if<Wanted>(&m_events[place]->fact);
        return wanted != nullptr && wanted->kind == kind;
    }

    /// With one event put in the place of another.
    Events with(std::size_t place, Event event) const
    {
        Events changed = m_events;
        changed[place] = std::make_shared<const Event>(std::move(event));
        return changed;
    }

    static void number(Events& events)
    {
        for (std::size_t i = 0; i < events.size(); ++i) {
            Event event = *events[i];
            event.number = static_cast<std::int64_t>(i + 1);
            events[i] = std::make_shared<const Event>(std::move(event));
        }
    }

    /// Another letter or digit in the place of one.
    bool changeByte(std::string& text)
    {
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto byte = static_cast<unsigned char>(text[i]);
            if (byte < 0x80 && std::isalnum(byte) != 0 && (i == 0 || text[i - 1] != '\\'))
                places.push_back(i);
        }
        if (places.empty())
            return false;
        char& c = text[places[m_random() % places.size()]];
        c = c == 'x' ? 'y' : 'x';
        return true;
    }

    std::optional<LogChange> at(const char* kind, Events events, std::int64_t number)
    {
        return LogChange {kind, std::move(events), number, number, {}};
    }

    std::optional<LogChange> promptByte()
    {
        const int place
            = pick([&](std::size_t i) { return isWanted(i, engine::EffectKind::Model); });
        if (place < 0)
            return {};
        Event event = *m_events[static_cast<std::size_t>(place)];
        auto& wanted = std::get<Wanted>(event.fact);
        std::vector<tracestore::Message> messages = wanted.input.messages();
        std::vector<std::string*> texts;
        for (auto& message : messages) {
            for (auto& part : message.parts) {
                if (auto* text = std::get_if<tracestore::TextPart>(&part))
                    texts.push_back(&text->text);
            }
        }
        if (texts.empty() || !changeByte(*texts[m_random() % texts.size()]))
            return {};
        wanted.input = tracestore::MessageChain(messages);
        const std::int64_t number = event.number;
        return at("prompt", with(static_cast<std::size_t>(place), std::move(event)), number);
    }

    std::optional<LogChange> argument()
    {
        const int place
            = pick([&](std::size_t i) { return isWanted(i, engine::EffectKind::Tool); });
        if (place < 0)
            return {};
        Event event = *m_events[static_cast<std::size_t>(place)];
        if (!changeByte(std::get<Wanted>(event.fact).arguments))
            return {};
        const std::int64_t number = event.number;
        return at("argument", with(static_cast<std::size_t>(place), std::move(event)), number);
    }

    /// What an agent has from a result is in its next state, or in what a policy of its plans
    /// decides right before that.
    std::optional<LogChange> resultByte()
    {
        const int place = pick([&](std::size_t i) {
            const auto* ended = std::get_if<Ended>(&m_events[i]->fact);
            const auto known = m_wanted.find(m_events[i]->effect);
            return ended != nullptr && known != m_wanted.end()
                && ended->status == engine::OutcomeStatus::Ok
                && known->second->kind == engine::EffectKind::Tool
                && m_events[i]->effect.find('/', m_events[i]->agent.size()) == std::string::npos;
        });
        if (place < 0)
            return {};
        Event event = *m_events[static_cast<std::size_t>(place)];
        if (!changeByte(std::get<Ended>(event.fact).result))
            return {};
        LogChange change {"result", {}, event.number + 1, 0, {}};
        for (std::size_t i = static_cast<std::size_t>(place); i < m_events.size(); ++i) {
            if (m_events[i]->agent == event.agent
                && std::holds_alternative<tracestore::StateChanged>(m_events[i]->fact)) {
                change.last = m_events[i]->number;
                break;
            }
        }
        change.events = with(static_cast<std::size_t>(place), std::move(event));
        return change.last == 0 ? std::nullopt : std::optional(change);
    }

    /// Two neighbours of which the second follows from the first.
    std::optional<LogChange> order()
    {
        const int place = pick([&](std::size_t i) {
            if (i + 1 >= m_events.size() || m_events[i]->agent != m_events[i + 1]->agent)
                return false;
            const auto& a = m_events[i]->fact;
            const auto& b = m_events[i + 1]->fact;
            return (std::holds_alternative<tracestore::StateChanged>(a)
                    && std::holds_alternative<Wanted>(b))
                || (std::holds_alternative<Wanted>(a) && std::holds_alternative<Ended>(b)
                    && m_events[i]->effect == m_events[i + 1]->effect)
                || (std::holds_alternative<Ended>(a)
                    && std::holds_alternative<tracestore::StateChanged>(b));
        });
        if (place < 0)
            return {};
        LogChange change {"order", m_events, place + 1, place + 2, {}};
        std::swap(change.events[static_cast<std::size_t>(place)],
                  change.events[static_cast<std::size_t>(place) + 1]);
        number(change.events);
        return change;
    }

    /// A call of a tool, with all that the log says about it.
    std::optional<LogChange> missingStep()
    {
        const int place = pick([&](std::size_t i) {
            return isWanted(i, engine::EffectKind::Tool) && m_events[i]->effect.ends_with(".1");
        });
        if (place < 0)
            return {};
        const std::string effect = m_events[static_cast<std::size_t>(place)]->effect;
        const std::string call = effect.substr(0, effect.rfind('.'));
        LogChange change {"missing", {}, 0, std::numeric_limits<std::int64_t>::max(), effect};
        for (const auto& event : m_events) {
            if (event->effect != call && !event->effect.starts_with(call + '.')
                && !event->effect.starts_with(call + '/'))
                change.events.push_back(event);
        }
        number(change.events);
        return change;
    }

    /// A call that was not made, beside one that was.
    std::optional<LogChange> extraStep()
    {
        const int place = pick([&](std::size_t i) {
            return isWanted(i, engine::EffectKind::Tool) && m_events[i]->effect.ends_with(".1.1")
                && m_events[i]->effect.find('/', m_events[i]->agent.size()) == std::string::npos;
        });
        if (place < 0)
            return {};
        const auto at = static_cast<std::size_t>(place);
        Event wanted = *m_events[at];
        wanted.effect.replace(wanted.effect.size() - 4, 4, ".91.1");
        Event ended = wanted;
        ended.fact = Ended {.result = "made up"};
        LogChange change {"extra", m_events, place + 2, place + 2, wanted.effect};
        const auto behind = change.events.begin() + place + 1;
        change.events.insert(
            behind, {std::make_shared<const Event>(wanted), std::make_shared<const Event>(ended)});
        number(change.events);
        return change;
    }

    std::optional<LogChange> model()
    {
        const int place
            = pick([&](std::size_t i) { return isWanted(i, engine::EffectKind::Model); });
        if (place < 0)
            return {};
        Event event = *m_events[static_cast<std::size_t>(place)];
        std::get<Wanted>(event.fact).name += "-next";
        const std::int64_t number = event.number;
        return at("model", with(static_cast<std::size_t>(place), std::move(event)), number);
    }

    Events m_events;
    std::mt19937 m_random;
    std::map<std::string, const Wanted*> m_wanted;
};

/// Whether some of these outcomes are of parts of others: their order is no chance.
inline bool isNested(const Events& events, std::size_t begin, std::size_t end)
{
    for (std::size_t i = begin; i < end; ++i) {
        const std::string call = events[i]->effect.substr(0, events[i]->effect.rfind('.'));
        for (std::size_t j = begin; j < end; ++j) {
            if (i != j && events[j]->effect.starts_with(call))
                return true;
        }
    }
    return false;
}

/// The same recording with the outcomes of parallel steps in another order, as they may come.
inline Events reordered(Events events, std::uint32_t seed)
{
    std::mt19937 random(seed);
    const auto isOutcome = [&](std::size_t i) {
        return std::holds_alternative<tracestore::EffectEnded>(events[i]->fact);
    };
    for (std::size_t begin = 0; begin < events.size(); ++begin) {
        std::size_t end = begin;
        while (end < events.size() && isOutcome(end))
            ++end;
        if (end - begin < 2 || isNested(events, begin, end))
            continue;
        std::shuffle(events.begin() + static_cast<std::ptrdiff_t>(begin),
                     events.begin() + static_cast<std::ptrdiff_t>(end),
                     random);
        for (std::size_t i = begin; i < end; ++i) {
            tracestore::RunEvent event = *events[i];
            event.number = static_cast<std::int64_t>(i + 1);
            events[i] = std::make_shared<const tracestore::RunEvent>(std::move(event));
        }
        begin = end;
    }
    return events;
}

} // namespace tests
