#include "engine/travel/travel_steps.h"

#include <algorithm>

namespace engine {

using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    /// Where one stands: in a frame, perhaps at a call of it.
    struct Stand
    {
        std::size_t position = 0;
        SpanId frame; ///< invalid: in none, where every step is near
        SpanId agentFrame;
        SpanId call; ///< invalid: between calls
    };

    Stand standAt(const TravelLine& line, std::size_t position)
    {
        Stand stand {.position = position};
        const TraceMoment& moment = line.moments()[position];
        if (moment.kind == TraceMoment::Kind::State) {
            if (const SpanId step = line.subject(position); step.isValid())
                stand.frame = stand.agentFrame = line.agentFrame(step);
            return stand;
        }
        const SpanId span = moment.span;
        stand.frame = line.frame(span);
        stand.agentFrame = line.agentFrame(span);
        const auto kind = [&](SpanId of) { return line.trace().kind(of); };
        if (line.isStep(span) || kind(span) == SpanKind::Llm || kind(span) == SpanKind::Tool) {
            stand.call = line.call(span);
        } else if (kind(span) == SpanKind::Agent && moment.kind == TraceMoment::Kind::Begin) {
            stand.frame = stand.agentFrame = span;
        } else if (stand.frame.isValid() && kind(stand.frame) != SpanKind::Agent) {
            stand.call = line.call(stand.frame); // a decision about a call is at that call
            stand.frame = line.frame(stand.call);
        }
        return stand;
    }

    /// The frame that one is in at positions further and further away: that in which one stands as
    /// long as it is at work, then the one around it.
    class NearestFrame
    {
    public:
        NearestFrame(const TravelLine& line, SpanId frame, bool isBack, bool ofAgents)
            : m_line(line)
            , m_frame(frame)
            , m_isBack(isBack)
            , m_ofAgents(ofAgents)
        { }

        SpanId at(std::size_t position)
        {
            while (m_frame.isValid() && !isAtWork(position))
                m_frame = m_ofAgents ? m_line.agentFrame(m_frame) : m_line.frame(m_frame);
            return m_frame;
        }

    private:
        [[nodiscard]] bool isAtWork(std::size_t position) const
        {
            if (m_isBack)
                return m_line.begin(m_frame).value_or(0) < position;
            return m_line.end(m_frame).value_or(m_line.count()) > position;
        }

        const TravelLine& m_line;
        SpanId m_frame;
        bool m_isBack;
        bool m_ofAgents;
    };

    /// The first step behind a position that fits.
    template<class Fits>
    std::optional<std::size_t> firstBehind(const TravelLine& line, std::size_t from, Fits fits)
    {
        const auto& steps = line.steps();
        for (auto at = std::ranges::upper_bound(steps, from); at != steps.end(); ++at) {
            if (fits(*at, line.moments()[*at].span))
                return *at;
        }
        return {};
    }

    template<class Fits>
    std::optional<std::size_t> lastBefore(const TravelLine& line, std::size_t from, Fits fits)
    {
        const auto& steps = line.steps();
        for (auto at = std::ranges::lower_bound(steps, from); at != steps.begin();) {
            --at;
            if (fits(*at, line.moments()[*at].span))
                return *at;
        }
        return {};
    }

    /// What called: the composite tool or hand-off that a frame is or works for.
    SpanId callerOf(const TravelLine& line, SpanId frame)
    {
        const SpanId around = frame.isValid() ? line.frame(frame) : SpanId();
        const auto kind = [&](SpanId span) { return line.trace().kind(span); };
        const bool worksForCall = around.isValid() && kind(frame) == SpanKind::Agent
            && kind(around) != SpanKind::Agent && !line.isStep(frame);
        return worksForCall ? around : frame;
    }

    bool isOfFrame(const TravelLine& line, SpanId span, SpanId frame)
    {
        return !frame.isValid() || line.frame(span) == frame;
    }

    std::optional<std::size_t> nextOver(const TravelLine& line, const Stand& from)
    {
        NearestFrame frame(line, from.frame, false, false);
        return firstBehind(line, from.position, [&](std::size_t position, SpanId span) {
            const bool isOfCall = from.call.isValid()
                && (line.isWithin(span, from.call) || line.call(span) == from.call);
            return !isOfCall && isOfFrame(line, span, frame.at(position));
        });
    }

    std::optional<std::size_t> nextInto(const TravelLine& line, const Stand& from)
    {
        NearestFrame frame(line, from.frame, false, false);
        return firstBehind(line, from.position, [&](std::size_t position, SpanId span) {
            return line.isWithin(span, from.call) || isOfFrame(line, span, frame.at(position));
        });
    }

    std::optional<std::size_t> nextOut(const TravelLine& line, const Stand& from)
    {
        const SpanId caller = callerOf(line, from.frame);
        if (!caller.isValid() || (!line.frame(caller).isValid() && !line.isStep(caller)))
            return {}; // nobody called: it goes to the end
        return nextOver(line, {from.position, line.frame(caller), {}, line.call(caller)});
    }

    bool isModelCall(const TravelLine& line, SpanId span)
    {
        return line.trace().kind(span) == SpanKind::Llm;
    }

    std::optional<std::size_t> nextTurn(const TravelLine& line, const Stand& from)
    {
        NearestFrame frame(line, from.agentFrame, false, true);
        return firstBehind(line, from.position, [&](std::size_t position, SpanId span) {
            const SpanId agent = frame.at(position);
            return isModelCall(line, span) && line.call(span) != from.call
                && (!agent.isValid() || line.agentFrame(span) == agent);
        });
    }

    /// Of a step that lies deeper than one stood: the outermost call that it is in.
    SpanId outermostCall(const TravelLine& line, SpanId step)
    {
        SpanId call = line.call(step);
        for (SpanId frame = line.frame(call); frame.isValid(); frame = line.frame(frame)) {
            if (line.isStep(frame))
                call = line.call(frame);
        }
        return call;
    }

    /// Clocks of strangers may let a part begin before its whole: one goes back all the same.
    std::size_t noLaterThan(std::size_t position, std::size_t begin)
    {
        return std::min(position, begin);
    }

    std::optional<std::size_t> previousOver(const TravelLine& line, const Stand& from)
    {
        NearestFrame frame(line, from.frame, true, false);
        SpanId found;
        bool isNear = true;
        const auto at = lastBefore(line, from.position, [&](std::size_t position, SpanId span) {
            const SpanId near = frame.at(position);
            isNear = near.isValid();
            found = span;
            return isOfFrame(line, span, near);
        });
        if (!at)
            return {};
        return noLaterThan(
            *at, line.beginOfCall(isNear ? line.call(found) : outermostCall(line, found)));
    }

    std::optional<std::size_t> previousInto(const TravelLine& line, const Stand& from)
    {
        NearestFrame frame(line, from.frame, true, false);
        return lastBefore(line, from.position, [&](std::size_t position, SpanId span) {
            const SpanId near = frame.at(position);
            return !near.isValid() || line.isWithin(span, near);
        });
    }

    std::optional<std::size_t> previousOut(const TravelLine& line, const Stand& from)
    {
        const SpanId caller = callerOf(line, from.frame);
        if (!caller.isValid())
            return {};
        if (line.trace().kind(caller) != SpanKind::Agent || line.isStep(caller)) {
            const std::size_t begin = line.beginOfCall(line.call(caller));
            return begin < from.position ? std::optional(begin) : std::nullopt;
        }
        if (!line.frame(caller).isValid())
            return {};
        const std::size_t begin = std::min(from.position, line.begin(caller).value_or(0));
        return previousOver(line, {begin, line.frame(caller), {}, {}});
    }

    std::optional<std::size_t> previousTurn(const TravelLine& line, const Stand& from)
    {
        NearestFrame frame(line, from.agentFrame, true, true);
        SpanId found;
        const auto at = lastBefore(line, from.position, [&](std::size_t position, SpanId span) {
            const SpanId agent = frame.at(position);
            found = span;
            return isModelCall(line, span) && (!agent.isValid() || line.agentFrame(span) == agent);
        });
        if (!at)
            return {};
        return noLaterThan(*at, line.beginOfCall(line.call(found)));
    }

} // namespace

std::optional<std::size_t> nextStep(const TravelLine& line, std::size_t from, StepMode mode)
{
    const Stand stand = standAt(line, from);
    switch (mode) {
    case StepMode::Over:
        return nextOver(line, stand);
    case StepMode::Into:
        return nextInto(line, stand);
    case StepMode::Out:
        return nextOut(line, stand);
    case StepMode::Turn:
        break;
    }
    return nextTurn(line, stand);
}

std::optional<std::size_t> previousStep(const TravelLine& line, std::size_t from, StepMode mode)
{
    const Stand stand = standAt(line, from);
    switch (mode) {
    case StepMode::Over:
        return previousOver(line, stand);
    case StepMode::Into:
        return previousInto(line, stand);
    case StepMode::Out:
        return previousOut(line, stand);
    case StepMode::Turn:
        break;
    }
    return previousTurn(line, stand);
}

} // namespace engine
