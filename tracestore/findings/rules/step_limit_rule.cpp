#include "tracestore/base/json_io.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"
#include "tracestore/findings/rules/tool_words.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    /// As programs that run agents say it. Letters and digits only, lower case.
    constexpr auto kLimitWords = std::to_array<std::string_view>({"maxturns",
                                                                  "maximumnumberofturns",
                                                                  "maxiterations",
                                                                  "maximumiterations",
                                                                  "maximumnumberofiterations",
                                                                  "recursionlimit",
                                                                  "steplimit",
                                                                  "stepslimit",
                                                                  "maxsteps",
                                                                  "maximumsteps",
                                                                  "maximumnumberofsteps",
                                                                  "iterationlimit",
                                                                  "iterationsreached",
                                                                  "limitsexceeded",
                                                                  "exitcost",
                                                                  "turnlimit",
                                                                  "messagelimit",
                                                                  "callslimit",
                                                                  "loopguard",
                                                                  "maximumiteration"});

    /// A run that asks for tools so often without an answer in between has no end in sight.
    constexpr std::size_t kManyCalls = 50;

    std::string lettersOf(std::string_view text)
    {
        std::string letters;
        for (const char c : text.substr(0, 1000)) {
            if (c >= 'A' && c <= 'Z')
                letters += static_cast<char>(c - 'A' + 'a');
            else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                letters += c;
        }
        return letters;
    }

    bool namesLimit(std::string_view text)
    {
        const std::string letters = lettersOf(text);
        return std::ranges::any_of(kLimitWords, [&](std::string_view word) {
            return letters.find(word) != std::string::npos;
        });
    }

    /// What the source says of how a session ended.
    std::string endOf(const Session& session)
    {
        constexpr std::array<const char*, 8> kMembers {"exit_status",
                                                       "stop_reason",
                                                       "termination_reason",
                                                       "end_reason",
                                                       "finish_reason",
                                                       "status",
                                                       "limit",
                                                       "error"};
        const auto attributes = session.attributesJson.empty() ? fail(ErrorCode::NotFound, "")
                                                               : parseJson(session.attributesJson);
        if (!attributes || !attributes->is_object())
            return {};
        for (const char* name : kMembers) {
            const auto found = attributes->find(name);
            if (found == attributes->end())
                continue;
            if (found->is_string() && namesLimit(found->get_ref<const std::string&>()))
                return found->get<std::string>();
            // Inspect: an object of what was limited.
            const auto type = found->is_object() ? found->find("type") : found->end();
            if (found->is_object() && type != found->end() && type->is_string())
                return type->get<std::string>() + " limit reached";
        }
        return {};
    }

    struct LongLane
    {
        std::vector<SpanId> calls; ///< of the model, since its last answer
        SessionId session;
        bool isOpen = false; ///< the last one asked for tools
        SpanId tool; ///< the last
    };

    /// A run that went on until a limit stopped it, or that stops while it still asks for tools.
    class StepLimitWatch : public RuleWatch
    {
    public:
        explicit StepLimitWatch(const RuleContext& context)
            : m_context(context)
            , m_last(context.trace.sessions().size())
            , m_steps(context.trace.sessions().size())
        { }

        void see(const FindingStep& step) override
        {
            const SessionId session = m_context.trace.sessionOf(step.span());
            m_last[session.index()] = step.span();
            ++m_steps[session.index()];
            LongLane& lane = m_lanes[step.lane()];
            if (!step.isModelCall()) {
                lane.tool = step.span();
                return;
            }
            lane.session = session;
            const StepContent* content = step.content();
            lane.isOpen = content != nullptr && !askedCalls(content->rest).empty();
            if (lane.isOpen)
                lane.calls.push_back(step.span());
            else
                lane.calls.clear();
        }

        void endSession() override
        {
            m_lanes.takeAll([&](LongLane& lane) {
                if (lane.isOpen && lane.calls.size() >= kManyCalls && !hasEnd(lane))
                    m_long.push_back(std::move(lane));
            });
        }

        void end() override
        {
            std::vector<std::string> ends(m_last.size());
            for (std::size_t i = 0; i < m_last.size(); ++i)
                ends[i] = endOf(m_context.trace.sessions()[i]);
            std::vector<SpanId> places = m_last;
            readErrors(ends, places);
            for (std::size_t i = 0; i < ends.size(); ++i) {
                if (!ends[i].empty() && places[i].isValid())
                    m_context.found.add(limitFinding(places[i], m_steps[i], ends[i]));
            }
            for (const LongLane& lane : m_long) {
                if (ends[lane.session.index()].empty())
                    m_context.found.add(openFinding(lane));
            }
        }

    private:
        /// The source says that it ended, or it ended by a tool that ends.
        [[nodiscard]] bool hasEnd(const LongLane& lane) const
        {
            constexpr std::array<std::string_view, 8> kEnding {
                "submit", "finish", "done", "complete", "completion", "answer", "exit", "end"};
            const Session& session = m_context.trace.session(lane.session);
            if (session.outcome != SpanStatus::Unknown
                || session.attributesJson.find("exit_status") != std::string::npos)
                return true;
            const std::vector<std::string> words = lane.tool.isValid()
                ? toolWords(m_context.trace.name(lane.tool))
                : std::vector<std::string>();
            return std::ranges::any_of(words, [&](const std::string& word) {
                return std::ranges::find(kEnding, word) != kEnding.end();
            });
        }

        /// Errors may stand at steps that are no calls: the agent's, the run's.
        void readErrors(std::vector<std::string>& ends, std::vector<SpanId>& places) const
        {
            const Trace& trace = m_context.trace;
            for (std::size_t i = 0; i < trace.spanCount(); ++i) {
                const SpanId span(i);
                const SpanError* error = trace.error(span);
                // What tools and providers say of limits is their own.
                if (error == nullptr || trace.kind(span) == SpanKind::Tool
                    || trace.kind(span) == SpanKind::Llm)
                    continue;
                const std::size_t session = trace.sessionOf(span).index();
                for (const std::string& text : {error->type, error->message}) {
                    if (ends[session].empty() && namesLimit(text)) {
                        ends[session] = error->message.empty() ? error->type : error->message;
                        places[session] = span;
                    }
                }
            }
        }

        static Finding limitFinding(SpanId place, std::int64_t steps, const std::string& why)
        {
            return {.severity = Severity::Warning,
                    .steps = {place},
                    .title = "The run was stopped by a limit, not by an answer",
                    .explanation = "It ends with " + ticked(why) + ", after "
                        + counted(steps, "call") + " of models and tools.",
                    .wayOut
                    = "Look at the last calls: did they bring it nearer to its task? Say in "
                      "the prompt when the work is done and when to give up; have the agent "
                      "answer with what it has before the limit is reached.",
                    .figures = {{"calls", static_cast<double>(steps), ""}}};
        }

        static Finding openFinding(const LongLane& lane)
        {
            const auto calls = static_cast<std::int64_t>(lane.calls.size());
            return {.severity = Severity::Note,
                    .steps = {lane.calls.back(), lane.calls.front()},
                    .title = "The trace ends while the model still asks for tools, after "
                        + counted(calls, "call") + " without an answer",
                    .explanation = "Nothing in the trace says why it ends there: it may have been "
                                   "stopped, or still go on.",
                    .wayOut
                    = "Give runs a limit of steps and a budget, and the model a way to give "
                      "up: `policies.loopGuard` and `budget` of Kymo's agents.",
                    .figures = {{"calls", static_cast<double>(calls), ""}}};
        }

        RuleContext m_context;
        std::vector<SpanId> m_last; ///< by session
        std::vector<std::int64_t> m_steps;
        Lanes<LongLane> m_lanes;
        std::vector<LongLane> m_long; ///< that end while they ask for tools
    };

} // namespace

std::unique_ptr<const FindingRule> makeStepLimitRule()
{
    return std::make_unique<WatchRule<StepLimitWatch>>(
        "step-limit",
        "Runs without an end",
        "A run that a limit of steps or turns stopped, or that asks for tools on and on without an "
        "answer");
}

} // namespace tracestore
