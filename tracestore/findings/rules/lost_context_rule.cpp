#include "tracestore/analysis/token_estimate.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/lost_facts.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tracestore {
namespace {

    constexpr std::size_t kLeastDropped = 2;

    /// A result that a lane had.
    struct HadResult
    {
        SpanId span;
        std::uint32_t generation = 0; ///< of the window in which it came
    };

    /// Calls made again after the window was made smaller.
    struct AskedAgain
    {
        SpanId shrunk; ///< the model call, or the step that compressed
        std::vector<SpanId> steps; ///< again, and first: in pairs
        std::int64_t tokens = 0;
    };

    struct LostContextLane
    {
        std::unordered_map<std::string, SpanId> byCallId; ///< calls of tools
        std::unordered_map<ContentHash, HadResult> results; ///< by call and result
        std::uint32_t generation = 0;
        SpanId shrunk;
        std::map<std::uint32_t, AskedAgain> again; ///< by generation
        std::size_t compactions = 0; ///< steps of compression that were passed
        bool isTaskTold = false;
        std::vector<std::string> lastAsked; ///< ids of the calls that it asked for
        std::string lastSaid;
    };

    bool isUserText(const Message& message)
    {
        return message.role == Role::User && !plainText(message).empty();
    }

    /// After a conversation was compressed or cut: calls that are made again for results that were
    /// in it, a window that has lost its task, and a summary that says nothing of the results.
    class LostContextWatch : public RuleWatch
    {
    public:
        explicit LostContextWatch(const RuleContext& context)
            : m_context(context)
        {
            const Trace& trace = context.trace;
            for (const SpanId span : trace.preOrder()) {
                if (trace.kind(span) == SpanKind::Compaction)
                    m_compactions[{trace.sessionOf(span), trace.agentOf(span)}].push_back(span);
            }
        }

        void see(const FindingStep& step) override
        {
            LostContextLane& lane = m_lanes[step.lane()];
            passCompactions(step, lane);
            if (step.isModelCall())
                seeModel(step, lane);
            else
                seeTool(step, lane);
        }

        void endSession() override
        {
            m_lanes.takeAll([&](LostContextLane& lane) {
                for (auto& [generation, again] : lane.again)
                    tell(std::move(again));
            });
        }

    private:
        /// Steps that say of themselves that they compress.
        void passCompactions(const FindingStep& step, LostContextLane& lane) const
        {
            const Trace& trace = m_context.trace;
            const auto found
                = m_compactions.find({trace.sessionOf(step.span()), trace.agentOf(step.span())});
            if (found == m_compactions.end())
                return;
            const std::vector<SpanId>& steps = found->second;
            while (lane.compactions < steps.size()
                   && trace.preOrderIndex(steps[lane.compactions])
                       < trace.preOrderIndex(step.span())) {
                lane.shrunk = steps[lane.compactions++];
                ++lane.generation;
            }
        }

        void seeModel(const FindingStep& step, LostContextLane& lane)
        {
            lookForCut(step, lane);
            const StepContent* content = step.content();
            lane.lastAsked.clear();
            lane.lastSaid.clear();
            if (content == nullptr)
                return;
            for (const ToolCallPart* call : askedCalls(content->rest)) {
                if (!call->id.empty())
                    lane.lastAsked.push_back(call->id);
            }
            lane.lastSaid = saidText(content->rest);
        }

        void lookForCut(const FindingStep& step, LostContextLane& lane)
        {
            const CallChange& change = step.change();
            if (!change.previous.isValid() || change.common + kLeastDropped > change.before.size())
                return;
            lookForFacts(step, change, lane);
            const MessageChain& now = step.content()->input;
            if (now.size() >= change.before.size())
                return;
            const std::vector<const Message*> before = change.before.pointers();
            const std::vector<const Message*> messages = now.pointers();
            // Unless its end is as it was, it is another conversation.
            const bool goesOn = std::ranges::any_of(messages, [&](const Message* message) {
                return message->role != Role::System
                    && (*message == *before.back() || isLastAnswer(*message, lane));
            });
            if (!goesOn)
                return;
            lane.shrunk = step.span();
            ++lane.generation;
            lookForTask(before, messages, step.span(), lane);
        }

        /// A summary took the place of results, and says nothing of what they said.
        void lookForFacts(const FindingStep& step, const CallChange& change, LostContextLane& lane)
        {
            const bool isCompressed = isCompressedBetween(change.previous, step.span());
            // Without a word of the trace about it a change in front is no compression.
            if (change.common == 0 && !isCompressed)
                return;
            const std::vector<const Message*> messages = step.content()->input.pointers();
            if (change.common >= messages.size() || messages[change.common]->role == Role::Assistant
                || messages[change.common]->role == Role::Tool)
                return;
            const std::vector<const Message*> before = change.before.pointers();
            const bool goesOn = std::ranges::any_of(messages, [&](const Message* message) {
                return *message == *before.back() || isLastAnswer(*message, lane);
            });
            if (!goesOn && !isCompressed)
                return;
            if (const auto lost = lostFacts(before, change.common, messages))
                m_context.found.add(findingOf(*lost, step.span(), lane));
        }

        [[nodiscard]] bool isCompressedBetween(SpanId before, SpanId now) const
        {
            const Trace& trace = m_context.trace;
            const auto found = m_compactions.find({trace.sessionOf(now), trace.agentOf(now)});
            if (found == m_compactions.end())
                return false;
            const auto place = [&](SpanId span) { return trace.preOrderIndex(span); };
            const auto next = std::ranges::upper_bound(found->second, place(before), {}, place);
            return next != found->second.end() && place(*next) < place(now);
        }

        static Finding findingOf(const LostFacts& lost, SpanId span, const LostContextLane& lane)
        {
            const auto count = static_cast<std::int64_t>(lost.results);
            Finding finding {.severity = Severity::Warning, .steps = {span}};
            for (const std::string& id : lost.callIds) {
                if (const auto call = lane.byCallId.find(id); call != lane.byCallId.end())
                    finding.steps.push_back(call->second);
            }
            finding.title = "A summary says nothing of what "
                + (count == 1 ? std::string("a tool") : std::to_string(count) + " calls of tools")
                + " had found";
            finding.explanation = "Messages were compressed, and no word or number of the results "
                                  "that were among them is in the text in their place but what "
                                  "the task says as well. A result began: "
                + tickedEnd(lost.said) + " In its place stands: " + tickedEnd(lost.summary);
            finding.wayOut
                = "Tell the model that writes the summary to keep facts, names and numbers, not "
                  "what was done; compress later, and keep more messages as they are "
                  "(`policies.compression` of Kymo's agents: `fromTokens`, `keepLast`).";
            finding.figures = {{"results", static_cast<double>(count), ""}};
            return finding;
        }

        /// It is what the model call before said, or answers what it asked for.
        static bool isLastAnswer(const Message& message, const LostContextLane& lane)
        {
            const auto isAsked = [&](const std::string& id) {
                return std::ranges::find(lane.lastAsked, id) != lane.lastAsked.end();
            };
            for (const MessagePart& part : message.parts) {
                if (const auto* call = std::get_if<ToolCallPart>(&part); call && isAsked(call->id))
                    return true;
                if (const auto* result = std::get_if<ToolResultPart>(&part);
                    result && isAsked(result->callId))
                    return true;
            }
            return message.role == Role::Assistant && !lane.lastSaid.empty()
                && plainText(message) == lane.lastSaid;
        }

        /// Messages were dropped in front, nothing stands in their place, and the first message of
        /// the user is among them.
        void lookForTask(const std::vector<const Message*>& before,
                         const std::vector<const Message*>& now,
                         SpanId span,
                         LostContextLane& lane)
        {
            const auto isTalk = [](const Message* m) { return m->role != Role::System; };
            const auto task
                = std::ranges::find_if(before, [](const Message* m) { return isUserText(*m); });
            const auto first = std::ranges::find_if(now, isTalk);
            if (lane.isTaskTold || task == before.end() || first == now.end())
                return;
            const bool isSlid = std::ranges::any_of(
                before, [&](const Message* message) { return *message == **first; });
            const bool hasTask = std::ranges::any_of(
                now, [&](const Message* message) { return *message == **task; });
            const bool hasOther = std::ranges::any_of(
                now, [&](const Message* message) { return isUserText(*message); });
            if (!isSlid || hasTask || hasOther)
                return;
            lane.isTaskTold = true;
            m_context.found.add(
                {.severity = Severity::Warning,
                 .steps = {span},
                 .title = "The task is not in the window any more",
                 .explanation = "Messages in front were dropped without a summary in their place, "
                                "and with them the message of the user that began the run: "
                     + tickedEnd(plainText(**task)) + " No other message of the user is left.",
                 .wayOut
                 = "Keep the system prompt and the task when messages are dropped, or put a "
                   "summary in their place."});
        }

        void seeTool(const FindingStep& step, LostContextLane& lane)
        {
            if (const auto id = m_context.trace.toolCallId(step.span()); !id.empty())
                lane.byCallId.insert_or_assign(std::string(id), step.span());
            const ToolFacts* facts = step.toolFacts();
            if (facts == nullptr || facts->hasFailed || facts->result.empty())
                return;
            const ContentHash key {facts->call.high ^ facts->outcome.low,
                                   facts->call.low ^ facts->outcome.high};
            const auto [had, isNew]
                = lane.results.try_emplace(key, HadResult {step.span(), lane.generation});
            if (!isNew && had->second.generation < lane.generation) {
                AskedAgain& again = lane.again[lane.generation];
                again.shrunk = lane.shrunk;
                again.steps.push_back(step.span());
                again.steps.push_back(had->second.span);
                again.tokens += estimateTokens(facts->result);
            }
            had->second = {step.span(), lane.generation};
        }

        void tell(AskedAgain again)
        {
            constexpr std::int64_t kLeastTokens = 300;
            if (again.tokens < kLeastTokens)
                return;
            const auto count = static_cast<std::int64_t>(again.steps.size() / 2);
            Finding finding {.severity = count >= 3 ? Severity::Warning : Severity::Note};
            finding.title = counted(count, "call") + (count == 1 ? " was" : " were")
                + " made again after the conversation was compressed";
            finding.explanation = "Each gave what it had given before, about "
                + counted(again.tokens, "token")
                + " in all, that were in the conversation until it was made shorter.";
            finding.wayOut
                = "Keep in the summary what the work still needs: which files and records "
                  "were read and what matters in them. Compress results before messages.";
            finding.figures = {{"calls", static_cast<double>(count), ""},
                               {"tokens", static_cast<double>(again.tokens), "tokens"}};
            finding.steps = std::move(again.steps);
            finding.steps.push_back(again.shrunk);
            m_context.found.add(std::move(finding));
        }

        RuleContext m_context;
        std::map<std::pair<SessionId, AgentId>, std::vector<SpanId>> m_compactions;
        Lanes<LostContextLane> m_lanes;
    };

} // namespace

std::unique_ptr<const FindingRule> makeLostContextRule()
{
    return std::make_unique<WatchRule<LostContextWatch>>(
        "lost-context",
        "What compression lost",
        "Calls made again for results that a compression dropped, a summary that says nothing of "
        "them, and a task that left the window");
}

} // namespace tracestore
